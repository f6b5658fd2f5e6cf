"""How much one request may bring: refused by its announced length, before anything of it is read.

A form that cannot be read is refused here too: further in, the framework would log it as a fault of ours.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.views.errors import error_page, of_suspicion

# What brings files: forms, and the archive of a study as the body of a request to the API.
WITH_FILES = frozenset({"multipart/form-data", "application/zip"})


def _announced(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _most(request: HttpRequest) -> int:
    """Files come from people who are signed in; everything else is a form or JSON. The API looks at a token
    before it reads the body, so whoever only claims to have one brings nothing in."""
    has_token = request.path.startswith("/api/") and request.headers.get("Authorization", "")[:6] == "Token "
    brings_file = request.content_type in WITH_FILES and (has_token or request.user.is_authenticated)
    limit: int = settings.MAX_UPLOAD_BYTES if brings_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return limit


class BodyLimitMiddleware:
    """After sign-in is known, before the check for forged forms reads the body. A body without a length
    is none for the framework."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = _announced(request)
        # The small number first: only what is larger asks who it comes from.
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and length > _most(request):
            return error_page(
                request, DomainError(Code.TOO_LARGE, _("This is more than can be taken at once."))
            )
        try:
            # Read here: JSON and GET have nothing to read as a form, and the API reads its bodies itself.
            if not request.path.startswith("/api/"):
                request.POST  # noqa: B018 (reading it is the point)
        except (SuspiciousOperation, MultiPartParserError) as error:
            return error_page(request, of_suspicion(error))
        return self.get_response(request)

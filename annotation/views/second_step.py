"""Where the site asks a second step of its staff, nothing but setting it up works without one."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import User
from annotation.queries.accounts import has_second_step, must_have_second_step
from annotation.views.errors import API, error_page

# Signing in and out, the second step itself, language and theme.
FREE = ("/accounts/", "/appearance/", "/language/", "/healthz", "/receipts/", "/static/")
# Whoever makes a key to the API has signed in in full.
NOT_FREE = "/accounts/tokens/"


def _is_free(path: str) -> bool:
    return path.startswith(FREE) and not path.startswith(NOT_FREE)


class SecondStepMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The setting first: where nobody is asked, no request costs a query more.
        if settings.REQUIRE_MFA and not _is_free(request.path) and self._lacks(request):
            return self._sent_to_set_it_up(request)
        return self.get_response(request)

    def _lacks(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and must_have_second_step(user) and not has_second_step(user)

    def _sent_to_set_it_up(self, request: HttpRequest) -> HttpResponse:
        words = _("Your roles here need a second step of signing in. Set it up, then go on.")
        if request.path.startswith(API) or not request.accepts("text/html"):
            return error_page(request, DomainError(Code.NOT_ALLOWED, words))
        messages.warning(request, words)
        return redirect("mfa_activate_totp")

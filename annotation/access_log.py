"""Who of the team looked at what is personal or restricted: which addresses count, and who notes it.

The one place where a GET leads to a write: after the answer is made, one row without content.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from annotation.models import AccessEvent, User

log = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponse]
# A page seen again within this many seconds is the same look; a download never is.
SAME_LOOK = 15 * 60


@dataclass(frozen=True)
class Watched:
    """`what`: key of the words in annotation.queries.access_log; `way`: page, download or api."""

    what: str
    way: str = AccessEvent.Way.PAGE


_WATCHED: dict[str, Watched] = {}


def watch(watched: dict[str, Watched]) -> None:
    """Apps name their addresses when they start, by URL name."""
    _WATCHED.update(watched)


def watched_addresses() -> dict[str, Watched]:
    return dict(_WATCHED)


def _object_code(kwargs: dict[str, object]) -> str:
    """The code of what was looked at, after the study's own."""
    named = [value for name, value in kwargs.items() if name != "code"]
    return str(named[0])[:12] if named else ""


class AccessLogMiddleware:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        watched = _WATCHED.get(match.url_name or "") if match else None
        is_seen = response.status_code == 200 and request.method in {"GET", "POST"}
        if watched is not None and is_seen and settings.ACCESS_LOG_DAYS > 0:
            note(request, watched)
        return response


def note(request: HttpRequest, watched: Watched) -> None:
    """Write the row. A failure is logged and keeps nobody from their work."""
    user, match = request.user, request.resolver_match
    if not isinstance(user, User) or match is None:
        return
    study, code = str(match.kwargs.get("code", "")), _object_code(match.kwargs)
    look = f"access:{user.pk}:{study}:{watched.what}:{code}"
    if watched.way == AccessEvent.Way.PAGE and not cache.add(look, 1, timeout=SAME_LOOK):
        return
    try:
        AccessEvent.objects.create(
            study_code=study,
            user=user,
            what=watched.what,
            object_code=code,
            way=watched.way,
            at=timezone.now(),
        )
    except DatabaseError:
        log.exception("an access could not be noted")

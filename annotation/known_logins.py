"""Who is signed in, looked up with every request by a statement that is written and planned once."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from annotation.kept import Kept
from annotation.models import User


def _of_key(login: int) -> QuerySet[User]:
    return User.objects.filter(pk=login).order_by()


_LOGIN = Kept(_of_key, login=910_000_001)


def _known(request: HttpRequest) -> User | AnonymousUser:
    """As Django finds it. Of what is out of the common (another backend, an older key) it decides itself."""
    session = request.session
    key, backend = str(session.get(SESSION_KEY)), session.get(BACKEND_SESSION_KEY)
    if not key.isdecimal() or backend not in settings.AUTHENTICATION_BACKENDS:
        return auth.get_user(request)
    found = _LOGIN.first(login=int(key))
    stored = session.get(HASH_SESSION_KEY) or ""
    is_theirs = found is not None and constant_time_compare(stored, found.get_session_auth_hash())
    if found is None or not found.is_active or not is_theirs:
        return auth.get_user(request)
    return found


class KnownLogins(AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_known, request))  # type: ignore[assignment]

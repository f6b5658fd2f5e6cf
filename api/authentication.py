"""API tokens: `Authorization: Token <secret>`; only the secret's digest is stored."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from annotation.models import ApiToken, User
from annotation.services.tokens import token_digest

# "Last used" is told to the minute: a client that asks ten times a second causes no ten writes.
USED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).decode("latin-1").split()
        if not parts or parts[0].lower() != self.keyword.lower():
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Write the header as: Authorization: Token <secret>")
        now = timezone.now()
        # Looked up by the digest of 256 random bits: the comparison leaks nothing about other tokens.
        token = ApiToken.objects.select_related("user", "study").filter(digest=token_digest(parts[1])).first()
        is_usable = token is not None and token.user.is_active
        if token is None or not is_usable or (token.expires_at is not None and token.expires_at <= now):
            raise AuthenticationFailed("This token is unknown or has expired.")
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        del request
        return self.keyword

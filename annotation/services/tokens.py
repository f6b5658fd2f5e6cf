"""API tokens: made once, shown once, stored as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import ApiToken, User

MAX_TOKENS = 20


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(*, actor: User, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A token for the actor's own login, and its secret: 256 random bits that are not stored.

    Raises:
        DomainError: it would have expired already; the login has `MAX_TOKENS` tokens.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise DomainError(Code.INVALID, "This token would have expired already.")
    with transaction.atomic():
        # Two requests at once wait for each other here, so that both are counted.
        User.objects.select_for_update().get(pk=actor.pk)
        if ApiToken.objects.filter(user=actor).count() >= MAX_TOKENS:
            raise DomainError(
                Code.STATE_FORBIDS, f"A login has at most {MAX_TOKENS} tokens: delete one you no longer use."
            )
        secret = secrets.token_urlsafe(32)
        token = ApiToken.objects.create(
            user=actor, name=name.strip(), digest=token_digest(secret), expires_at=expires_at
        )
        record("token.created", actor=actor, study=None, about=token)
        return token, secret


def delete_token(token: ApiToken, *, actor: User) -> None:
    """From now on nobody signs in with this token."""
    with transaction.atomic():
        record("token.deleted", actor=actor, study=None, about=token)
        token.delete()

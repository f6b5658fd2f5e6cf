"""API tokens: made once, shown once, stored as a digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import ApiToken, Member, Study, User
from annotation.scopes import Scope, unknown_scopes

MAX_TOKENS = 20


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _refuse_unfit(actor: User, scopes: Sequence[str], study: Study | None) -> None:
    if not scopes:
        raise DomainError(Code.INVALID, _("Say what the token is for: choose at least one thing."))
    if unknown_scopes(scopes):
        raise DomainError(
            Code.INVALID,
            _("There is no such scope: %(scopes)s.") % {"scopes": ", ".join(unknown_scopes(scopes))},
        )
    is_member = study is None or Member.objects.filter(study=study, user=actor, left_at__isnull=True).exists()
    if not is_member:
        raise DomainError(Code.INVALID, _("You take no part in this study."))


def create_token(
    *,
    actor: User,
    name: str,
    expires_at: datetime | None = None,
    scopes: Sequence[str] = (Scope.ALL,),
    study: Study | None = None,
) -> tuple[ApiToken, str]:
    """A token for the actor's own login, and its secret: 256 random bits that are not stored.

    Args:
        scopes: what it may be used for (`annotation.scopes`).
        study: the only study it works for; None: all of the actor's.

    Raises:
        DomainError: it would have expired already; unknown scope or somebody else's study; the login has
            `MAX_TOKENS` tokens.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise DomainError(Code.INVALID, _("This token would have expired already."))
    _refuse_unfit(actor, scopes, study)
    with transaction.atomic():
        # Two requests at once wait for each other here, so that both are counted.
        User.objects.select_for_update().get(pk=actor.pk)
        if ApiToken.objects.filter(user=actor).count() >= MAX_TOKENS:
            raise DomainError(
                Code.STATE_FORBIDS,
                _("A login has at most %(n)s tokens: delete one you no longer use.") % {"n": MAX_TOKENS},
            )
        secret = secrets.token_urlsafe(32)
        token = ApiToken.objects.create(
            user=actor,
            name=name.strip(),
            digest=token_digest(secret),
            expires_at=expires_at,
            scopes=sorted(set(scopes)),
            study=study,
        )
        only = {"only_study": study.code} if study is not None else {}
        record("token.created", actor=actor, study=None, about=token, scopes=token.scopes, **only)
        return token, secret


def delete_token(token: ApiToken, *, actor: User) -> None:
    """From now on nobody signs in with this token."""
    with transaction.atomic():
        record("token.deleted", actor=actor, study=None, about=token)
        token.delete()

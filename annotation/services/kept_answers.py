"""A request that is sent twice happens once: its answer is kept beside what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.erasers import Eraser, register
from annotation.errors import Code, DomainError
from annotation.models import KeptAnswer, Rater, User

KEPT = timedelta(hours=24)


def _take(actor: User, key: str, request_digest: str) -> KeptAnswer | None:
    """The row of a new key; None where another request has it. On PostgreSQL this waits for that request."""
    now = timezone.now()
    KeptAnswer.objects.filter(user=actor, key=key, created_at__lte=now - KEPT).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(
                user=actor, key=key, request_digest=request_digest, created_at=now
            )
    except IntegrityError:
        return None


def answered_once(
    act: Callable[[], tuple[int, str]], *, actor: User, key: str, request_digest: str
) -> tuple[KeptAnswer, bool]:
    """The answer of `act`, or the one kept of the same request; and whether it was kept.

    `act` gives status and JSON as text: as JSON a database may put its keys in another order.

    Key, change and answer are one transaction: either all of it is stored or nothing. So of two requests at
    once the second waits and gets the first one's answer, and what was refused may be tried again.

    Raises:
        DomainError: KEY_REUSED where the key came with another request; whatever `act` raises.
    """
    with transaction.atomic():
        mine = _take(actor, key, request_digest)
        if mine is not None:
            mine.status, mine.body = act()
            mine.save(update_fields=["status", "body"])
            return mine, False
        kept = KeptAnswer.objects.get(user=actor, key=key)
    if kept.request_digest != request_digest:
        raise DomainError(
            Code.KEY_REUSED, _("This idempotency key was sent before with another request: use a new one.")
        )
    return kept, True


def forget_answers(*, now: datetime) -> int:
    """Delete what is kept longer than `KEPT`; returns how many."""
    return KeptAnswer.objects.filter(created_at__lte=now - KEPT).delete()[0]


def register_kept_answers() -> None:
    register(Eraser("kept_answers", counts=lambda rater: {}, erase=erase_answers, is_always=True))


def erase_answers(rater: Rater) -> None:
    """What the API answered a rater may hold what the rater wrote."""
    if rater.member is not None:
        KeptAnswer.objects.filter(user=rater.member.user).delete()

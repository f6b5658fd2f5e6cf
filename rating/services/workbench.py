"""What a rater does before submitting: claim the next item, keep a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.errors import Code, DomainError
from annotation.models import Item, Question, Rater, Slot, User
from annotation.queries.consent import needs_consent
from annotation.services import queue
from annotation.text import is_storable, texts_in
from rating.models import Draft, Presentation

MAX_DRAFT_CHARACTERS = 100_000


def refuse_without_consent(rater: Rater) -> None:
    if needs_consent(rater) is not None:
        raise DomainError(Code.CONSENT_NEEDED, "Please read and agree to the consent text first.")


def _present(claim: queue.Claim, rater: Rater, now: datetime) -> Presentation:
    """Record what is about to be shown; showing a slot again changes nothing."""
    order = Question.objects.filter(version=claim.slot.rubric_version_id).order_by("position")
    presentation, _ = Presentation.objects.get_or_create(
        slot=claim.slot,
        rater=rater,
        defaults={
            "rubric_version": claim.slot.rubric_version,
            "language": claim.slot.rubric_version.language,
            "question_order": list(order.values_list("key", flat=True)),
            "position": claim.position,
            "shown_at": now,
        },
    )
    return presentation


def claim_next_item(rater: Rater, *, actor: User) -> Presentation | None:
    """The item in the rater's hands or the next one; None when nothing is left for them now.

    Raises:
        DomainError: consent is missing; the study or its stage is not open.
    """
    refuse_without_consent(rater)
    now = timezone.now()
    with transaction.atomic():
        claim = queue.claim_next(rater, actor=actor, now=now)
        return None if claim is None else _present(claim, rater, now)


def claim_passed_item(rater: Rater, item: Item, *, actor: User) -> Presentation:
    """Take back a skip and show the item, if it still needs a rating of the rater's group."""
    refuse_without_consent(rater)
    now = timezone.now()
    with transaction.atomic():
        return _present(queue.return_to_item(item, rater, actor=actor, now=now), rater, now)


def save_draft(slot: Slot, rater: Rater, *, payload: dict[str, Any], number: int) -> Draft:
    """Keep what was typed. `number`: the number of the draft this one builds on, 0 for the first.

    Raises:
        DomainError: another tab has saved since (409); the draft is too long (413) or unstorable.
    """
    if len(str(payload)) > MAX_DRAFT_CHARACTERS:
        raise DomainError(Code.TOO_LARGE, "This draft is too long to keep.")
    if not all(map(is_storable, texts_in(payload))):
        raise DomainError(Code.INVALID, "This draft holds a character that cannot be stored.")
    if not Presentation.objects.filter(slot=slot, rater=rater).exists():
        raise DomainError(Code.NOT_FOUND, "There is nothing here, or it is not yours to see.")
    with transaction.atomic():
        now = timezone.now()
        first = {"payload": payload, "saved_at": now}
        mine, is_new = Draft.objects.select_for_update().get_or_create(slot=slot, rater=rater, defaults=first)
        if is_new:
            return mine
        if mine.number != number:
            raise DomainError(
                Code.STALE_REVISION,
                "This item is open in another tab or window, which has saved since. Load the page again.",
            )
        mine.payload, mine.number, mine.saved_at = payload, number + 1, now
        mine.save(update_fields=["payload", "number", "saved_at"])
        return mine

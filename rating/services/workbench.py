"""What a rater does before submitting: claim the next item, keep a draft."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Item, Rater, Response, RubricVersion, Slot, User
from annotation.queries.consent import needs_consent
from annotation.services import queue
from annotation.services.legal_gate import refuse_closed_gate
from annotation.services.presence import hold_place
from annotation.services.screening import refuse_unanswered
from annotation.text import is_storable, texts_in
from rating.models import Draft, Presentation
from rating.queries.contents import Contents
from rating.queries.kept_rubrics import kept_rubric
from rating.services.qualification import settle_if_over

MAX_DRAFT_CHARACTERS = 100_000
PAIR = 2


def refuse_without_consent(rater: Rater) -> None:
    if needs_consent(rater) is not None:
        raise DomainError(Code.CONSENT_NEEDED, _("Please read and agree to the consent text first."))
    refuse_closed_gate(rater)


def balanced_order(places: Sequence[int], position: int, *, seed: str) -> list[int]:
    """The order of k responses for a rater's item number `position` (from 1).

    Over every k items in a row each response stands at each place once. Of more than two, one block of k
    items in every two runs backwards, so that over both each response stands before each other one equally
    often. Which item gets which turn and which block runs backwards is drawn by the seed.

    >>> [balanced_order([1, 2], n, seed="a")[0] for n in (1, 2)] in ([1, 2], [2, 1])
    True
    """
    k = len(places)
    if k < 2:
        return list(places)
    block, place = divmod(position - 1, k)
    turns = list(range(k))
    random.Random(f"{seed}:{block}").shuffle(turns)  # noqa: S311
    turn = turns[place]
    order = [*places[turn:], *places[:turn]]
    is_first_backwards = random.Random(f"{seed}:{block // 2}:side").random() < 0.5  # noqa: S311
    return order[::-1] if k > PAIR and is_first_backwards == (block % 2 == 0) else order


def _response_order(slot: Slot, rater: Rater, position: int, places: Sequence[int]) -> list[int]:
    """From the left: no response gains by standing first, and nobody can tell from it who wrote which."""
    if slot.side is not None and len(places) == PAIR:
        # The design balances sides over raters and over items.
        return list(places[::-1] if slot.side else places)
    return balanced_order(places, position, seed=f"{slot.plan.seed}:{rater.code}")


def shown_language(version: RubricVersion) -> str:
    """The language of the rater's interface where every question has words in it, else the rubric's own."""
    wanted = get_language() or version.language
    is_there = wanted == version.language or kept_rubric(version).is_worded_in(wanted)
    return wanted if is_there else version.language


def _shown(
    slot: Slot, rater: Rater, *, position: int, places: Sequence[int], now: datetime
) -> dict[str, Any]:
    """What is about to be shown, as a presentation records it. `places`: positions of the responses."""
    version, group = slot.rubric_version, slot.group.key
    rubric = kept_rubric(version)
    return {
        "rubric_version": version,
        "language": shown_language(version),
        "wording": group if group in rubric.groups else "",
        "question_order": rubric.order,
        "response_order": _response_order(slot, rater, position, places),
        "position": position,
        "shown_at": now,
    }


def _present(claim: queue.Claim, rater: Rater, now: datetime) -> Presentation:
    """Record what is about to be shown; showing a slot again changes nothing."""
    slot = claim.slot
    responses = Response.objects.filter(item=slot.item_id).order_by("position")
    places = list(responses.values_list("position", flat=True))
    shown = _shown(slot, rater, position=claim.position, places=places, now=now)
    return Presentation.objects.get_or_create(slot=slot, rater=rater, defaults=shown)[0]


def presented_plainly(
    slot: Slot, rater: Rater, *, position: int, contents: Contents, now: datetime
) -> Presentation:
    """The same, not stored yet, of a slot that was never before this rater; `contents` are the item's."""
    places = [response.position for response in contents.responses]
    shown = _shown(slot, rater, position=position, places=places, now=now)
    return Presentation(slot=slot, rater=rater, **shown)


def claim_next_item(rater: Rater, *, actor: User) -> Presentation | None:
    """The item in the rater's hands, one begun before a pause, or the next; None when nothing is left now.

    Raises:
        DomainError: consent is missing; the study or its stage is not open.
    """
    refuse_without_consent(rater)
    refuse_unanswered(rater)
    now = timezone.now()
    with transaction.atomic():
        begun = Draft.objects.filter(rater=rater, slot__state=Slot.State.OPEN).values_list(
            "slot_id", flat=True
        )
        claim = queue.claim_next(rater, actor=actor, now=now, begun=list(begun))
        if claim is None:
            # The last item of a try may have been skipped.
            settle_if_over(rater, actor=actor, now=now)
            return None
        return _present(claim, rater, now)


def claim_passed_item(rater: Rater, item: Item, *, actor: User) -> Presentation:
    """Take back a skip and show the item, if it still needs a rating of the rater's group."""
    refuse_without_consent(rater)
    refuse_unanswered(rater)
    now = timezone.now()
    with transaction.atomic():
        return _present(queue.return_to_item(item, rater, actor=actor, now=now), rater, now)


def save_draft(slot: Slot, rater: Rater, *, payload: dict[str, Any], number: int) -> Draft:
    """Keep what was typed. `number`: the number of the draft this one builds on, 0 for the first.

    Raises:
        DomainError: another tab has saved since (409); the draft is too long (413) or unstorable.
    """
    if len(str(payload)) > MAX_DRAFT_CHARACTERS:
        raise DomainError(Code.TOO_LARGE, _("This draft is too long to keep."))
    if not all(map(is_storable, texts_in(payload))):
        raise DomainError(Code.INVALID, _("This draft holds a character that cannot be stored."))
    if not Presentation.objects.filter(slot=slot, rater=rater).exists():
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    with transaction.atomic():
        hold_place(rater)
        now = timezone.now()
        first = {"payload": payload, "saved_at": now}
        mine, is_new = Draft.objects.select_for_update().get_or_create(slot=slot, rater=rater, defaults=first)
        if is_new:
            return mine
        if mine.number != number:
            raise DomainError(
                Code.STALE_REVISION,
                _("This item is open in another tab or window, which has saved since. Load the page again."),
            )
        mine.payload, mine.number, mine.saved_at = payload, number + 1, now
        mine.save(update_fields=["payload", "number", "saved_at"])
        return mine

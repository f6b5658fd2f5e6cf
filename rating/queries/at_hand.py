"""How things stand with an item that is being rated: all that decides how its page looks, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotation.models import Rater, Slot, Study
from annotation.queries.gates import gates_of
from rating.models import Presentation

# In the order of `Gates.more`: skipped, begun, rated, the slot of the newest other rating of this stage.
_MORE = """,
    EXISTS (SELECT 1 FROM annotation_pass k WHERE k.plan_id = %s AND k.item_id = %s AND k.rater_id = %s
        AND k.withdrawn_at IS NULL),
    EXISTS (SELECT 1 FROM rating_draft f WHERE f.slot_id = %s AND f.rater_id = %s),
    EXISTS (SELECT 1 FROM rating_rating r JOIN rating_currentrating n ON n.rating_id = r.id
        WHERE r.presentation_id = %s),
    (SELECT b.code FROM rating_rating r JOIN rating_currentrating n ON n.rating_id = r.id
        JOIN annotation_slot d ON d.id = n.slot_id JOIN rating_presentation p ON p.id = r.presentation_id
        JOIN annotation_slot b ON b.id = p.slot_id
        WHERE r.rater_id = %s AND d.plan_id = %s AND p.id <> %s ORDER BY r.submitted_at DESC LIMIT 1)"""


@dataclass(frozen=True)
class PlaceAtHand:
    """`before`: code of the slot rated last, empty at the first; `n_done`: in this stage."""

    before: str
    n_done: int


def place_at_hand(shown: Presentation, rater: Rater, *, now: datetime) -> PlaceAtHand | None:
    """Of an item that lies untouched in the rater's hands, in a stage that is open; None of any other."""
    slot = shown.slot
    is_mine = slot.state == Slot.State.CLAIMED and slot.rater_id == rater.pk
    if not is_mine or slot.claim_expires_at is None or slot.claim_expires_at <= now:
        return None
    mine, plan = rater.pk, slot.plan_id
    values = [plan, slot.item_id, mine, slot.pk, mine, shown.pk, mine, plan, shown.pk]
    gates = gates_of(rater, slot.plan, more=_MORE, values=values)
    is_passed, is_begun, is_rated, before = gates.more
    if gates.lacks_consent or gates.state != Study.State.OPEN or not gates.is_plain:
        return None
    return None if is_passed or is_begun or is_rated else PlaceAtHand(before or "", gates.n_done)

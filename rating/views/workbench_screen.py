"""What the template of the rating screen is given."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from annotation.access import RaterAccess
from annotation.errors import Code, DomainError
from annotation.models import Slot, Study
from rating.forms.rater_words import ProblemForm, SkipForm
from rating.forms.workbench_screen import Screen
from rating.queries.workbench import guideline_questions, open_plan, previous_rating, rater_progress

REVISED = "The newest stored rating is unchanged. Submit again to replace it with what stands here."
CHANGED = "Your answers were kept where the questions are still the same. Please look them over and submit."
CLOSED = "What you typed is kept as a draft."


def _notice(access: RaterAccess, screen: Screen, now: datetime) -> dict[str, str] | None:
    """What to know before going on; None when the item is simply in the rater's hands."""
    slot = screen.presentation.slot
    if access.study.state == Study.State.CLOSED:
        text = "This study has closed and takes no more ratings. What you typed is kept as a draft."
        return {"level": "warning", "text": text}
    if screen.presented.rating is not None:
        text = "You have rated this item. Submitting stores a revision; the earlier rating stays on record."
        return {"level": "info", "text": text}
    is_mine = slot.rater_id == access.rater.pk and slot.state == Slot.State.CLAIMED
    if not is_mine:
        text = "Your time for this item ran out and it was handed on. You can still submit: it is not lost."
        return {"level": "info", "text": text}
    if slot.claim_expires_at is not None and slot.claim_expires_at <= now:
        return {"level": "info", "text": "Your time for this item is up. You can still submit your rating."}
    return None


def _refusal(error: DomainError | None) -> dict[str, str] | None:
    """What could not be taken, and the way on."""
    ways = {Code.STALE_REVISION: REVISED, Code.RUBRIC_CHANGED: CHANGED, Code.STUDY_NOT_OPEN: CLOSED}
    if error is None or error.code == Code.INVALID:
        return None
    return {"level": "warning", "title": error.message, "text": ways.get(error.code, "")}


def _client_id(screen: Screen, error: DomainError | None) -> str:
    """A form that comes back keeps its id, so that it is stored once; after a conflict it is a new one."""
    sent = screen.entry.first("client_id")
    return sent if sent and error is not None and error.code == Code.INVALID else str(uuid4())


def screen_context(
    access: RaterAccess, screen: Screen, *, now: datetime, error: DomainError | None = None
) -> dict[str, object]:
    """What was opened once stays open: nobody opens a heavy text again after each mistake."""
    plan = open_plan(access.study)
    return {
        "study": access.study,
        "rater": access.rater,
        "screen": screen,
        "item": screen.presentation.slot.item,
        "slot": screen.presentation.slot,
        "notice": _notice(access, screen, now),
        "refusal": _refusal(error),
        "is_open": access.study.state != Study.State.CLOSED,
        "client_id": _client_id(screen, error),
        "progress": rater_progress(plan, access.rater, now) if plan else None,
        "previous": previous_rating(screen.presentation),
        "version": screen.presentation.rubric_version,
        "questions": guideline_questions(screen.presentation.rubric_version),
        "turns": screen.turns,
        "comment": screen.entry.first("comment"),
        "active_ms": screen.entry.first("active_ms") or "0",
        "opened": screen.entry.has_content(),
        "skip_form": SkipForm(),
        "problem_form": ProblemForm(),
    }

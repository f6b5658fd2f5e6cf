"""What the template of the rating screen is given."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.access import RaterAccess
from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, Slot, Study
from rating.forms.rater_words import ProblemForm, SkipForm
from rating.forms.workbench_screen import Screen
from rating.queries.wordings import guideline_words
from rating.queries.workbench import look_asked_at, previous_rating, progress_beside

REVISED = gettext_lazy(
    "The newest stored rating is unchanged. Submit again to replace it with what stands here."
)
CHANGED = gettext_lazy(
    "Your answers were kept where the questions are still the same. Please look them over and submit."
)
PRACTICE = gettext_lazy("This is practice: it is not counted, and you see the known answer afterwards.")
QUALIFICATION = gettext_lazy("This item belongs to the qualification. Rate it as you would any other.")
CLOSED = gettext_lazy("What you typed is kept as a draft.")


def _notice(access: RaterAccess, screen: Screen, now: datetime) -> dict[str, str] | None:
    """What to know before going on; None when the item is simply in the rater's hands."""
    slot = screen.presentation.slot
    if access.study.state == Study.State.CLOSED:
        text = _("This study has closed and takes no more ratings. What you typed is kept as a draft.")
        return {"level": "warning", "text": text}
    if screen.presented.rating is not None:
        return _revision_notice(access.rater, slot)
    is_mine = slot.rater_id == access.rater.pk and slot.state == Slot.State.CLAIMED
    if not is_mine:
        text = _(
            "Your time for this item ran out and it was handed on. You can still submit: it is not lost."
        )
        return {"level": "info", "text": text}
    if slot.claim_expires_at is not None and slot.claim_expires_at <= now:
        return {
            "level": "info",
            "text": _("Your time for this item is up. You can still submit your rating."),
        }
    return _training_notice(slot.plan)


def _revision_notice(rater: Rater, slot: Slot) -> dict[str, str]:
    """What a revision does, after what the team asks where it asked for one."""
    text = _("You have rated this item. Submitting stores a revision; the earlier rating stays on record.")
    look = look_asked_at(rater, slot)
    if look is None:
        return {"level": "info", "text": text}
    return {"level": "info", "title": _("Please look again"), "text": f"“{look.reason}” {text}"}


def _training_notice(plan: Plan) -> dict[str, str] | None:
    """Practice and qualification are said to be such; hidden checks look like every item."""
    texts = {
        Plan.Stage.TRAINING.value: PRACTICE,
        Plan.Stage.QUALIFICATION.value: QUALIFICATION,
    }
    return {"level": "info", "text": str(texts[plan.stage])} if plan.is_training else None


def _refusal(error: DomainError | None) -> dict[str, str] | None:
    """What could not be taken, and the way on."""
    ways = {Code.STALE_REVISION: REVISED, Code.RUBRIC_CHANGED: CHANGED, Code.STUDY_NOT_OPEN: CLOSED}
    if error is None or error.code == Code.INVALID:
        return None
    return {"level": "warning", "title": error.message, "text": str(ways.get(error.code, ""))}


def _client_id(screen: Screen, error: DomainError | None) -> str:
    """A form that comes back keeps its id, so that it is stored once; after a conflict it is a new one."""
    sent = screen.entry.first("client_id")
    return sent if sent and error is not None and error.code == Code.INVALID else str(uuid4())


def _item_words(screen: Screen) -> dict[str, object]:
    """What stands on the page of the item itself, the same for every rater of a group."""
    shown = screen.presentation
    slot, version = shown.slot, shown.rubric_version
    return {
        "screen": screen,
        "item": slot.item,
        "slot": slot,
        "version": version,
        # Asked for by the template, and not at all where the guidelines are on the page already.
        "questions": partial(guideline_words, version, slot.group.key, language=shown.language),
        "turns": screen.turns,
    }


def _entered_words(screen: Screen) -> dict[str, object]:
    """What was entered beside the answers; what was opened stays open: nobody opens a heavy text twice."""
    entry = screen.entry
    return {
        "comment": entry.first("comment"),
        "active_ms": entry.first("active_ms") or "0",
        "times": entry.first("times"),
        "opened": entry.has_content(),
    }


def screen_context(
    access: RaterAccess,
    screen: Screen,
    *,
    now: datetime,
    error: DomainError | None = None,
    is_frame: bool = False,
) -> dict[str, object]:
    """Everything the rating screen shows of an item. `is_frame`: without what differs from rater to rater."""
    slot = screen.presentation.slot
    return {
        "study": access.study,
        "rater": access.rater,
        "notice": _notice(access, screen, now),
        "refusal": _refusal(error),
        "is_open": access.study.state != Study.State.CLOSED,
        "client_id": _client_id(screen, error),
        "progress": None if is_frame else progress_beside(slot, access.rater, now),
        "previous": None if is_frame else previous_rating(screen.presentation),
        **_item_words(screen),
        **_entered_words(screen),
        "skip_form": SkipForm(),
        "problem_form": ProblemForm(),
    }

"""What opening, pausing and closing mean, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.access import StudyAccess
from annotation.models import Role, Study

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class StateChange:
    """`text` and `points`: what is said before; `done`: what is said after."""

    state: str
    label: StrOrPromise
    title: StrOrPromise
    text: StrOrPromise
    points: tuple[StrOrPromise, ...]
    done: StrOrPromise
    is_dangerous: bool = False


CHANGES = {
    "open": StateChange(
        Study.State.OPEN,
        gettext_lazy("Open the study"),
        gettext_lazy("Open this study?"),
        gettext_lazy("Raters can begin as soon as it is open."),
        (
            gettext_lazy("Raters with a link or a login can give consent and rate."),
            gettext_lazy("You can pause it at any time."),
        ),
        gettext_lazy("The study is open."),
    ),
    "pause": StateChange(
        Study.State.PAUSED,
        gettext_lazy("Pause the study"),
        gettext_lazy("Pause this study?"),
        gettext_lazy("No new items are handed out until you open it again."),
        (
            gettext_lazy("Who has an item in hand can still submit it."),
            gettext_lazy("Nothing that was rated is lost."),
        ),
        gettext_lazy("The study is paused."),
    ),
    "close": StateChange(
        Study.State.CLOSED,
        gettext_lazy("Close the study"),
        gettext_lazy("Close this study?"),
        gettext_lazy("It takes no more ratings, not even those in hand."),
        (
            gettext_lazy("Drafts are kept but cannot be submitted while it is closed."),
            gettext_lazy("Ratings, analyses and downloads stay."),
            gettext_lazy("You can open it again."),
        ),
        gettext_lazy("The study is closed."),
        is_dangerous=True,
    ),
}

OFFERED = {
    Study.State.DRAFT: ("open",),
    Study.State.OPEN: ("pause", "close"),
    Study.State.PAUSED: ("open", "close"),
    Study.State.CLOSED: ("open",),
}


def state_actions(access: StudyAccess, *, is_ready: bool) -> list[dict[str, object]]:
    """Buttons that lead to the pages which ask before the state changes; none for researchers.

    A study that still lacks something offers no opening: the list of what is missing leads on.
    """
    if not access.can(Role.COORDINATOR):
        return []
    return [
        {
            "url": reverse("study_state", args=[access.study.code, change]),
            "label": _("Open again")
            if change == "open" and access.study.state != Study.State.DRAFT
            else CHANGES[change].label,
            "primary": change == "open",
        }
        for change in OFFERED[Study.State(access.study.state)]
        if is_ready or change != "open"
    ]

"""What opening, pausing and closing mean, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from annotation.access import StudyAccess
from annotation.models import Role, Study


@dataclass(frozen=True)
class StateChange:
    """`text` and `points`: what is said before; `done`: what is said after."""

    state: str
    label: str
    title: str
    text: str
    points: tuple[str, ...]
    done: str
    is_dangerous: bool = False


CHANGES = {
    "open": StateChange(
        Study.State.OPEN,
        "Open the study",
        "Open this study?",
        "Raters can begin as soon as it is open.",
        ("Raters with a link or a login can give consent and rate.", "You can pause it at any time."),
        "The study is open.",
    ),
    "pause": StateChange(
        Study.State.PAUSED,
        "Pause the study",
        "Pause this study?",
        "No new items are handed out until you open it again.",
        ("Who has an item in hand can still submit it.", "Nothing that was rated is lost."),
        "The study is paused.",
    ),
    "close": StateChange(
        Study.State.CLOSED,
        "Close the study",
        "Close this study?",
        "It takes no more ratings, not even those in hand.",
        (
            "Drafts are kept but cannot be submitted while it is closed.",
            "Ratings, analyses and downloads stay.",
            "You can open it again.",
        ),
        "The study is closed.",
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
            "label": "Open again"
            if change == "open" and access.study.state != Study.State.DRAFT
            else CHANGES[change].label,
            "primary": change == "open",
        }
        for change in OFFERED[Study.State(access.study.state)]
        if is_ready or change != "open"
    ]

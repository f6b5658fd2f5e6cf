"""The rating screen's frame, drawn once for each shape and filled anew.

A frame is what the template makes of an item of a certain shape with signs in place of what differs from
item to item and rater to rater. Everything else that it depends on is part of its name, the study's own row
included, so that a changed word draws a new one.
"""

from __future__ import annotations

from copy import copy
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from annotation.access import RaterAccess
from annotation.models import Slot, Study
from rating.forms.question_fields import Entry
from rating.forms.workbench_screen import Screen, screen_of
from rating.queries.presented import PresentedItem
from rating.queries.workbench import Progress
from rating.views.drawn_once import DrawnOnce, sign
from rating.views.workbench_answer import PAGE
from rating.views.workbench_screen import screen_context
from rating.views.workbench_texts import bar_html, conversation_html, replies_html

# What changes on the page, for a script that swaps it; the page itself where there is no such frame.
SWAP = "rate/swap.html"
HOLES = ("slot", "rater", "before", "client_id", "token", "progress", "conversation", "replies")
SIGNS = {name: sign(number) for number, name in enumerate(HOLES)}
_frames = DrawnOnce(200)


def filled_frame(
    request: HttpRequest,
    access: RaterAccess,
    presented: PresentedItem,
    progress: Progress,
    *,
    before: str,
    frame: str = "",
) -> str:
    """The screen of an item that has nothing special about it. `before`: code of the slot to go back to."""
    screen = Screen(presented=presented, entry=Entry({}), questions=[], errors=[])
    own = {
        "slot": presented.presentation.slot.code,
        "rater": access.rater.code,
        "before": before,
        "client_id": str(uuid4()),
        "token": get_token(request),
        "progress": bar_html(progress),
        "conversation": conversation_html(screen),
        "replies": replies_html(screen),
    }
    name = (frame, bool(before), *_around(request, access, frame), *_name(access, presented))
    values = [own[hole] for hole in HOLES]
    return _frames.filled(
        name, lambda: _with_signs(request, access, presented, frame=frame, has_before=bool(before)), values
    )


def _around(request: HttpRequest, access: RaterAccess, frame: str) -> tuple[Any, ...]:
    """What a whole page depends on beside: its colours, and whom to turn to at its foot."""
    if frame:
        return ()
    lead = getattr(access.study, "safeguarding_lead", None)
    return (request.COOKIES.get("attune_theme", ""), request.get_host(), _row(lead) if lead else ())


def _row(model: Any) -> tuple[Any, ...]:
    return tuple(value for name, value in vars(model).items() if not name.startswith("_"))


def _name(access: RaterAccess, presented: PresentedItem) -> tuple[Any, ...]:
    """All that a frame depends on."""
    shown, turns = presented.presentation, presented.turns
    item, version = shown.slot.item, shown.rubric_version
    study: Study = access.study
    places = tuple(one.position for one in presented.responses)
    ends = (len(turns), turns[0].position, turns[-1].position) if turns else ()
    orders = tuple(shown.question_order), tuple(shown.response_order), places, ends
    texts = item.language, item.text_direction, shown.language, shown.wording, shown.slot.group.key
    return (get_language(), version.pk, version.code, _row(study), orders, texts)


def _with_signs(
    request: HttpRequest, access: RaterAccess, presented: PresentedItem, *, frame: str, has_before: bool
) -> str:
    """The screen with signs where something of the item's or the rater's own stands."""
    slot = copy(presented.presentation.slot)
    slot.code = SIGNS["slot"]
    shown, rater = copy(presented.presentation), copy(access.rater)
    shown.slot, rater.code = slot, SIGNS["rater"]
    marked = PresentedItem(**{**vars(presented), "presentation": shown})
    screen = screen_of(marked, Entry({}))
    own = RaterAccess(access.study, access.member, rater)
    context = screen_context(own, screen, now=timezone.now(), is_frame=True)
    context |= {
        "frame": frame,
        "csrf_token": SIGNS["token"],
        "client_id": SIGNS["client_id"],
        "previous": _before(slot) if has_before else None,
        "holes": {name: _safe(SIGNS[name]) for name in ("progress", "conversation", "replies")},
    }
    return render_to_string(PAGE, context, _at(request, access, slot))


def _at(request: HttpRequest, access: RaterAccess, slot: Slot) -> HttpRequest:
    """The same request for the address with the sign: some forms on a page lead back to it."""
    there = copy(request)
    there.path = there.path_info = reverse("rate_item", args=[access.study.code, slot.code])
    return there


def _before(slot: Slot) -> SimpleNamespace:
    """The item before, as the way back to it is drawn."""
    place = copy(slot)
    place.code = SIGNS["before"]
    return SimpleNamespace(presentation=SimpleNamespace(slot=place))


def _safe(mark: str) -> SafeString:
    return mark_safe(mark)  # noqa: S308 (letters and digits)

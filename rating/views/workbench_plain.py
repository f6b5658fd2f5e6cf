"""The next item for a script where nothing is special about it: the screen's frame, drawn once, filled anew.

A frame is what the template makes of an item of a certain shape with signs in place of what differs from
item to item and rater to rater. Everything else that it depends on is part of its name, the study's own row
included, so that a changed word draws a new one. What is special (a heavy text, a message, a notice, another
point of view) is drawn in full.
"""

from __future__ import annotations

from copy import copy
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from annotation.access import RaterAccess
from annotation.models import Slot
from rating.forms.question_fields import Entry
from rating.forms.workbench_screen import Screen, screen_of
from rating.models import Presentation
from rating.queries.presented import PresentedItem, blank_item
from rating.queries.workbench import Progress, work_progress
from rating.services.submission import Outcome
from rating.views.drawn_once import DrawnOnce, sign
from rating.views.workbench_answer import PAGE, has_guidelines
from rating.views.workbench_screen import screen_context
from rating.views.workbench_texts import bar_html, conversation_html, replies_html

HOLES = ("slot", "rater", "before", "client_id", "token", "progress", "conversation", "replies")
SIGNS = {name: sign(number) for number, name in enumerate(HOLES)}
_frames = DrawnOnce(200)


def plain_response(request: HttpRequest, access: RaterAccess, outcome: Outcome) -> HttpResponse | None:
    """The answer to a submission with the item claimed by it; None where it has to be drawn in full."""
    shown, contents, gates = outcome.next, outcome.contents, outcome.gates
    if shown is None or contents is None or gates is None or not _is_plain(request, shown):
        return None
    told = {"url": reverse("rate_item", args=[access.study.code, shown.slot.code])}
    if has_guidelines(request, shown.rubric_version):
        presented = blank_item(shown, contents)
        if presented.group_names:
            return None
        progress = work_progress(shown.slot.plan, access.rater, now=timezone.now(), n_done=gates.n_done + 1)
        own = _own(request, access, outcome, shown) | _drawn(_texts_alone(presented), progress)
        values = [own[name] for name in HOLES]
        told["html"] = _frames.filled(
            _name(access, presented), lambda: _with_signs(request, access, presented), values
        )
    return JsonResponse(told)


def _is_plain(request: HttpRequest, shown: Presentation) -> bool:
    item = shown.slot.item
    is_quiet = not item.is_heavy and not item.content_notes and not len(get_messages(request))
    return is_quiet and not shown.slot.plan.is_training


def _own(request: HttpRequest, access: RaterAccess, outcome: Outcome, shown: Presentation) -> dict[str, str]:
    return {
        "slot": shown.slot.code,
        "rater": access.rater.code,
        "before": outcome.rating.slot.code,
        "client_id": str(uuid4()),
        "token": get_token(request),
    }


def _texts_alone(presented: PresentedItem) -> Screen:
    """Of the screen what is drawn for each item."""
    return Screen(presented=presented, entry=Entry({}), questions=[], errors=[])


def _drawn(screen: Screen, progress: Progress) -> dict[str, str]:
    return {
        "conversation": conversation_html(screen),
        "replies": replies_html(screen),
        "progress": bar_html(progress),
    }


def _name(access: RaterAccess, presented: PresentedItem) -> tuple[Any, ...]:
    """All that a frame depends on."""
    shown, turns = presented.presentation, presented.turns
    item, version = shown.slot.item, shown.rubric_version
    study = tuple(value for name, value in vars(access.study).items() if not name.startswith("_"))
    places = tuple(one.position for one in presented.responses)
    ends = (len(turns), turns[0].position, turns[-1].position) if turns else ()
    orders = tuple(shown.question_order), tuple(shown.response_order), places, ends
    texts = item.language, item.text_direction, shown.language, shown.wording, shown.slot.group.key
    return (get_language(), version.pk, version.code, study, orders, texts)


def _with_signs(request: HttpRequest, access: RaterAccess, presented: PresentedItem) -> str:
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
        "frame": "rate/swap.html",
        "csrf_token": SIGNS["token"],
        "client_id": SIGNS["client_id"],
        "previous": _before(slot),
        "holes": {name: _safe(SIGNS[name]) for name in ("progress", "conversation", "replies")},
    }
    return render_to_string(PAGE, context, request)


def _before(slot: Slot) -> SimpleNamespace:
    """The item before, as the way back to it is drawn."""
    place = copy(slot)
    place.code = SIGNS["before"]
    return SimpleNamespace(presentation=SimpleNamespace(slot=place))


def _safe(mark: str) -> SafeString:
    return mark_safe(mark)  # noqa: S308 (letters and digits)

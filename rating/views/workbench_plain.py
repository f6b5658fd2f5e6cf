"""An item for a rater where nothing is special about it: after a submission by script, or by its address.

What is special (a heavy text, a message, a notice, a draft, another point of view) is drawn in full.
"""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from annotation.access import RaterAccess
from rating.models import Presentation
from rating.queries.at_hand import place_at_hand
from rating.queries.contents import contents_of
from rating.queries.presented import blank_item
from rating.queries.workbench import work_progress
from rating.services.submission import Outcome
from rating.views.workbench_answer import has_guidelines, is_script
from rating.views.workbench_frames import SWAP, filled_frame


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
        before = outcome.rating.slot.code
        told["html"] = filled_frame(request, access, presented, progress, before=before, frame=SWAP)
    return JsonResponse(told)


def plain_page(request: HttpRequest, access: RaterAccess, shown: Presentation) -> HttpResponse | None:
    """The page of an item in the rater's hands; None where it has to be drawn in full, or is refused."""
    if is_script(request) or request.META.get("QUERY_STRING") or not _is_plain(request, shown):
        return None
    now = timezone.now()
    place = place_at_hand(shown, access.rater, now=now)
    if place is None:
        return None
    presented = blank_item(shown, contents_of(shown.slot.item_id))
    if presented.group_names:
        return None
    progress = work_progress(shown.slot.plan, access.rater, now=now, n_done=place.n_done)
    return HttpResponse(filled_frame(request, access, presented, progress, before=place.before))


def _is_plain(request: HttpRequest, shown: Presentation) -> bool:
    item = shown.slot.item
    is_quiet = not item.is_heavy and not item.content_notes and not len(get_messages(request))
    return is_quiet and not shown.slot.plan.is_training

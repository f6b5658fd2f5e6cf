"""The rating screen: show an item, keep its draft, take the rating."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import RaterAccess, rater_for
from annotation.errors import Code, DomainError
from annotation.queries.care import interlude_of
from annotation.queries.consent import needs_consent
from annotation.views.errors import error_body
from rating.forms.question_fields import Entry
from rating.forms.workbench import entry_of_post, fields_of_json, submission_of
from rating.forms.workbench_screen import asked_questions, rating_screen, texts_of_presented
from rating.models import Draft, Presentation
from rating.queries.contents import Contents, contents_of, shown_places
from rating.queries.interludes import interlude_before_next, page_of
from rating.queries.presented import blank_item
from rating.queries.told import is_told
from rating.queries.workbench import is_passed, served_presentation, shown_to
from rating.services.submission import Outcome, submit_rating
from rating.services.workbench import save_draft
from rating.views.turns import in_turn
from rating.views.workbench_answer import is_script, onward_for_scripts, screen_response
from rating.views.workbench_plain import plain_page, plain_response
from rating.views.workbench_screen import screen_context

# What can be mended on the page itself, with everything typed still in it.
MENDABLE = {Code.INVALID, Code.STALE_REVISION, Code.RUBRIC_CHANGED, Code.STUDY_NOT_OPEN, Code.LOST_RACE}


@login_required
@never_cache
@require_safe
def rate_item(request: HttpRequest, code: str, slot_code: str) -> HttpResponse:
    """An item in the rater's hands, or one they have rated and may revise."""
    access = rater_for(request.user, code)
    presentation = shown_to(access.rater, slot_code)
    page = plain_page(request, access, presentation) if presentation else None
    if page is not None:
        return page
    if needs_consent(access.rater) is not None:
        return redirect("rate_consent", code)
    return _shown(request, access, presentation or served_presentation(access.rater, slot_code))


def _shown(request: HttpRequest, access: RaterAccess, presentation: Presentation) -> HttpResponse:
    """An item by the one way that leads to its screen: by its address, or straight after the one before."""
    if is_passed(presentation):
        messages.info(request, _("You skipped that item. You can see it after all further down."))
        return redirect("rate_home", access.study.code)
    if is_told(presentation.slot, access.rater):
        return redirect("rate_known", access.study.code, presentation.slot.code)
    screen = rating_screen(presentation)
    return screen_response(request, screen_context(access, screen, now=timezone.now()))


def keep_entry(presentation: Presentation, access: RaterAccess, entry: Entry) -> None:
    """What was typed into a page that could not be taken becomes the draft: nothing is lost."""
    stored = Draft.objects.filter(slot=presentation.slot, rater=access.rater).first()
    fields = {name: list(values) for name, values in entry.fields.items() if name != "csrfmiddlewaretoken"}
    number = stored.number if stored else 0
    save_draft(presentation.slot, access.rater, payload={"fields": fields}, number=number)


def _refused(
    request: HttpRequest, access: RaterAccess, presentation: Presentation, *, entry: Entry, error: DomainError
) -> HttpResponse:
    """The page again, with everything typed and what is wrong."""
    if error.code != Code.INVALID:
        keep_entry(presentation, access, entry)
    screen = rating_screen(presentation, entry=entry, defects=error.details)
    context = screen_context(access, screen, now=timezone.now(), error=error)
    return screen_response(request, context, error=error)


def _read_with(presentation: Presentation, entry: Entry) -> Contents | None:
    """What a form is read against where no passage is in it: no text is looked into then."""
    quotes = ("passage--", "mark")
    has_quotes = any(any(values) for name, values in entry.fields.items() if name.startswith(quotes))
    return None if has_quotes else shown_places(presentation)


def _submitted(access: RaterAccess, presentation: Presentation, entry: Entry) -> Outcome:
    contents = _read_with(presentation, entry) or contents_of(presentation.slot.item_id)
    presented = blank_item(presentation, contents)
    submission = submission_of(
        entry,
        slot_code=presentation.slot.code,
        asked=asked_questions(presented),
        texts=texts_of_presented(presented),
    )
    # What waited in the browser is sent from any page: an item is handed out only to who is there to rate it.
    goes_on = submission.expected_revision == 0 and entry.first("goes_on") != "no"
    return submit_rating(
        access.rater,
        submission,
        actor=access.member.user,
        claim_next=goes_on,
        presentation=presentation,
        contents=contents,
    )


def _refuse_other_person(sent_by: object, access: RaterAccess) -> None:
    """A page outlives its sign-in: what one person typed is never taken as another's."""
    if sent_by and sent_by != access.rater.code:
        raise DomainError(
            Code.NOT_ALLOWED, _("This page belongs to another person's sign-in. Load it again.")
        )


@in_turn
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@onward_for_scripts
def rate_submit(request: HttpRequest, code: str, slot_code: str) -> HttpResponse:
    """Store the rating and show the next item. Signing in again leads here by GET: back to the item."""
    access = rater_for(request.user, code)
    presentation = served_presentation(access.rater, slot_code)
    if request.method != "POST":
        return redirect("rate_item", code, slot_code)
    _refuse_other_person(request.POST.get("rater"), access)
    entry = entry_of_post(request.POST)
    try:
        outcome = _submitted(access, presentation, entry)
    except DomainError as error:
        if error.code == Code.CONSENT_NEEDED:
            keep_entry(presentation, access, entry)
            return redirect("rate_consent", code)
        if error.code not in MENDABLE:
            raise
        return _refused(request, access, presentation, entry=entry, error=error)
    return _onward(request, access, outcome)


def _interlude(access: RaterAccess, outcome: Outcome) -> str | None:
    """What comes before the next item, by what the submission has found where it has looked."""
    if outcome.next is None:
        return None
    gates = outcome.gates
    if gates is None or gates.exposure is None:
        return interlude_before_next(access.rater)
    return page_of(interlude_of(gates.exposure, gates.care, now=timezone.now()))


def _onward(request: HttpRequest, access: RaterAccess, outcome: Outcome) -> HttpResponse:
    code = access.study.code
    if is_told(outcome.rating.slot, access.rater):
        return redirect("rate_known", code, outcome.rating.slot.code)
    if outcome.rating.revision > 1:
        messages.success(request, _("Your revised rating is stored."))
        return redirect("rate_history", code)
    interlude = _interlude(access, outcome)
    if interlude:
        return redirect(interlude, code)
    if outcome.next is not None:
        return _next_item(request, access, outcome, outcome.next)
    if outcome.is_replay:
        messages.info(request, _("This rating was stored already, once."))
    else:
        messages.success(request, _("Your rating is stored. Thank you."))
    return redirect("rate_home", code)


def _next_item(
    request: HttpRequest, access: RaterAccess, outcome: Outcome, following: Presentation
) -> HttpResponse:
    if not is_script(request):
        return redirect("rate_item", access.study.code, following.slot.code)
    plain = plain_response(request, access, outcome)
    return plain or _shown(request, access, served_presentation(access.rater, following.slot.code))


def _sent_draft(request: HttpRequest, access: RaterAccess) -> tuple[int, dict[str, list[str]]]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException) as error:  # the last: it came as a form
        raise DomainError(Code.INVALID, _("A draft is sent as JSON.")) from error
    number = sent.get("number") if isinstance(sent, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise DomainError(Code.INVALID, _("A draft says which number it builds on."))
    _refuse_other_person(sent.get("rater"), access)
    return number, fields_of_json(sent.get("fields"))


@login_required
@require_POST
def rate_draft(request: HttpRequest, code: str, slot_code: str) -> JsonResponse:
    """Autosave. JSON in and out; 409 names the newer draft's number."""
    try:
        access = rater_for(request.user, code)
        presentation = served_presentation(access.rater, slot_code)
        number, fields = _sent_draft(request, access)
        draft = save_draft(presentation.slot, access.rater, payload={"fields": fields}, number=number)
    except DomainError as error:
        body = error_body(error)
        if error.code == Code.STALE_REVISION:
            stored = Draft.objects.filter(slot=presentation.slot, rater=access.rater).first()
            body["number"] = stored.number if stored else 0
        return JsonResponse(body, status=error.status)
    return JsonResponse({"number": draft.number, "saved_at": draft.saved_at.isoformat()})


@login_required
@never_cache
@require_safe
def rate_session(request: HttpRequest, code: str) -> JsonResponse:
    """Who is signed in now, and the token for what waits to be sent: signing in again voids the page's."""
    return JsonResponse({"rater": rater_for(request.user, code).rater.code, "csrf": get_token(request)})

"""Rest between items: pause, check-in, break, and a wish for contact that nobody learns of unasked."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotation.access import rater_for, study_for
from annotation.errors import DomainError
from annotation.forms.refusals import carried_out
from annotation.models import Rater, Role
from annotation.queries.care import break_due, care_of, is_overwhelmed, open_pause, open_wish
from annotation.services.opt_outs import pause_work
from annotation.services.wellbeing import begin_stretch, check_in, skip_check_in, wish_contact
from annotation.views.pages import posted
from rating.forms.care import CheckInForm, ContactForm
from rating.forms.workbench import entry_of_post
from rating.queries.workbench import served_presentation
from rating.views.workbench_entry import rate_claim
from rating.views.workbench_item import keep_entry

READS_AND_POSTS = require_http_methods(["GET", "HEAD", "POST"])


def care_page(
    request: HttpRequest, template: str, code: str, rater: Rater, **context: object
) -> HttpResponse:
    """A page around how the rater is; 400 when it brings back a form with errors."""
    access = study_for(request.user, code, Role.RATER)
    status = 400 if getattr(context.get("form"), "errors", None) else 200
    context |= {"access": access, "study": access.study, "rater": rater, "wish": open_wish(rater)}
    context.setdefault("contact_form", ContactForm())
    return render(request, template, context, status=status)


@login_required
@never_cache
@READS_AND_POSTS
def rate_pause(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a pause; posting begins one, e.g. from the page that offers a break."""
    rater = rater_for(request.user, code).rater
    if request.method == "POST":
        pause_work(rater, now=timezone.now())
        return redirect("rate_pause", code)
    return care_page(request, "care/pause.html", code, rater, pause=open_pause(rater))


@login_required
@READS_AND_POSTS
def rate_pause_item(request: HttpRequest, code: str, slot_code: str) -> HttpResponse:
    """Pause in the middle of an item: what was typed becomes the draft, then the item is released."""
    access = rater_for(request.user, code)
    presentation = served_presentation(access.rater, slot_code)
    if request.method != "POST":
        # Signing in again leads here.
        return redirect("rate_item", code, slot_code)
    try:
        keep_entry(presentation, access, entry_of_post(request.POST))
    except DomainError as error:
        # Who needs a rest gets it; the browser keeps what the server could not take.
        messages.warning(request, error.message)
    pause_work(access.rater, now=timezone.now())
    return redirect("rate_pause", code)


@login_required
@never_cache
@READS_AND_POSTS
def rate_checkin(request: HttpRequest, code: str) -> HttpResponse:
    """How are you right now? Answered or skipped, the work goes on; a high number leads to a break."""
    rater, now = rater_for(request.user, code).rater, timezone.now()
    form = CheckInForm(None if "skip" in request.POST else posted(request))
    if "skip" in request.POST:
        skip_check_in(rater, now=now)
        return rate_claim(request, code)
    if request.method == "POST":
        told = carried_out(form, lambda: check_in(rater, value=form.cleaned_data["value"], now=now))
        if told is not None:
            return redirect("rate_break", code) if told.is_above else rate_claim(request, code)
    return care_page(request, "care/checkin.html", code, rater, form=form)


@login_required
@never_cache
@READS_AND_POSTS
def rate_break(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a break, and say why it is offered; posting is the wish to go on."""
    rater, now = rater_for(request.user, code).rater, timezone.now()
    if request.method == "POST":
        begin_stretch(rater, now=now)
        return rate_claim(request, code)
    reason = "overwhelmed" if is_overwhelmed(rater, now=now) else break_due(rater, now=now)
    return care_page(request, "care/break.html", code, rater, reason=reason, care=care_of(rater.study))


@login_required
@never_cache
@READS_AND_POSTS
def rate_contact(request: HttpRequest, code: str) -> HttpResponse:
    """Ask to be contacted: the only thing about a rater's state that ever reaches a coordinator."""
    rater = rater_for(request.user, code).rater
    form = ContactForm(posted(request))
    if request.method == "POST":
        now = timezone.now()
        if carried_out(form, lambda: wish_contact(rater, now=now, **form.cleaned_data)):
            messages.success(request, _("The coordinators are told that you would like to be contacted."))
            return redirect("rate_pause" if open_pause(rater) else "rate_contact", code)
    return care_page(request, "care/contact.html", code, rater, form=form, contact_form=form)

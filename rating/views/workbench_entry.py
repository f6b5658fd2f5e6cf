"""Ways to an item: consent, the next one, one that was skipped."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import item_for, rater_for, study_for
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.consent import needs_consent
from annotation.services.consent import give_consent
from rating.forms.rater_words import ConsentForm
from rating.services.workbench import claim_next_item, claim_passed_item

# Refusals of a claim that say where things stand: they belong on the start page, not on an error page.
EXPECTED = {Code.STUDY_NOT_OPEN, Code.NOTHING_LEFT, Code.LOST_RACE}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate_consent(request: HttpRequest, code: str) -> HttpResponse:
    """The newest consent text; agreeing leads on to the start page."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    version = needs_consent(rater)
    if version is None:
        return redirect("rate_home", code)
    form = ConsentForm(request.POST or None, initial={"version": version.code})
    if request.method == "POST":
        if request.POST.get("version") != version.code:
            messages.warning(request, "The consent text has changed. Please read the new one.")
            return redirect("rate_consent", code)
        if carried_out(form, lambda: give_consent(rater, version, actor=access.member.user)):
            return redirect("rate_home", code)
    context = {"access": access, "study": access.study, "version": version, "form": form}
    return render(request, "rate/consent.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def rate_claim(request: HttpRequest, code: str) -> HttpResponse:
    """The item in hand or the next one."""
    access = rater_for(request.user, code)
    try:
        presentation = claim_next_item(access.rater, actor=access.member.user)
    except DomainError as error:
        if error.code == Code.CONSENT_NEEDED:
            return redirect("rate_consent", code)
        if error.code not in EXPECTED:
            raise
        messages.info(request, error.message)
        return redirect("rate_home", code)
    if presentation is None:
        return redirect("rate_home", code)
    return redirect("rate_item", code, presentation.slot.code)


@login_required
@require_POST
def rate_return(request: HttpRequest, code: str, item_code: str) -> HttpResponse:
    """See a skipped item after all."""
    access = rater_for(request.user, code)
    item = item_for(request.user, code, item_code, Role.RATER)
    try:
        presentation = claim_passed_item(access.rater, item, actor=access.member.user)
    except DomainError as error:
        if error.code not in EXPECTED:
            raise
        messages.info(request, error.message)
        return redirect("rate_home", code)
    return redirect("rate_item", code, presentation.slot.code)

"""Ways to an item: the next one, one that was skipped."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotation.access import item_for, rater_for
from annotation.errors import Code, DomainError
from annotation.models import Role
from rating.queries.interludes import interlude_before_next
from rating.services.workbench import claim_next_item, claim_passed_item

# Refusals of a claim that say where things stand: they belong on the start page, not on an error page.
EXPECTED = {Code.STUDY_NOT_OPEN, Code.NOTHING_LEFT, Code.LOST_RACE, Code.NOT_CLEARED}


@login_required
@require_POST
def rate_claim(request: HttpRequest, code: str) -> HttpResponse:
    """The item in hand or the next one."""
    access = rater_for(request.user, code)
    interlude = interlude_before_next(access.rater)
    if interlude:
        return redirect(interlude, code)
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

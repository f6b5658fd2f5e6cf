"""Who is where on the way to the study's own items, what coordinators decide, and what checks show."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.errors import DomainError
from annotation.forms.refusals import carried_out
from annotation.services.clearance import invite_again, let_pass
from annotation.views.lists import people_list, wanted_pseudonym
from annotation.views.pages import posted, study_page
from rating.access import checked_rater_for, quality_reader_for, site_keeper_for
from rating.forms.training import LetPassForm
from rating.queries.quality import SMALL_N, checked_raters, rater_quality
from rating.queries.who_is_where import practising_raters, rater_rows
from rating.services.repeat_figures import consistency_seen


@login_required
@require_safe
def study_training_people(request: HttpRequest, code: str) -> HttpResponse:
    access = site_keeper_for(request.user, code)
    found = people_list(request, practising_raters(access.raters(), search=wanted_pseudonym(request)))
    rows = rater_rows(access, found["page_obj"], now=timezone.now())
    return study_page(request, "training/people.html", access, rows=rows, **found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_training_pass(request: HttpRequest, code: str, rater_code: str) -> HttpResponse:
    """Let somebody pass by hand, with a reason."""
    access, rater = checked_rater_for(request.user, code, rater_code)
    form = LetPassForm(posted(request))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: let_pass(rater, actor=actor, **form.cleaned_data)):
            messages.success(request, _("%(rater)s may rate now.") % {"rater": rater.pseudonym})
            return redirect("study_training_people", code)
    return study_page(request, "training/let_pass.html", access, form=form, rater=rater)


@login_required
@require_POST
def study_training_again(request: HttpRequest, code: str, rater_code: str) -> HttpResponse:
    """Invite somebody to practise again, with one more try."""
    access, rater = checked_rater_for(request.user, code, rater_code)
    try:
        invite_again(rater, actor=access.member.user)
        words = _("%(rater)s can practise again and has one more try.")
        messages.success(request, words % {"rater": rater.pseudonym})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("study_training_people", code)


@login_required
@require_safe
def study_quality(request: HttpRequest, code: str) -> HttpResponse:
    """What hidden checks show, by pseudonym and by question."""
    access = quality_reader_for(request.user, code)
    found = people_list(request, checked_raters(access.raters(), search=wanted_pseudonym(request)))
    questions, counted_at = consistency_seen(access, now=timezone.now())
    return study_page(
        request,
        "training/quality.html",
        access,
        rows=rater_quality(access, list(found["page_obj"])),
        questions=questions,
        counted_at=counted_at,
        small_n=SMALL_N,
        **found,
    )

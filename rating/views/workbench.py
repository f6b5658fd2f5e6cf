"""The rater's pages around the items: start, what they have submitted, guidelines."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotation.access import rater_for, study_for
from annotation.models import Role
from annotation.queries.clearance import open_plans, settings_of, standing_of
from annotation.queries.consent import needs_consent
from annotation.queries.enrolment import rating_halted
from annotation.queries.legal_gate import Gate, gate_of
from annotation.queries.messages import messages_of
from annotation.queries.opt_outs import opt_outs_of
from annotation.queries.problems import problems_of
from annotation.queries.screening import screening_due
from rating.forms.own_ratings import told_ratings
from rating.queries.rating_list import own_ratings, with_words
from rating.queries.watching import looks_asked_of
from rating.queries.wordings import guideline_words
from rating.queries.workbench import (
    held_presentation,
    open_plan,
    passed_items,
    rated_version,
    rater_progress,
)

PER_PAGE = 20


@login_required
@require_safe
def rate_home(request: HttpRequest, code: str) -> HttpResponse:
    """Where a rater starts, stops and comes back to."""
    rater = rater_for(request.user, code).rater
    gate = gate_of(rater)
    if needs_consent(rater) is not None or gate in {Gate.ASK, Gate.CLOSED}:
        return redirect("rate_consent", code)
    if screening_due(rater):
        return redirect("rate_screening", code)
    access = study_for(request.user, code, Role.RATER)
    plan = open_plan(access.study)
    context: dict[str, object] = {"access": access, "study": access.study, "rater": rater}
    context |= {"plan": plan, "n_submitted": own_ratings(rater).count()}
    context |= {"copies": messages_of(rater)}
    context |= {"waits_for_proxy": gate == Gate.PROXY}
    context |= {"halted": rating_halted(access.study, now=timezone.now())}
    context |= {"standing": standing_of(rater, open_plans(access.study), now=timezone.now())}
    context |= {"looks": looks_asked_of(rater)}
    context |= {"shows_consistency": settings_of(access.study).shows_consistency}
    if plan is not None:
        context |= {
            "progress": rater_progress(plan, rater, timezone.now()),
            "held": held_presentation(plan, rater),
            "passed": passed_items(plan, rater),
            "avoids_topics": bool(opt_outs_of(rater)),
        }
    return render(request, "rate/home.html", context)


@login_required
@require_safe
def rate_history(request: HttpRequest, code: str) -> HttpResponse:
    """The rater's own ratings and problem reports, nobody else's."""
    access = study_for(request.user, code, Role.RATER)
    rater = rater_for(request.user, code).rater
    page = Paginator(with_words(own_ratings(rater)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "study": access.study,
        "rater": rater,
        "page_obj": page,
        "own_ratings": told_ratings(access.study, page.object_list),
        "problems": list(problems_of(rater)),
    }
    return render(request, "rate/history.html", context)


@login_required
@require_safe
def rate_guidelines(request: HttpRequest, code: str) -> HttpResponse:
    """Guidelines, examples and keys on a page of their own."""
    access = study_for(request.user, code, Role.RATER)
    rater = rater_for(request.user, code).rater
    version = rated_version(access.study)
    questions = guideline_words(version, rater.group.key) if version else []
    context = {"access": access, "study": access.study, "version": version, "questions": questions}
    return render(request, "rate/guidelines.html", context)

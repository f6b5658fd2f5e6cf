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
from annotation.queries.consent import needs_consent
from annotation.queries.problems import problems_of
from rating.queries.rating_list import own_ratings
from rating.queries.workbench import (
    guideline_questions,
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
    if needs_consent(rater) is not None:
        return redirect("rate_consent", code)
    access = study_for(request.user, code, Role.RATER)
    plan = open_plan(access.study)
    context: dict[str, object] = {"access": access, "study": access.study, "rater": rater}
    context |= {"plan": plan, "n_submitted": own_ratings(rater).count()}
    if plan is not None:
        context |= {
            "progress": rater_progress(plan, rater, timezone.now()),
            "held": held_presentation(plan, rater),
            "passed": passed_items(plan, rater),
        }
    return render(request, "rate/home.html", context)


@login_required
@require_safe
def rate_history(request: HttpRequest, code: str) -> HttpResponse:
    """The rater's own ratings and problem reports, nobody else's."""
    access = study_for(request.user, code, Role.RATER)
    rater = rater_for(request.user, code).rater
    ratings = own_ratings(rater).select_related("presentation__slot")
    page = Paginator(ratings, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "study": access.study,
        "page_obj": page,
        "page_range": page.paginator.get_elided_page_range(page.number),
        "problems": list(problems_of(rater)),
    }
    return render(request, "rate/history.html", context)


@login_required
@require_safe
def rate_guidelines(request: HttpRequest, code: str) -> HttpResponse:
    """Guidelines, examples and keys on a page of their own."""
    access = study_for(request.user, code, Role.RATER)
    version = rated_version(access.study)
    questions = guideline_questions(version) if version else []
    context = {"access": access, "study": access.study, "version": version, "questions": questions}
    return render(request, "rate/guidelines.html", context)

"""How a stage goes at some of a study's sites: for whoever is bound to them, or asks for one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from annotation.models import Factor, Role, Site
from annotation.queries.course import factors_of
from annotation.queries.jobs import job_card
from annotation.queries.site_progress import site_factor
from annotation.queries.studies import current_plan
from annotation.study_access import StudyAccess
from annotation.views.pages import study_page
from rating.queries.site_watching import desk_alerts, site_stage, stage_alerts
from rating.queries.watching import course_figure


def shown_factor(request: HttpRequest, access: StudyAccess) -> tuple[list[Factor], Factor | None]:
    """The factors that progress can be seen by, and the one asked for: no hidden ones for who rates here."""
    factors = [one for one in factors_of(access.study) if not (one.is_hidden and access.can(Role.RATER))]
    asked = next((one for one in factors if one.key == request.GET.get("factor")), None)
    return factors, asked or next(iter(factors), None)


def site_watch(request: HttpRequest, access: StudyAccess, site: Site | None) -> HttpResponse:
    """The page of one of the member's sites, or of all theirs."""
    plan, now, cut = current_plan(access.study), timezone.now(), access.only_at(site)
    context: dict[str, Any] = {"sites": list(access.sites()), "site": site, "alerts": [*desk_alerts(cut)]}
    if plan is None:
        return study_page(request, "watching/none.html", access, **context)
    stage = site_stage(cut, plan, now=now)
    factors, factor = shown_factor(request, access)
    groups = [row.group for row in stage.progress]
    context |= {"plan": plan, "stage": stage, "measured": stage.measured, "job": stage.job}
    context |= {"card": job_card(stage.job) if stage.job else None}
    context |= {"factors": factors, "factor": factor, "groups": groups}
    context |= {"rows": site_factor(cut, plan, factor, groups) if factor else []}
    figure = course_figure(stage.course, is_planned=plan.is_seated) if stage.course else None
    context |= {"figure": figure}
    context["alerts"] = [*stage_alerts(cut, plan, stage, now=now), *context["alerts"]]
    return study_page(request, "watching/site.html", access, **context)

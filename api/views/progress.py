"""How a stage goes: of the study, of one of its sites, or of those that a member is bound to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import StudyAccess, sites_for
from annotation.models import Factor, Group, Plan, Role, Site
from annotation.queries.course import (
    FactorRow,
    StageCourse,
    factors_of,
    progress_by_factor,
    stage_course,
    stage_progress,
)
from annotation.queries.site_progress import site_factor
from annotation.queries.studies import current_plan
from annotation.scopes import Scope
from api.endpoint import Endpoint
from api.schema import documented
from api.serializers.watching import ProgressSerializer, SiteFilterSerializer
from rating.queries.attention import exhausted_alerts, waiting_alerts
from rating.queries.site_watching import desk_alerts, site_stage, stage_alerts
from rating.queries.watching import alerts, measuring_of

TEAM = (Role.COORDINATOR, Role.RESEARCHER)
NO_STAGE: dict[str, Any] = dict.fromkeys(("plan", "stage", "state", "course"))


def asked_of_site(access: StudyAccess, request: Request) -> Site | None:
    """The site that the request names, of those the member sees."""
    sent = SiteFilterSerializer(data=request.query_params)
    sent.is_valid(raise_exception=True)
    return access.site_of(sent.validated_data.get("site", ""))


def _by_factor(
    access: StudyAccess,
    groups: Sequence[Group],
    rows_of: Callable[[Factor], list[FactorRow]],
    *,
    is_planned: bool,
) -> list[dict[str, Any]]:
    """Who rates here does not see what a hidden factor parts."""
    found = []
    for factor in factors_of(access.study):
        if factor.is_hidden and access.can(Role.RATER):
            continue
        levels = [_level(row, groups, is_planned=is_planned) for row in rows_of(factor)]
        found.append({"factor": factor.key, "name": factor.name, "levels": levels})
    return found


def _level(row: FactorRow, groups: Sequence[Group], *, is_planned: bool) -> dict[str, Any]:
    cells = zip(groups, row.cells, strict=True)
    return {
        "level": row.level,
        "groups": [
            {
                "group": group.key,
                "n_planned": cell.n_planned if is_planned else None,
                "n_done": cell.n_done,
            }
            for group, cell in cells
        ],
    }


def _course(course: StageCourse | None, *, is_planned: bool) -> dict[str, Any] | None:
    if course is None:
        return None
    ends = None if course.ends is None else dict(zip(("low", "middle", "high"), course.ends, strict=True))
    lines = [
        {"group": line.group, "n_planned": line.n_planned if is_planned else None, "totals": line.totals}
        for line in course.lines
    ]
    told = {name: getattr(course, name) for name in ("days", "due_on", "is_late", "may_be_late")}
    return told | {"lines": lines, "forecast": ends}


def _of_study(access: StudyAccess, plan: Plan | None) -> dict[str, Any]:
    now = timezone.now()
    waiting = waiting_alerts(access.member, now=now)
    if plan is None:
        return {**NO_STAGE, "groups": [], "factors": [], "alerts": waiting}
    progress = stage_progress(access.study, plan, now=now)
    course, groups = stage_course(plan, progress, now=now), [row.group for row in progress]
    found = alerts(plan, progress, course, measuring_of(plan)[1], now=now)
    found += exhausted_alerts(plan, now=now) + waiting
    factors = _by_factor(
        access, groups, lambda factor: progress_by_factor(plan, factor, groups), is_planned=True
    )
    told = {"plan": plan.code, "stage": plan.stage, "state": plan.state, "groups": progress}
    return told | {"factors": factors, "course": _course(course, is_planned=True), "alerts": found}


def _of_sites(access: StudyAccess, plan: Plan | None, site: Site | None) -> dict[str, Any]:
    now, cut = timezone.now(), access.only_at(site)
    waiting = list(desk_alerts(cut))
    if plan is None:
        return {**NO_STAGE, "groups": [], "factors": [], "alerts": waiting}
    stage = site_stage(cut, plan, now=now)
    groups = [row.group for row in stage.progress]
    found = [*stage_alerts(cut, plan, stage, now=now), *waiting]
    factors = _by_factor(cut, groups, lambda factor: site_factor(cut, plan, factor, groups), is_planned=False)
    told = {"plan": plan.code, "stage": plan.stage, "state": plan.state, "groups": stage.progress}
    return told | {
        "factors": factors,
        "course": _course(stage.course, is_planned=plan.is_seated),
        "alerts": found,
    }


class Progress(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "progress_read",
        "How the current stage goes, by group and factor, with its forecast; of a site its raters alone "
        "(coordinator, researcher)",
        answers={200: ProgressSerializer},
        errors=[400, 404],
        parameters=[SiteFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, *TEAM)
        site, plan = asked_of_site(access, request), current_plan(access.study)
        is_whole = site is None and not access.is_bound
        told = _of_study(access, plan) if is_whole else _of_sites(access, plan, site)
        told["site"] = site.key if site else None
        return Response(ProgressSerializer(told).data)

"""Analysis plans: written, locked, followed."""

from __future__ import annotations

from functools import partial
from itertools import combinations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import StudyAccess, study_for
from annotation.forms.refusals import carried_out
from annotation.models import Group, Plan, Role, Study
from annotation.views.pages import posted, study_page
from rating.access import analysis_plan_for
from rating.forms.analysis_plans import AnalysisPlanForm, initial_of
from rating.forms.versions import VersionsForm
from rating.models import AnalysisPlan
from rating.queries.analysis_plans import factor_levels, names_of, plan_runs, plans_of
from rating.queries.rated_versions import foreseen_classes, rated_classes
from rating.queries.ratings import default_stage
from rating.reporting.plan_words import plan_facts
from rating.services.analyses import start_analysis
from rating.services.analysis_plans import lock_plan, plan_digest, write_plan


@login_required
@require_safe
def analysis_plans(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.RESEARCHER)
    plans = plans_of(access.study)
    draft = next((plan for plan in plans if not plan.is_locked), None)
    return study_page(request, "report/plans.html", access, plans=plans, draft=draft)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def analysis_plan_new(request: HttpRequest, code: str) -> HttpResponse:
    """The draft there is, or the next version, which starts from the version before."""
    access = study_for(request.user, code, Role.RESEARCHER)
    plans = plans_of(access.study)
    form = AnalysisPlanForm(
        posted(request), choices=_choices(access.study), initial=_initial(plans[0]) if plans else None
    )
    versions = _planned_versions(request, access.study, plans)
    if request.method == "POST" and versions.is_valid():
        plan = carried_out(form, lambda: _written(access, form, versions))
        if plan:
            return redirect("analysis_plan", code, plan.code)
    context = {"form": form, "versions": versions, "has_draft": _has_draft(plans)}
    response = study_page(request, "report/plan_new.html", access, **context)
    response.status_code = 400 if form.errors or versions.errors else 200
    return response


@login_required
@require_safe
def analysis_plan(request: HttpRequest, code: str, plan: str) -> HttpResponse:
    access, found = analysis_plan_for(request.user, code, plan)
    return _plan_page(request, access, found, _versions(request, found))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def analysis_plan_lock(request: HttpRequest, code: str, plan: str) -> HttpResponse:
    """Asks before the plan is locked."""
    access, found = analysis_plan_for(request.user, code, plan)
    if request.method == "POST":
        lock_plan(found, actor=access.member.user)
        messages.success(request, _("Version %(n)s of the plan is locked.") % {"n": found.number})
        return redirect("analysis_plan", code, plan)
    return study_page(request, "report/plan_lock.html", access, plan=found)


@login_required
@require_POST
def analysis_plan_analyse(request: HttpRequest, code: str, plan: str) -> HttpResponse:
    access, found = analysis_plan_for(request.user, code, plan)
    versions = _versions(request, found)
    if not versions.is_valid():
        return _plan_page(request, access, found, versions)
    choice = versions.choice()
    follow = partial(start_analysis, access.study, actor=access.member.user, plan=found)
    if not choice:
        return redirect("analysis", code, follow().code)
    started = carried_out(versions, lambda: follow(options={"versions": choice}))
    if started is None:
        return _plan_page(request, access, found, versions)
    return redirect("analysis", code, started.code)


def _planned_versions(request: HttpRequest, study: Study, plans: list[AnalysisPlan]) -> VersionsForm:
    """What the plan says of versions that differ, before or after the first rating."""
    before = plans[0].options if plans else {}
    stage = request.POST.get("stage") or before.get("stage") or default_stage(study)
    chosen = before.get("versions", {})
    classes = foreseen_classes(study, stage)
    return VersionsForm(posted(request), classes=classes, may_wait=True, chosen=chosen)


def _versions(request: HttpRequest, plan: AnalysisPlan) -> VersionsForm:
    """What to do with versions that differ, where the plan does not say it."""
    is_silent = plan.is_locked and not plan.options.get("versions")
    classes = rated_classes(plan.study, plan.options["stage"]) if is_silent else []
    return VersionsForm(posted(request), classes=classes)


def _plan_page(
    request: HttpRequest, access: StudyAccess, plan: AnalysisPlan, versions: VersionsForm
) -> HttpResponse:
    names = names_of(access.study)
    return study_page(
        request,
        "report/plan.html",
        access,
        plan=plan,
        digest=plan_digest(plan),
        facts=plan_facts(plan.options, plan.seed, names),
        runs=plan_runs(plan, names) if plan.is_locked else [],
        versions=versions,
        form=versions,
    )


def _written(access: StudyAccess, form: AnalysisPlanForm, versions: VersionsForm) -> AnalysisPlan:
    data = form.cleaned_data
    return write_plan(
        access.study,
        actor=access.member.user,
        title=data["title"],
        note=data["note"],
        options={**form.options(), "versions": versions.choice()},
        seed=data["seed"],
    )


def _has_draft(plans: list[AnalysisPlan]) -> bool:
    return any(not plan.is_locked for plan in plans)


def _initial(plan: AnalysisPlan) -> dict[str, object]:
    note = "" if plan.is_locked else plan.note
    return initial_of(plan.options, title=plan.title, note=note, seed=plan.seed)


def _choices(study: Study) -> dict[str, list[tuple[str, str]]]:
    names = names_of(study)
    people = Group.objects.filter(study=study, kind=Group.Kind.HUMAN).values_list("key", flat=True)
    stages = (Plan.Stage.MAIN, Plan.Stage.PILOT, Plan.Stage.IMPORTED)
    return {
        "stage": [(str(stage), str(stage.label)) for stage in stages],
        "questions": list(names.questions.items()),
        "pairs": [(f"{one}|{two}", names.pair((one, two))) for one, two in combinations(people, 2)],
        "levels": factor_levels(study),
        "strata": list(names.factors.items()),
    }

"""What can this plan show? Simulations of a study's design, for coordinators and researchers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import StudyAccess, study_for
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.models import Job
from annotation.views.pages import STAFF, posted, study_page
from rating.access import simulation_for
from rating.forms.planning import PlanSimulationForm
from rating.queries.planning import plan_outset, simulation_facts, simulation_page, simulations_of
from rating.services.planning import start_plan_simulation


def _start(access: StudyAccess, form: PlanSimulationForm) -> Job:
    return start_plan_simulation(
        access.study,
        actor=access.member.user,
        settings=form.settings(),
        seed=form.cleaned_data["seed"],
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_simulations(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    form = PlanSimulationForm(posted(request), outset=plan_outset(access.study))
    job = carried_out(form, lambda: _start(access, form)) if request.method == "POST" else None
    if job is not None:
        return redirect("job_detail", code, job.code)
    return study_page(
        request, "planning/simulations.html", access, form=form, simulations=simulations_of(access.study)
    )


@login_required
@require_safe
def plan_simulation(request: HttpRequest, code: str, simulation: str) -> HttpResponse:
    """What a simulation found; while it runs, or when it failed, the page of its job."""
    access, job = simulation_for(request.user, code, simulation)
    if job.state != Job.State.DONE:
        return redirect("job_detail", code, job.code)
    return study_page(
        request,
        "planning/simulation.html",
        access,
        job=job,
        page=simulation_page(job),
        facts=simulation_facts(job),
    )


@login_required
@require_safe
def plan_simulation_results(request: HttpRequest, code: str, simulation: str) -> HttpResponse:
    """All numbers of a finished simulation, unrounded."""
    _access, job = simulation_for(request.user, code, simulation)
    if job.state != Job.State.DONE:
        raise DomainError(Code.NOT_FOUND, _("This simulation has no results."))
    parts = ("outlook", "needed", "software_version")
    found = {**job.payload, **{part: job.result[part] for part in parts}}
    name = f"plan-{job.code}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(found, headers=headers, json_dumps_params={"indent": 1})

"""Stages of a study: pilot and main, planned, started and closed one at a time."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import StudyAccess, plan_for, study_for
from annotation.errors import Code, DomainError
from annotation.forms.plans import StageForm
from annotation.forms.refusals import carried_out
from annotation.models import Group, Plan, Role
from annotation.queries.items import factor_choices
from annotation.queries.plan_preview import plan_preview
from annotation.queries.plans import human_groups, n_claimable_items, published_versions, stage_rows
from annotation.services.plans import close_plan, open_plan
from annotation.services.stages import drafted_stage, make_stage
from annotation.views.pages import STAFF, posted, sees_hidden, study_page

PREVIEW = "preview"
# Short enough to read out over the phone; any seed up to 2**53 - 1 may be typed.
DRAWN_SEEDS = 10**6


@login_required
@require_safe
def study_plan(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    rows = stage_rows(access.study)
    running = next((row.plan for row in rows if row.plan.state == Plan.State.OPEN), None)
    needs = {
        "n_items": n_claimable_items(access.study),
        "n_groups": len(human_groups(access.study)),
        "n_versions": len(published_versions(access.study)),
    }
    return study_page(
        request,
        "study/plan.html",
        access,
        rows=rows,
        running=running,
        needs=needs,
        can_plan=all(needs.values()),
    )


def made_stage(access: StudyAccess, form: StageForm) -> Plan:
    return make_stage(
        access.study,
        actor=access.member.user,
        stage=form.cleaned_data["stage"],
        rubric_version=form.version(),
        quotas=form.quotas(),
        n_items=form.cleaned_data["n_items"],
        seed=form.cleaned_data["seed"],
        design=form.wished(),
    )


def load_preview(access: StudyAccess, form: StageForm, groups: list[Group]) -> dict[str, object]:
    """What the stage would ask of each group; empty for wishes that cannot be."""
    made = carried_out(
        form,
        lambda: drafted_stage(
            access.study,
            quotas=form.quotas(),
            n_items=form.cleaned_data["n_items"],
            seed=form.cleaned_data["seed"],
            design=form.wished(),
        ),
    )
    if made is None:
        return {}
    preview = plan_preview(made, groups)
    return {"preview": preview, "loads": preview.loads, "n_wanted": len(made.items)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_new(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a stage: first the load is shown, then the stage is made."""
    access = study_for(request.user, code, Role.COORDINATOR)
    groups, n_items = human_groups(access.study), n_claimable_items(access.study)
    form = StageForm(
        posted(request),
        groups=groups,
        versions=published_versions(access.study),
        factors=factor_choices(access.study, sees_hidden=sees_hidden(access)),
        initial={"stage": Plan.Stage.MAIN, "seed": secrets.randbelow(DRAWN_SEEDS)},
    )
    if request.method == "POST" and request.POST.get("step") != PREVIEW:
        plan = carried_out(form, lambda: made_stage(access, form))
        if plan:
            messages.success(
                request, _("The %(stage)s stage is planned.") % {"stage": plan.get_stage_display().lower()}
            )
            return redirect("study_plan", code)
    preview = load_preview(access, form, groups) if request.method == "POST" and not form.errors else {}
    return study_page(request, "study/plan_new.html", access, form=form, n_items=n_items, **preview)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_state(request: HttpRequest, code: str, plan_code: str, change: str) -> HttpResponse:
    """Asks before a stage starts or closes."""
    access = study_for(request.user, code, Role.COORDINATOR)
    plan = plan_for(request.user, code, plan_code)
    services = {"open": open_plan, "close": close_plan}
    if change not in services:
        raise DomainError(Code.NOT_FOUND, _("There is no page at this address."))
    if request.method == "POST":
        services[change](plan, actor=access.member.user)
        words = (
            _("The %(stage)s stage has started.") if change == "open" else _("The %(stage)s stage is closed.")
        )
        messages.success(request, words % {"stage": plan.get_stage_display().lower()})
        return redirect("study_plan", code)
    return study_page(request, "study/plan_confirm.html", access, plan=plan, change=change)

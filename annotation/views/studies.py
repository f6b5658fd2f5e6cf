"""Overview, state and settings of a study."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import StudyAccess, consent_version_of, signed_in, sites_for, study_for
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.forms.set_up import BeginForm
from annotation.forms.studies import GroupForm, StudyForm
from annotation.models import Group, ProblemReport, Role, Study, User
from annotation.queries.duties import open_duties
from annotation.queries.events import recent_events
from annotation.queries.people import group_counts
from annotation.queries.problems import n_open_problems, study_problems
from annotation.queries.stage_counts import counted_at
from annotation.queries.studies import (
    current_plan,
    opening_steps,
    pace_table,
    study_progress,
    study_totals,
)
from annotation.services import studies
from annotation.services.set_up import begin_study
from annotation.views.pages import STAFF, posted, study_page
from annotation.views.study_states import CHANGES, state_actions

PER_PAGE = 25
# Where a study begins for those who do not see its overview.
LANDINGS = (
    (Role.SAFEGUARDING, "study_incidents"),
    (Role.RATER, "rate_home"),
    (Role.ADJUDICATOR, "study_adjudication"),
)


def _begun(form: BeginForm, actor: User) -> Study:
    told = form.cleaned_data
    return begin_study(actor=actor, title=told["title"], purpose=told["purpose"], groups=form.wishes())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_new(request: HttpRequest) -> HttpResponse:
    actor = signed_in(request.user)
    if not actor.can_create_studies:
        raise DomainError(
            Code.NOT_ALLOWED, _("Your login may not set up studies. Ask whoever runs this site.")
        )
    form = BeginForm(posted(request))
    if request.method == "POST":
        made = carried_out(form, lambda: _begun(form, actor))
        if made:
            messages.success(
                request, _("The study is there, as a draft. These steps lead to its opening, in any order.")
            )
            return redirect("study_setup", made.code)
    return render(request, "study/study_new.html", {"form": form}, status=400 if form.errors else 200)


def _paces(request: HttpRequest, table: Any) -> Page[Any]:
    return Paginator(table, PER_PAGE).get_page(request.GET.get("page"))


def _of_sites(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """The overview as far as somebody's sites reach: their people, nothing of the whole."""
    plan, now = current_plan(access.study), timezone.now()
    problems = access.seen(study_problems(access.study))
    return study_page(
        request,
        "sites/overview.html",
        access,
        counts=group_counts(access.study, access.raters()),
        page_obj=_paces(request, pace_table(access.study, plan, now=now, raters=access.raters())),
        n_problems=problems.filter(state=ProblemReport.State.OPEN).count(),
    )


@login_required
@require_safe
def study(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code)
    if access.is_bound and access.roles.intersection(STAFF):
        return _of_sites(request, access)
    if not access.roles.intersection(STAFF):
        return redirect(next((page for role, page in LANDINGS if access.can(role)), "rate_home"), code)
    plan, now = current_plan(access.study), timezone.now()
    steps = opening_steps(access.study)
    is_ready = all(step.is_done for step in steps if step.is_required)
    return study_page(
        request,
        "study/study.html",
        access,
        plan=plan,
        totals=study_totals(access.study, plan),
        progress=study_progress(access.study, plan, now=now),
        page_obj=_paces(request, pace_table(access.study, plan, now=now)),
        counted_at=counted_at(plan, now=now),
        steps=steps,
        is_ready=is_ready,
        events=recent_events(access.study),
        duties=open_duties(access.study, now=now),
        n_problems=n_open_problems(access.study),
        actions=state_actions(access, is_ready=is_ready),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_state(request: HttpRequest, code: str, change: str) -> HttpResponse:
    """Asks before it opens, pauses or closes."""
    access = study_for(request.user, code, Role.COORDINATOR)
    wanted = CHANGES.get(change)
    if wanted is None:
        raise DomainError(Code.NOT_FOUND, _("There is no page at this address."))
    if request.method == "POST":
        studies.change_state(access.study, wanted.state, actor=access.member.user)
        messages.success(request, wanted.done)
        return redirect("study", code)
    return study_page(request, "study/confirm.html", access, change=wanted)


def _described(study: Study) -> dict[str, object]:
    fields = ("title", "purpose", "support_title", "support_text", "claim_minutes")
    return {field: getattr(study, field) for field in fields}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_settings(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = StudyForm(posted(request), initial=_described(access.study))
    if request.method == "POST":
        actor: User = access.member.user
        if carried_out(form, lambda: studies.update_study(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Saved."))
            return redirect("study_settings", code)
        # The page's heading keeps the title that is stored, not the one that was refused.
        access.study.refresh_from_db()
    groups = Group.objects.filter(study=access.study)
    consent = consent_version_of(access.study)
    return study_page(request, "study/settings.html", access, form=form, groups=groups, consent=consent)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_group_new(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = GroupForm(posted(request))
    if request.method == "POST":
        actor = access.member.user
        group = carried_out(form, lambda: studies.add_group(access.study, actor=actor, **form.cleaned_data))
        if group:
            messages.success(request, _("The group “%(name)s” is there.") % {"name": group.name})
            return redirect("study_settings", code)
    return study_page(request, "study/group_new.html", access, form=form)

"""How a stage goes, and asking raters to look at a rating again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import StudyAccess, plan_for, sites_for, study_for
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.course import progress_by_factor, stage_course, stage_progress
from annotation.queries.jobs import job_card
from annotation.queries.long_lists import LongPaginator
from annotation.queries.stage_counts import counted_at
from annotation.queries.studies import current_plan
from annotation.services.watching import set_target
from annotation.study_numbers import told
from annotation.views.pages import STAFF, posted, study_page
from rating.access import asked_look_for, second_look_for, slot_rating_for
from rating.forms.watching import SecondLookForm, TargetForm
from rating.queries.attention import exhausted_alerts, waiting_alerts
from rating.queries.watching import LOOKS, alerts, course_figure, measuring_of, second_looks_of
from rating.services.rater_watch import start_measuring
from rating.services.second_looks import (
    ask_for_second_look,
    keep_as_it_is,
    may_be_asked,
    withdraw_second_look,
)
from rating.views.site_watching import shown_factor, site_watch

PER_PAGE = 25


@login_required
@require_safe
def study_watch(request: HttpRequest, code: str) -> HttpResponse:
    """Progress by group and factor, the course so far, raters beside their groups, what wants attention: of
    the study, of one of its sites, or of those that the member is bound to."""
    access = sites_for(request.user, code, *STAFF)
    site = access.site_of(request.GET.get("site", ""))
    if access.is_bound or site:
        return site_watch(request, access, site)
    return _whole_watch(request, access)


def _whole_watch(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    plan, now = current_plan(access.study), timezone.now()
    waiting = waiting_alerts(access.member, now=now)
    if plan is None:
        return study_page(request, "watching/none.html", access, alerts=waiting)
    progress = stage_progress(access.study, plan, now=now)
    course = stage_course(plan, progress, now=now)
    job, measured = measuring_of(plan)
    factors, factor = shown_factor(request, access)
    groups = [row.group for row in progress]
    context = {"plan": plan, "progress": progress, "course": course, "factors": factors, "factor": factor}
    context |= {"figure": course_figure(course) if course else None, "groups": groups}
    context |= {"rows": progress_by_factor(plan, factor, groups) if factor else []}
    context |= {"job": job, "card": job_card(job) if job else None, "measured": measured}
    context |= {"counted_at": counted_at(plan, now=now), "sites": list(access.sites())}
    found = alerts(plan, progress, course, measured, now=now) + exhausted_alerts(plan, now=now)
    context |= {"alerts": found + waiting}
    context |= {"form": TargetForm(initial={"due_on": course.due_on if course else None})}
    return study_page(request, "watching/watch.html", access, **context)


@login_required
@require_POST
def study_watch_target(request: HttpRequest, code: str, plan_code: str) -> HttpResponse:
    access, plan = study_for(request.user, code, Role.COORDINATOR), plan_for(request.user, code, plan_code)
    form = TargetForm(request.POST)
    if form.is_valid():
        set_target(plan, actor=access.member.user, due_on=form.cleaned_data["due_on"])
        messages.success(request, _("Noted."))
    else:
        messages.error(request, _("That is not a day. Write it as year-month-day."))
    return redirect("study_watch", code)


@login_required
@require_POST
def study_watch_measure(request: HttpRequest, code: str) -> HttpResponse:
    """Compare raters with their groups anew, in the background."""
    access = sites_for(request.user, code, *STAFF)
    plan = current_plan(access.study)
    if plan is not None:
        start_measuring(plan, actor=access.member.user)
    return redirect("study_watch", code)


@login_required
@require_safe
def study_second_looks(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    looks = access.seen(second_looks_of(access.study), "rating__rater")
    counted = None if access.is_bound else told(access.study, LOOKS, now=timezone.now()).number
    page = LongPaginator(looks, PER_PAGE, n_known=counted).get_page(request.GET.get("page"))
    return study_page(request, "watching/second_looks.html", access, page_obj=page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_second_look_new(request: HttpRequest, code: str, slot: str) -> HttpResponse:
    """Ask the rater of a slot to look at their rating again."""
    access, rating = slot_rating_for(request.user, code, slot)
    form = SecondLookForm(posted(request))
    if request.method == "POST":
        actor, now = access.member.user, timezone.now()
        if carried_out(form, lambda: ask_for_second_look(rating, actor=actor, now=now, **form.cleaned_data)):
            messages.success(request, _("Asked. The rater finds it on their start page."))
            return redirect("study_second_looks", code)
    may_ask = may_be_asked(rating)
    return study_page(
        request, "watching/second_look_new.html", access, form=form, rating=rating, may_ask=may_ask
    )


@login_required
@require_POST
def study_second_look_withdraw(request: HttpRequest, code: str, look: str) -> HttpResponse:
    access, asked = second_look_for(request.user, code, look)
    withdraw_second_look(asked, actor=access.member.user, now=timezone.now())
    messages.success(request, _("Taken back. The rater is no longer asked."))
    return redirect("study_second_looks", code)


@login_required
@require_POST
def rate_second_look_keep(request: HttpRequest, code: str, look: str) -> HttpResponse:
    """The rater has looked again and leaves it as it is."""
    access, asked = asked_look_for(request.user, code, look)
    keep_as_it_is(asked, actor=access.member.user, now=timezone.now())
    messages.success(request, _("Thank you. Your rating stays as it is."))
    return redirect("rate_home", code)

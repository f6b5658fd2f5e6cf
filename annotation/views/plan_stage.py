"""One stage: its seats, how it hangs together, and what coordinators change in it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import item_named, plan_for, planned_slot_for, rater_named, seat_for, study_for
from annotation.forms.plans import GrowthForm, OverrideForm, ReasonForm
from annotation.forms.refusals import carried_out
from annotation.models import Plan, Role, Slot, Withheld
from annotation.queries.plan_preview import n_seats_filled
from annotation.queries.plan_stage import stage_page
from annotation.queries.stage_counts import n_unplanned
from annotation.services.overrides import assign_item, reopen_slot, withhold_item
from annotation.services.plans import discard_plan
from annotation.services.seats import free_seat, share_slots
from annotation.services.top_ups import Growth, top_up
from annotation.views.pages import posted, study_page


@login_required
@require_safe
def study_plan_stage(request: HttpRequest, code: str, plan_code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    plan = plan_for(request.user, code, plan_code)
    return study_page(request, "study/plan_stage.html", access, plan=plan, stage=stage_page(plan))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_grow(request: HttpRequest, code: str, plan_code: str) -> HttpResponse:
    """Add ratings, seats and later items to a stage."""
    access = study_for(request.user, code, Role.COORDINATOR)
    plan = plan_for(request.user, code, plan_code)
    n_later = n_unplanned(plan, now=timezone.now())
    form = GrowthForm(posted(request), plan=plan, seats=n_seats_filled(plan), n_later=n_later)

    def grown() -> int:
        takes_later = bool(form.cleaned_data.get("later"))
        growth = Growth(form.quotas(), form.n_seats(), takes_later_items=takes_later)
        return top_up(plan, actor=access.member.user, growth=growth)

    if request.method == "POST":
        n = carried_out(form, grown)
        if n is not None:
            messages.success(request, _("%(n)s ratings are added to the plan.") % {"n": n})
            return redirect("study_plan_stage", code, plan_code)
    return study_page(request, "study/plan_change.html", access, plan=plan, form=form, change="grow")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_override(request: HttpRequest, code: str, plan_code: str) -> HttpResponse:
    """Assign an item to a rater or take it away from them, with a reason."""
    access = study_for(request.user, code, Role.COORDINATOR)
    plan = plan_for(request.user, code, plan_code)
    form = OverrideForm(posted(request))

    def overridden() -> Slot | Withheld:
        values = form.cleaned_data
        deed = assign_item if values["deed"] == "assign" else withhold_item
        item, rater = item_named(access, values["item"]), rater_named(access, values["pseudonym"])
        return deed(plan, item, rater, actor=access.member.user, reason=values["reason"])

    if request.method == "POST":
        done = carried_out(form, overridden)
        if done is not None:
            is_assigned = isinstance(done, Slot)
            messages.success(request, _("The item is assigned.") if is_assigned else _("It is taken away."))
            return redirect("study_plan_stage", code, plan_code)
    return study_page(request, "study/plan_change.html", access, plan=plan, form=form, change="override")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_discard(request: HttpRequest, code: str, plan_code: str) -> HttpResponse:
    """Asks before a stage nobody has worked in is deleted."""
    access = study_for(request.user, code, Role.COORDINATOR)
    plan = plan_for(request.user, code, plan_code)
    if request.method == "POST":
        discard_plan(plan, actor=access.member.user)
        messages.success(request, _("The stage is deleted. You can plan it anew."))
        return redirect("study_plan", code)
    return study_page(request, "study/plan_confirm.html", access, plan=plan, change="discard")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_share(request: HttpRequest, code: str, plan_code: str) -> HttpResponse:
    """Asks before what is left of planned sequences is opened to everybody of the group."""
    access = study_for(request.user, code, Role.COORDINATOR)
    plan = plan_for(request.user, code, plan_code)
    if request.method == "POST":
        n = share_slots(plan, actor=access.member.user)
        messages.success(request, _("%(n)s ratings can now be given by anybody of their group.") % {"n": n})
        return redirect("study_plan_stage", code, plan_code)
    return study_page(request, "study/plan_confirm.html", access, plan=plan, change="share")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_seat(request: HttpRequest, code: str, plan_code: str, seat_code: str) -> HttpResponse:
    """Free a seat whose rater stays away."""
    access = study_for(request.user, code, Role.COORDINATOR)
    seat = seat_for(request.user, code, plan_code, seat_code)
    form = ReasonForm(posted(request))

    def freed() -> Plan:
        free_seat(seat, actor=access.member.user, reason=form.cleaned_data["reason"])
        return seat.plan

    if request.method == "POST" and carried_out(form, freed) is not None:
        messages.success(request, _("The seat is free for who joins next."))
        return redirect("study_plan_stage", code, plan_code)
    context = {"plan": seat.plan, "seat": seat, "form": form, "change": "seat"}
    return study_page(request, "study/plan_change.html", access, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_slot(request: HttpRequest, code: str, plan_code: str, slot_code: str) -> HttpResponse:
    """Have a rating given anew; the one that was given is kept outside the quota."""
    access = study_for(request.user, code, Role.COORDINATOR)
    slot = planned_slot_for(request.user, code, plan_code, slot_code)
    form = ReasonForm(posted(request))

    def reopened() -> Slot:
        return reopen_slot(slot, actor=access.member.user, reason=form.cleaned_data["reason"])

    if request.method == "POST" and carried_out(form, reopened) is not None:
        messages.success(request, _("The slot is open again."))
        return redirect("study_item", code, slot.item.code)
    context = {"plan": slot.plan, "slot": slot, "form": form, "change": "slot"}
    return study_page(request, "study/plan_change.html", access, **context)

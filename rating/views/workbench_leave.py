"""Ways out of an item: skip it, or report that something is wrong with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.access import rater_for, study_for
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.services.problems import report_problem
from annotation.services.queue import pass_item
from rating.forms.rater_words import ProblemForm, SkipForm
from rating.queries.workbench import served_presentation


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate_pass(request: HttpRequest, code: str, slot_code: str) -> HttpResponse:
    """Skip an item. A reason is welcome, never required."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    slot = served_presentation(rater, slot_code).slot
    if request.method == "POST":
        actor, now = access.member.user, timezone.now()
        reason = request.POST.get("reason", "")[:2000]
        pass_item(slot, rater, actor=actor, reason=reason, now=now)
        messages.info(request, _("Skipped. It goes to somebody else; nothing is held against you."))
        return redirect("rate_home", code)
    context = {"access": access, "study": access.study, "slot": slot, "form": SkipForm()}
    return render(request, "rate/skip.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate_problem(request: HttpRequest, code: str, slot_code: str) -> HttpResponse:
    """Tell the coordinators that something is wrong with an item; the item stays in hand."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    slot = served_presentation(rater, slot_code).slot
    form = ProblemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: report_problem(rater, slot.item, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Reported. You find the answer under “Your ratings”."))
            return redirect("rate_item", code, slot_code)
    context = {"access": access, "study": access.study, "slot": slot, "form": form}
    return render(request, "rate/problem.html", context, status=400 if form.errors else 200)

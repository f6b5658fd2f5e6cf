"""Approval by an ethics board, and who may take part."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import approval_for, study_for
from annotation.forms.ethics import ApprovalForm, EthicsForm, WithdrawApprovalForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.enrolment import approval_warning, approvals_of, enrolment_closed, ethics_of
from annotation.services.approvals import add_approval, update_ethics, withdraw_approval
from annotation.views.pages import posted, study_page


@login_required
@require_safe
def study_ethics(request: HttpRequest, code: str) -> HttpResponse:
    """Approvals, and what they do to enrolment today."""
    access = study_for(request.user, code, Role.COORDINATOR)
    study, now = access.study, timezone.now()
    return study_page(
        request,
        "ethics/approval.html",
        access,
        approvals=approvals_of(study),
        settings=ethics_of(study),
        closed=enrolment_closed(study, now=now),
        warning=approval_warning(study, now=now),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_approval_new(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = ApprovalForm(posted(request))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: add_approval(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("The approval is recorded."))
            return redirect("study_ethics", code)
    return study_page(request, "ethics/approval_new.html", access, form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_approval_withdraw(request: HttpRequest, code: str, approval_code: str) -> HttpResponse:
    """Asks why before an approval holds no longer."""
    access = study_for(request.user, code, Role.COORDINATOR)
    approval = approval_for(request.user, code, approval_code)
    form = WithdrawApprovalForm(posted(request))
    if request.method == "POST":
        actor, now = access.member.user, timezone.now()
        if carried_out(form, lambda: withdraw_approval(approval, actor=actor, now=now, **form.cleaned_data)):
            messages.success(request, _("The approval holds no longer."))
            return redirect("study_ethics", code)
    return study_page(request, "ethics/approval_withdraw.html", access, form=form, approval=approval)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_ethics_settings(request: HttpRequest, code: str) -> HttpResponse:
    """Who may take part, and what a passed approval stops."""
    access = study_for(request.user, code, Role.COORDINATOR)
    held = ethics_of(access.study)
    form = EthicsForm(posted(request), initial={name: getattr(held, name) for name in EthicsForm.base_fields})
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: update_ethics(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Saved."))
            return redirect("study_ethics", code)
    return study_page(request, "ethics/settings.html", access, form=form)

"""The rater's consent, given and looked up at any time, and the way out of the study."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import rater_for, receipt_for, study_for
from annotation.erasers import counts_of
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.models import JoiningSettings, Role
from annotation.models.leaving import new_receipt_code
from annotation.queries.consent import (
    changes_between,
    consent_statement,
    needs_consent,
    newest_consent,
    tick_states,
)
from annotation.queries.consent_copies import consents_of
from annotation.queries.leaving import consent_receipt, given_lines, is_frozen
from annotation.queries.legal_gate import Gate, gate_of
from annotation.queries.screening import screening_due
from annotation.services.consent import change_ticks, give_consent
from annotation.services.leaving import Choice, leave_study
from annotation.views.receipts import file_response
from rating.forms.leaving import ConsentForm, LeaveForm, OwnTicksForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate_consent(request: HttpRequest, code: str) -> HttpResponse:
    """The newest consent text; agreeing leads on to the start page."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    version, gate = needs_consent(rater), gate_of(rater)
    if gate in {Gate.ASK, Gate.CLOSED}:
        return redirect("rate_screen", code)
    if screening_due(rater) == JoiningSettings.Screening.BEFORE:
        return redirect("rate_screening", code)
    if version is None:
        return redirect("rate_home", code)
    form = ConsentForm(request.POST or None, asked=version)
    if request.method == "POST":
        if request.POST.get("version") != version.code:
            messages.warning(request, _("The consent text has changed. Please read the new one."))
            return redirect("rate_consent", code)
        actor = access.member.user
        if carried_out(form, lambda: give_consent(rater, version, actor=actor, ticked=form.ticked())):
            return redirect("rate_home", code)
    before, is_assent = newest_consent(rater), gate == Gate.PROXY
    changes = changes_between(before.version, version) if before else []
    context = {"access": access, "study": access.study, "version": version, "form": form}
    context |= {"is_assent": is_assent}
    context |= {"before": before, "changes": changes, "is_frozen": is_frozen(access.study, timezone.now())}
    return render(request, "rate/consent.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_consent_own(request: HttpRequest, code: str) -> HttpResponse:
    """What this rater agreed to; the optional ticks may be thought over."""
    access, rating = study_for(request.user, code, Role.RATER), rater_for(request.user, code)
    consent = newest_consent(rating.rater)
    if consent is None:
        return redirect("rate_consent", code)
    form = OwnTicksForm(request.POST if request.method == "POST" else None, states=tick_states(consent))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: change_ticks(rating.rater, actor=actor, ticked=form.ticked())):
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("rate_consent_own", code)
    receipt = consent_receipt(rating.rater, consent_statement(rating.rater), counts_of(rating.rater))
    context = {"access": access, "study": access.study, "consent": consent, "form": form}
    context |= {"copies": consents_of(rating.rater)}
    context |= {"receipt": receipt, "is_frozen": is_frozen(access.study, timezone.now())}
    return render(request, "rate/consent_own.html", context)


@login_required
@require_safe
def rate_consent_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The same as a file that prints well."""
    rater = rater_for(request.user, code).rater
    return file_response(consent_receipt(rater, consent_statement(rater), counts_of(rater)), kind)


@login_required
@require_safe
def rate_leave(request: HttpRequest, code: str) -> HttpResponse:
    """Keep or erase; the next page says what will happen and asks once more."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    frozen = is_frozen(access.study, timezone.now())
    form = LeaveForm(request.GET if "asked" in request.GET else None, can_erase=not frozen)
    if form.is_valid():
        return _confirmation(request, code, form.cleaned_data["choice"])
    context = {"access": access, "study": access.study, "rater": rater, "form": form, "is_frozen": frozen}
    return render(request, "rate/leave.html", context, status=400 if form.errors else 200)


def _confirmation(request: HttpRequest, code: str, choice: Choice) -> HttpResponse:
    """Makes the receipt's code before the deed, so that a form sent twice is carried out once."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    context = {
        "access": access,
        "study": access.study,
        "rater": rater,
        "choice": choice,
        "is_staff": access.roles != {Role.RATER},
        "given": given_lines(counts_of(rater)),
        "receipt_code": new_receipt_code(),
    }
    return render(request, "rate/leave_confirm.html", context)


@require_http_methods(["POST"])
def rate_leave_now(request: HttpRequest, code: str) -> HttpResponse:
    """Leave. Sent twice it shows the receipt again, also to somebody whose login is gone by then."""
    receipt_code = request.POST.get("receipt", "")
    if receipt_for(receipt_code, code) is not None:
        return redirect("receipt", receipt_code)
    return _leave(request, code, receipt_code)


@login_required
def _leave(request: HttpRequest, code: str, receipt_code: str) -> HttpResponse:
    access = rater_for(request.user, code)
    choice = request.POST.get("choice")
    if choice not in {"keep", "erase"}:
        raise DomainError(Code.INVALID, _("Choose whether what you gave stays or is erased."))
    departure = leave_study(
        access.rater,
        actor=access.member.user,
        choice="erase" if choice == "erase" else "keep",
        receipt_code=receipt_code,
        now=timezone.now(),
    )
    access.member.user.refresh_from_db()
    if not access.member.user.is_active:
        logout(request)
    return redirect("receipt", departure.receipt_code)

"""A coordinator records a withdrawal that came by letter or mail."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from annotation.access import receipt_for, sites_for
from annotation.forms.consent import WithdrawalForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.models.leaving import new_receipt_code
from annotation.queries.leaving import is_frozen
from annotation.services.leaving import leave_by_letter
from annotation.views.pages import posted, study_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_withdrawal(request: HttpRequest, code: str) -> HttpResponse:
    """Ends in the same receipt, to pass on to the person. Sent twice it is carried out once."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    form = WithdrawalForm(posted(request), initial={"receipt": new_receipt_code()})
    if request.method == "POST":
        actor, now = access.member.user, timezone.now()
        earlier = receipt_for(request.POST.get("receipt", ""), code)
        departure = earlier or carried_out(
            form, lambda: leave_by_letter(access.study, form.cleaned_data, actor=actor, now=now)
        )
        if departure:
            return redirect("receipt", departure.receipt_code)
    frozen = is_frozen(access.study, timezone.now())
    return study_page(request, "people/withdrawal_new.html", access, form=form, is_frozen=frozen)

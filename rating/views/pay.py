"""Hours and pay: the coordinators' sheet, and a rater's own hours."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import rater_for, sites_for, study_for
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.views.lists import people_list, wanted_pseudonym
from annotation.views.pages import posted, study_page
from rating.forms.pay import PayForm
from rating.models import PayTerms
from rating.queries.pay import amount_of, own_work, paid_people, pay_page, pay_sheet, terms_of
from rating.services.pay import set_pay_terms, sheet_file


@login_required
@never_cache
@require_safe
def study_pay(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    found = people_list(request, paid_people(access, search=wanted_pseudonym(request)))
    sheet = pay_page(access, found["page_obj"], now=timezone.now())
    return study_page(request, "people/pay.html", access, sheet=sheet, **found)


@login_required
@never_cache
@require_safe
def study_pay_file(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet as CSV."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    response = HttpResponse(sheet_file(pay_sheet(access)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="attune-{access.study.code}-pay.csv"'
    return response


def _stored(terms: PayTerms | None) -> dict[str, object]:
    names = ("basis", "rate", "currency", "words")
    return {name: getattr(terms, name) for name in names} if terms else {}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_pay_terms(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = PayForm(posted(request), initial=_stored(terms_of(access.study)))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: set_pay_terms(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Saved."))
            return redirect("study_pay", code)
    return study_page(request, "people/pay_terms.html", access, form=form)


@login_required
@never_cache
@require_safe
def rate_pay(request: HttpRequest, code: str) -> HttpResponse:
    """A rater's own hours and pay, to be printed and handed in."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    terms, work = terms_of(access.study), own_work(rater)
    context = {"access": access, "study": access.study, "rater": rater, "terms": terms, "work": work}
    return render(request, "rate/pay.html", context | {"amount": amount_of(work, terms)})

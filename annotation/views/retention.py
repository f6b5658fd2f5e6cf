"""Retention dates, and who asked for their data."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import retention_for, study_for
from annotation.forms.refusals import carried_out
from annotation.forms.retention import RetentionForm
from annotation.models import Role
from annotation.queries.retention import KEPT, data_requests_of, retention_dates, retention_rows
from annotation.services.retention import note_done, set_retention
from annotation.study_numbers import told
from annotation.views.pages import posted, study_page

N_REQUESTS = 50


@login_required
@require_safe
def study_retention(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    now = timezone.now()
    kept = told(access.study, KEPT, now=now)
    rows = retention_rows(access.study, now=now, kept=kept)
    requests = data_requests_of(access.study)[:N_REQUESTS]
    context = {"rows": rows, "requests": requests, "counted_at": kept.at}
    return study_page(request, "ethics/retention.html", access, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_retention_dates(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = RetentionForm(posted(request), held=retention_dates(access.study))
    if request.method == "POST" and form.is_valid():
        actor, now = access.member.user, timezone.now()
        carried_out(form, lambda: set_retention(access.study, actor=actor, dates=form.dates(), now=now))
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("study_retention", code)
    return study_page(request, "ethics/retention_dates.html", access, form=form)


@login_required
@require_POST
def study_retention_done(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Somebody has deleted by hand what the program cannot."""
    access = study_for(request.user, code, Role.COORDINATOR)
    note_done(retention_for(request.user, code, kind), actor=access.member.user, now=timezone.now())
    messages.success(request, _("Noted."))
    return redirect("study_retention", code)

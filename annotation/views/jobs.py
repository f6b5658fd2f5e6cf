"""Background work of a study: how far it is, how it ended, stop it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotation import jobs
from annotation.access import job_for, study_for
from annotation.queries.jobs import job_card
from annotation.views.pages import STAFF, study_page


@login_required
@require_safe
def job_detail(request: HttpRequest, code: str, job_code: str) -> HttpResponse:
    """The job's page; asked by htmx, only its card."""
    access = study_for(request.user, code, *STAFF)
    job = job_for(request.user, code, job_code)
    page_url = reverse("job_detail", args=[code, job_code])
    card = {
        "card": job_card(job),
        "page_url": page_url,
        "cancel_url": reverse("job_cancel", args=[code, job_code]),
    }
    if "HX-Request" in request.headers:
        return render(request, "study/job_card.html", card)
    return study_page(request, "study/job.html", access, **card)


@login_required
@require_POST
def job_cancel(request: HttpRequest, code: str, job_code: str) -> HttpResponse:
    job = job_for(request.user, code, job_code)
    if not job.is_finished:
        jobs.request_cancel(job)
        messages.info(request, _("It stops as soon as it can."))
    return redirect("job_detail", code, job_code)

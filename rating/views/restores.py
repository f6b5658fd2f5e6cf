"""Bring an archive of a study, and see how its restoring goes: for logins that may make studies."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import study_maker
from annotation.forms.refusals import carried_out
from annotation.jobs import request_cancel
from annotation.queries.jobs import job_card
from rating.access import restoring_for
from rating.forms.archives import RestoreForm
from rating.services.study_uploads import start_restore


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_restore(request: HttpRequest) -> HttpResponse:
    actor = study_maker(request.user)
    form = RestoreForm(request.POST, request.FILES) if request.method == "POST" else RestoreForm()
    if request.method == "POST":
        job = carried_out(form, lambda: start_restore(form.cleaned_data["file"], actor=actor))
        if job:
            return redirect("study_restoring", job.code)
    return render(request, "archives/restore.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_safe
def study_restoring(request: HttpRequest, job: str) -> HttpResponse:
    found = restoring_for(request.user, job)
    context = {
        "card": job_card(found),
        "page_url": reverse("study_restoring", args=[job]),
        "cancel_url": reverse("study_restore_stop", args=[job]),
    }
    template = "study/job_card.html" if "HX-Request" in request.headers else "archives/restoring.html"
    return render(request, template, context)


@login_required
@require_POST
def study_restore_stop(request: HttpRequest, job: str) -> HttpResponse:
    found = restoring_for(request.user, job)
    if not found.is_finished:
        request_cancel(found)
        messages.info(request, _("It stops as soon as it can."))
    return redirect("study_restoring", job)

"""Imports through the browser: upload, look at what was found, import or give up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import StudyAccess, batch_for, study_for
from annotation.forms.refusals import carried_out
from annotation.models import ImportBatch, Role, User
from annotation.views.pages import study_page
from rating.forms.imports import ImportForm
from rating.queries.imports import import_rows
from rating.services.import_sources import ITEMS_FILE
from rating.services.import_uploads import abandon_upload, job_of, receive_upload, start_import
from rating.services.import_words import finding_sentences, import_sentences


def _receive(access: StudyAccess, form: ImportForm) -> ImportBatch:
    return receive_upload(
        access.study,
        actor=access.member.user,
        items=form.cleaned_data["items"],
        ratings=form.cleaned_data["ratings"],
        options=form.options(),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_import(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    is_sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if is_sent else ImportForm()
    batch = carried_out(form, lambda: _receive(access, form)) if is_sent else None
    if batch is None:
        return study_page(
            request, "imports/study_import.html", access, form=form, imports=import_rows(access.study)
        )
    if batch.report.get("needs_mapping"):
        return redirect("import_columns", code, batch.code)
    job = job_of(batch)
    return redirect("job_detail", code, job.code) if job else redirect("import_preview", code, batch.code)


@login_required
@require_safe
def import_preview(request: HttpRequest, code: str, batch_code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    batch = batch_for(request.user, code, batch_code)
    report = batch.report
    job = job_of(batch)
    return study_page(
        request,
        "imports/preview.html",
        access,
        batch=batch,
        report=report,
        job=job if job is not None and not job.is_finished else None,
        sentences=import_sentences(report.get("counts") or report.get("found") or {}),
        findings=finding_sentences(**_found(report)),
        has_items=ITEMS_FILE in report.get("files", ()),
        repair_columns=[_("Line or row"), _("Column"), _("Before"), _("After")],
        repairs=[list(repair.values()) for repair in report.get("repairs", ())],
        item_columns=[_("Item"), _("Turns"), _("Last turn"), _("Response")],
        rating_columns=[_("Item"), _("Group"), _("Question"), _("Answer"), _("Passage")],
    )


def _found(report: dict[str, Any]) -> dict[str, Any]:
    findings = report.get("findings") or {}
    return {"n_by_kind": findings.get("n_by_kind", {}), "n_items": findings.get("n_items", 0)}


def _user(request: HttpRequest, code: str) -> User:
    return study_for(request.user, code, Role.COORDINATOR).member.user


@login_required
@require_POST
def import_run(request: HttpRequest, code: str, batch_code: str) -> HttpResponse:
    batch = batch_for(request.user, code, batch_code)
    job = start_import(batch, actor=_user(request, code))
    if request.POST.get("then") == "setup":
        return redirect("study_setup_step", code, "plan")
    return redirect("job_detail", code, job.code)


@login_required
@require_POST
def import_abandon(request: HttpRequest, code: str, batch_code: str) -> HttpResponse:
    batch = batch_for(request.user, code, batch_code)
    abandon_upload(batch, actor=_user(request, code))
    messages.info(request, _("The import was given up. Nothing of it is in the study."))
    return redirect("study_import", code)

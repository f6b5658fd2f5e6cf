"""Between upload and import: what the columns are, and what happens to names and numbers in the texts."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import batch_for, study_for
from annotation.forms.refusals import carried_out
from annotation.imports.checks.mapping import Reading, guessed
from annotation.models import ImportBatch, Role
from annotation.views.pages import posted, study_page
from rating.forms.import_columns import ColumnsForm, IdentifiersForm
from rating.queries.import_columns import FileColumn, file_columns, first_items
from rating.services.import_identifiers import confirm_identifiers
from rating.services.import_uploads import choose_reading, first_bytes, job_of, options_of

LOOK = "look"


def _columns_form(request: HttpRequest, columns: list[FileColumn], reading: Reading) -> ColumnsForm:
    names = [column.name for column in columns]
    guesses = dict(reading.mapping) or guessed(names)
    initial = {"encoding": reading.encoding, "keep_broken": reading.keep_broken}
    return ColumnsForm(posted(request), names=names, guesses=guesses, initial=initial)


def _shown_reading(form: ColumnsForm, reading: Reading) -> Reading:
    """What the first items are shown with: the choices sent, those kept, or the guesses."""
    if form.is_bound and form.is_valid():
        return form.reading()
    if reading.mapping:
        return reading
    return Reading(guessed(form.names), reading.encoding, reading.keep_broken)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, code: str, batch_code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    batch = batch_for(request.user, code, batch_code)
    data, reading = first_bytes(batch), options_of(batch).reading
    limit: int = settings.MAX_IMPORT_BYTES
    columns = file_columns(data, encoding=reading.encoding, max_bytes=limit)
    form = _columns_form(request, columns, reading)
    if request.method == "POST" and LOOK not in request.POST:
        actor = access.member.user
        if carried_out(form, lambda: choose_reading(batch, form.reading(), actor=actor)) is not None:
            return _onward(batch, code)
    items, against = first_items(data, _shown_reading(form, reading), max_bytes=limit)
    rows = list(zip(columns, form.columns(), strict=True))
    return study_page(
        request,
        "imports/columns_chosen.html",
        access,
        batch=batch,
        form=form,
        rows=rows,
        items=items,
        against=against,
    )


def _onward(batch: ImportBatch, code: str) -> HttpResponse:
    job = job_of(batch)
    if job is not None and not job.is_finished:
        return redirect("job_detail", code, job.code)
    return redirect("import_preview", code, batch.code)


@login_required
@require_safe
def import_mapping(request: HttpRequest, code: str, batch_code: str) -> HttpResponse:
    """The choices about columns as a file, for the same import by command."""
    study_for(request.user, code, Role.COORDINATOR)
    batch = batch_for(request.user, code, batch_code)
    text = json.dumps(options_of(batch).mapping, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="mapping.json"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_identifiers(request: HttpRequest, code: str, batch_code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    batch = batch_for(request.user, code, batch_code)
    findings = batch.report.get("findings") or {}
    if not findings.get("n_items") or batch.state != ImportBatch.State.STAGED:
        return redirect("import_preview", code, batch.code)
    form = IdentifiersForm(posted(request), findings=findings, decided=batch.report.get("decisions") or {})
    actor = access.member.user
    if request.method == "POST":
        done = carried_out(form, lambda: confirm_identifiers(batch, form.decisions(), actor=actor))
        if done is not None:
            return redirect("import_preview", code, batch.code)
    kinds = [(form[f"kind_{kind}"], findings["n_by_kind"][kind]) for kind in form.kinds]
    found = [(one, form[f"item_{number}"]) for number, one in enumerate(findings["items"])]
    return study_page(
        request,
        "imports/identifiers.html",
        access,
        batch=batch,
        form=form,
        kinds=kinds,
        found=found,
        findings=findings,
    )

"""Downloads of a study's ratings, for coordinators and researchers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotation.access import StudyAccess, study_for
from annotation.models import Role
from rating.forms.exports import (
    ALL,
    CURRENT,
    PUBLIC,
    TEAM,
    WITH,
    WITHOUT,
    ExportForm,
    MakeExportForm,
    chosen_scope,
)
from rating.queries.exports import ExportScope, stage_counts
from rating.queries.stored_exports import export_rows
from rating.queries.told_columns import told_columns
from rating.queries.withheld import withheld_told
from rating.services.codebook import codebook_of
from rating.services.export_formats import FORMATS
from rating.services.exports import ARCHIVE, FILES, export_file

READERS = (Role.COORDINATOR, Role.RESEARCHER)


def _labels() -> dict[str, str]:
    return {one.key: str(one.label) for one in FORMATS.values()}


def _choices(scope: ExportScope) -> dict[str, str]:
    return {
        "stage": scope.stage,
        "revisions": CURRENT if scope.is_current_only else ALL,
        "checks": WITH if scope.with_checks else WITHOUT,
        "audience": PUBLIC if scope.is_public else TEAM,
    }


@login_required
@require_safe
def study_exports(request: HttpRequest, code: str) -> HttpResponse:
    return downloads_page(request, study_for(request.user, code, *READERS))


def downloads_page(
    request: HttpRequest, access: StudyAccess, *, refused: MakeExportForm | None = None, status: int = 200
) -> HttpResponse:
    """All downloads of a study; `refused` is what somebody asked for and cannot have, with its errors."""
    counts = stage_counts(access.study)
    scope = chosen_scope(access.study, ExportForm(request.GET), offered=[count.stage for count in counts])
    form = ExportForm(initial=_choices(scope))
    is_coordinator = access.can(Role.COORDINATOR)
    make = refused or MakeExportForm(initial=_choices(scope), may_unlock=is_coordinator, auto_id="make_%s")
    for one in (form, make):
        one.offer(counts)
    context: dict[str, object] = {
        "form": form,
        "make": make,
        "stored": export_rows(access.study, is_coordinator=is_coordinator, labels=_labels()),
        "has_chosen": bool(request.GET),
        "chosen": next((count for count in counts if count.stage == scope.stage), None),
        "files": FILES,
        "archive": ARCHIVE,
        "query": urlencode(_choices(scope)),
        "withheld": withheld_told(scope, now=timezone.now()) if scope.is_public else None,
    }
    context |= {"access": access, "study": access.study, "is_coordinator": is_coordinator}
    return render(request, "exports/study_exports.html", context, status=status)


@login_required
@require_safe
def export_codebook(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *READERS)
    scope = chosen_scope(access.study, ExportForm(request.GET))
    told = told_columns(scope, now=timezone.now())
    context = {
        "access": access,
        "study": access.study,
        "book": codebook_of(access.study, told.columns, told.questions),
        "counted_at": told.counted_at,
        "query": urlencode(_choices(scope)),
    }
    return render(request, "exports/codebook.html", context)


@login_required
@require_safe
def export_download(request: HttpRequest, code: str, name: str) -> StreamingHttpResponse:
    access = study_for(request.user, code, *READERS)
    file = export_file(name)
    scope = chosen_scope(access.study, ExportForm(request.GET))
    response = StreamingHttpResponse(file.pieces(scope), content_type=file.content_type)
    audience = "-public" if scope.is_public else ""
    saved_as = f"attune-{access.study.code}-{scope.stage}{audience}-{file.name}"
    response["Content-Disposition"] = f'attachment; filename="{saved_as}"'
    # Not for any store on the way: what people wrote in confidence stays between server and reader.
    response["Cache-Control"] = "private, no-store"
    return response

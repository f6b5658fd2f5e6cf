"""Downloads of a study's ratings, for coordinators and researchers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotation.access import study_for
from annotation.models import Role
from rating.forms.exports import ALL, CURRENT, ExportForm, chosen_scope
from rating.queries.exports import ExportScope, stage_counts
from rating.services.codebook import codebook
from rating.services.exports import ARCHIVE, FILES, export_file

READERS = (Role.COORDINATOR, Role.RESEARCHER)


def _choices(scope: ExportScope) -> dict[str, str]:
    return {"stage": scope.stage, "revisions": CURRENT if scope.is_current_only else ALL}


@login_required
@require_safe
def study_exports(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *READERS)
    counts = stage_counts(access.study)
    scope = chosen_scope(access.study, ExportForm(request.GET), offered=[count.stage for count in counts])
    form = ExportForm(initial=_choices(scope))
    form.offer(counts)
    chosen = next((count for count in counts if count.stage == scope.stage), None)
    context = {
        "access": access,
        "study": access.study,
        "form": form,
        "chosen": chosen,
        "files": FILES,
        "archive": ARCHIVE,
        "query": urlencode(_choices(scope)),
    }
    return render(request, "exports/study_exports.html", context)


@login_required
@require_safe
def export_codebook(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *READERS)
    scope = chosen_scope(access.study, ExportForm(request.GET))
    context = {
        "access": access,
        "study": access.study,
        "book": codebook(scope),
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
    saved_as = f"attune-{access.study.code}-{scope.stage}-{file.name}"
    response["Content-Disposition"] = f'attachment; filename="{saved_as}"'
    # Not for any store on the way: what people wrote in confidence stays between server and reader.
    response["Cache-Control"] = "private, no-store"
    return response

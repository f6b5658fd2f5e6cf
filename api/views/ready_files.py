"""Files that are written while they are sent, the codebook, and the formats that there are."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.models import Role, Study
from annotation.scopes import Scope
from api.downloads import CSV, MARKDOWN, ZIP, as_stream, file_answer
from api.endpoint import Endpoint
from api.renderers import AnyFile
from api.schema import documented
from api.serializers.files import (
    CodebookSerializer,
    FileNameSerializer,
    FormatSerializer,
    ScopeFilterSerializer,
)
from rating.queries.exports import ExportScope, export_scope
from rating.queries.ratings import default_stage
from rating.services.codebook import codebook
from rating.services.export_formats import FORMATS
from rating.services.export_formats.registered import ExportSource
from rating.services.exports import ARCHIVE, FILES, export_file

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


def _scope(request: Request, study: Study) -> ExportScope:
    asked = ScopeFilterSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    sent: dict[str, Any] = asked.validated_data
    return export_scope(
        study,
        stage=sent.get("stage") or default_stage(study),
        is_current_only=not sent["all_revisions"],
        with_checks=sent["with_checks"],
        is_public=sent["is_public"],
    )


class FormatList(Endpoint):
    scopes = {"GET": Scope.EXPORT}

    @documented(
        "exports_formats",
        "Formats of stored exports, and why one has nothing to write here (coordinator, researcher)",
        answers={200: FormatSerializer(many=True)},
        errors=[400, 404],
        parameters=[ScopeFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        scope = _scope(request, study_for(request.user, code, *TEAM).study)
        told = [
            {name: str(getattr(one, name)) for name in ("key", "label", "words", "ending")}
            | {"lacks": one.lacks(scope)}
            for one in FORMATS.values()
        ]
        return Response(FormatSerializer(told, many=True).data)


class Codebook(Endpoint):
    scopes = {"GET": Scope.EXPORT}

    @documented(
        "exports_codebook",
        "What every column, question and reason of the files means (coordinator, researcher)",
        answers={200: CodebookSerializer},
        errors=[400, 404],
        parameters=[ScopeFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        scope = _scope(request, study_for(request.user, code, *TEAM).study)
        return Response(CodebookSerializer(codebook(ExportSource(scope))).data)


class ReadyFileList(Endpoint):
    scopes = {"GET": Scope.EXPORT}

    @documented(
        "exports_files",
        "Files that can be had at once (coordinator, researcher)",
        answers={200: FileNameSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study_for(request.user, code, *TEAM)
        return Response(FileNameSerializer([*FILES, ARCHIVE], many=True).data)


class ReadyFile(Endpoint):
    scopes = {"GET": Scope.EXPORT}
    renderer_classes = [AnyFile]

    @documented(
        "exports_stream",
        "A file, written while it is sent (coordinator, researcher)",
        answers=file_answer(CSV, "CSV, Markdown, or all of them packed.", MARKDOWN, ZIP),
        errors=[400, 404],
        parameters=[ScopeFilterSerializer],
    )
    def get(self, request: Request, code: str, name: str) -> StreamingHttpResponse:
        study = study_for(request.user, code, *TEAM).study
        file = export_file(name)
        scope = _scope(request, study)
        audience = "-public" if scope.is_public else ""
        saved_as = f"attune-{study.code}-{scope.stage}{audience}-{file.name}"
        return as_stream(file.pieces(scope), saved_as, file.content_type)

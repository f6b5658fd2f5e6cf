"""What goes in and out as a file: imports of items, exports, the frozen rows of a snapshot."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.errors import Code, DomainError
from annotation.jobs import request_cancel
from annotation.models import Role
from annotation.scopes import Scope
from api.downloads import PARQUET, ZIP, as_file, file_answer
from api.endpoint import Endpoint, checked
from api.renderers import AnyFile
from api.schema import documented
from api.serializers.files import (
    ExportSerializer,
    SentExportSerializer,
)
from rating.access import export_for, snapshot_file_for
from rating.models import Export
from rating.queries.exports import export_scope
from rating.queries.ratings import default_stage
from rating.queries.stored_exports import study_exports
from rating.services.export_formats import preferences
from rating.services.stored_exports import (
    delete_export,
    now_scope_of,
    saved_as,
    start_export,
    stored_file,
)

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


class SnapshotFile(Endpoint):
    scopes = {"GET": Scope.EXPORT}
    renderer_classes = [AnyFile]

    @documented(
        "snapshots_file",
        "The frozen rows of a snapshot as Parquet, one row per answer (researcher)",
        answers=file_answer(PARQUET, "Parquet: item, conversation, rater, group, question, target, value, …"),
        errors=[404],
    )
    def get(self, request: Request, code: str, snapshot: str) -> FileResponse:
        found, file = snapshot_file_for(request.user, code, snapshot)
        return as_file(file, f"attune-snapshot-{found.digest[:12]}.parquet", PARQUET)


class ExportList(Endpoint, generics.ListAPIView[Export]):
    scopes = {"GET": Scope.EXPORT, "POST": Scope.EXPORT}
    serializer_class = ExportSerializer

    def get_queryset(self) -> QuerySet[Export]:
        return study_exports(study_for(self.request.user, self.kwargs["code"], *TEAM).study)

    @documented(
        "exports_list",
        "Stored exports, the newest first (coordinator, researcher)",
        answers={200: ExportSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "exports_make",
        "Have a file made; its job tells how far it has come (coordinator, researcher)",
        request=SentExportSerializer,
        answers={202: ExportSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, *TEAM)
        sent = checked(SentExportSerializer, request).validated_data
        reason = sent["unlock_reason"]
        if reason and not access.can(Role.COORDINATOR):
            raise DomainError(Code.NOT_ALLOWED, "Only coordinators may unlock restricted passages.")
        scope = export_scope(
            access.study,
            stage=sent.get("stage") or default_stage(access.study),
            is_current_only=not sent["all_revisions"],
            with_checks=sent["with_checks"],
            is_public=sent["is_public"],
            with_restricted=bool(reason),
        )
        options = dict(sent["preferences"]) if sent["format"] == preferences.FORMAT.key else {}
        export = start_export(
            scope, actor=access.member.user, form=sent["format"], options=options, unlock_reason=reason
        )
        return Response(ExportSerializer(export).data, status=202)


class ExportDetail(Endpoint):
    scopes = {"GET": Scope.EXPORT, "DELETE": Scope.EXPORT}

    @documented(
        "exports_read",
        "A stored export (coordinator, researcher)",
        answers={200: ExportSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, export: str) -> Response:
        return Response(ExportSerializer(export_for(request.user, code, export)[1]).data)

    @documented(
        "exports_delete",
        "Delete a stored export that is not being made (coordinator, researcher)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, export: str) -> Response:
        access, found = export_for(request.user, code, export)
        delete_export(found, actor=access.member.user)
        return Response(status=204)


class ExportStop(Endpoint):
    scopes = {"POST": Scope.EXPORT}

    @documented(
        "exports_stop",
        "Ask an export that is being made to stop (coordinator, researcher)",
        answers={200: ExportSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, export: str) -> Response:
        found = export_for(request.user, code, export)[1]
        if found.job is not None and not found.job.is_finished:
            request_cancel(found.job)
        return Response(ExportSerializer(export_for(request.user, code, export)[1]).data)


class ExportAgain(Endpoint):
    scopes = {"POST": Scope.EXPORT}

    @documented(
        "exports_again",
        "The same file of what is there now (coordinator, researcher)",
        answers={202: ExportSerializer},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str, export: str) -> Response:
        access, found = export_for(request.user, code, export)
        made = start_export(
            now_scope_of(found),
            actor=access.member.user,
            form=found.format,
            options=found.options["format"],
            unlock_reason=found.unlock_reason,
        )
        return Response(ExportSerializer(made).data, status=202)


class ExportFile(Endpoint):
    scopes = {"GET": Scope.EXPORT}
    renderer_classes = [AnyFile]

    @documented(
        "exports_file",
        "The file itself, packed (coordinator, researcher)",
        answers=file_answer(ZIP, "The packed files, with codebook and protocol card."),
        errors=[404],
    )
    def get(self, request: Request, code: str, export: str) -> FileResponse:
        found = export_for(request.user, code, export)[1]
        return as_file(stored_file(found), saved_as(found), ZIP)

"""Imports step by step: upload, columns, what may tell who somebody is, run or give up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import batch_for, signed_in, study_for
from annotation.errors import Code, DomainError
from annotation.imports.checks.columns import ITEM_COLUMNS, RATING_COLUMNS
from annotation.imports.checks.identifier_step import Decisions
from annotation.imports.checks.mapping import Reading, guessed
from annotation.models import ImportBatch, Role
from annotation.scopes import Scope
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.imports import (
    ColumnsSerializer,
    DecisionsSerializer,
    FormatsSerializer,
    IdentifiersSerializer,
    ImportReportSerializer,
    ImportRowSerializer,
    ImportSerializer,
    LookSerializer,
    ReadingSerializer,
    SentFilesSerializer,
    SentImportSerializer,
)
from api.serializers.studies import JobSerializer
from rating.queries.import_columns import file_columns, first_items
from rating.queries.imports import study_batches
from rating.services.import_identifiers import confirm_identifiers
from rating.services.import_uploads import (
    abandon_upload,
    choose_reading,
    first_bytes,
    import_items,
    job_of,
    options_of,
    receive_upload,
    start_import,
)


class ImportList(Endpoint, generics.ListAPIView[ImportBatch]):
    scopes = {"GET": Scope.READ_ITEMS, "POST": Scope.WRITE_ITEMS}
    serializer_class = ImportRowSerializer

    def get_queryset(self) -> QuerySet[ImportBatch]:
        return study_batches(study_for(self.request.user, self.kwargs["code"], Role.COORDINATOR).study)

    @documented(
        "imports_list",
        "Imports, the newest first (coordinator)",
        answers={200: ImportRowSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "items_import",
        "Import items from a file; its job tells how far it has come (coordinator)",
        request=SentImportSerializer,
        answers={202: ImportSerializer},
        errors=[400, 404, 409, 413],
    )
    def post(self, request: Request, code: str) -> Response:
        study, actor = study_for(request.user, code, Role.COORDINATOR).study, signed_in(request.user)
        asked = checked(SentImportSerializer, request)
        sent, options = asked.validated_data, asked.options()
        file = ContentFile(sent["content"].encode(), name=sent["name"])
        if sent["waits"]:
            batch = receive_upload(study, actor=actor, items=file, ratings=None, options=options)
            return Response(ImportSerializer({"batch": batch, "job": job_of(batch)}).data, status=202)
        batch, job = import_items(study, actor=actor, items=file, options=options)
        return Response(ImportSerializer({"batch": batch, "job": job}).data, status=202)


class ImportFileList(Endpoint):
    scopes = {"POST": Scope.WRITE_ITEMS}
    # A key would have the files read into memory to compare them. Sent twice, the second brings nothing new.
    keeps_answers = False
    parser_classes = [MultiPartParser]

    @documented(
        "imports_upload",
        "Upload items, ratings or both as a form does; they are checked, and wait (coordinator)",
        request={"multipart/form-data": SentFilesSerializer},
        answers={202: ImportReportSerializer},
        errors=[400, 404, 409, 413],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        asked = checked(SentFilesSerializer, request)
        files = {name: asked.validated_data.get(name) for name in ("items", "ratings")}
        batch = receive_upload(study, actor=signed_in(request.user), **files, options=asked.options())
        return Response(ImportReportSerializer(batch).data, status=202)


class ImportFormats(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "imports_formats",
        "The columns that files may have, each with an example (coordinator)",
        answers={200: FormatsSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study_for(request.user, code, Role.COORDINATOR)
        return Response(FormatsSerializer({"items": ITEM_COLUMNS, "ratings": RATING_COLUMNS}).data)


class ImportDetail(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS, "DELETE": Scope.WRITE_ITEMS}

    @documented(
        "imports_read",
        "What the check of an import has found (coordinator)",
        answers={200: ImportReportSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, batch: str) -> Response:
        return Response(ImportReportSerializer(batch_for(request.user, code, batch)).data)

    @documented(
        "imports_give_up",
        "Give an import up that is not finished: nothing of it is in the study (coordinator)",
        answers={200: ImportReportSerializer},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, batch: str) -> Response:
        found = batch_for(request.user, code, batch)
        abandon_upload(found, actor=signed_in(request.user))
        return Response(ImportReportSerializer(batch_for(request.user, code, batch)).data)


def _looked(batch: ImportBatch, reading: Reading) -> dict[str, Any]:
    items, against = first_items(first_bytes(batch), reading, max_bytes=settings.MAX_IMPORT_BYTES)
    return {"items": items, "against": against}


class ImportColumns(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS, "PUT": Scope.WRITE_ITEMS}

    @documented(
        "imports_columns",
        "The columns of the file with what they most likely are, and the first items read so (coordinator)",
        answers={200: ColumnsSerializer},
        errors=[404, 409],
    )
    def get(self, request: Request, code: str, batch: str) -> Response:
        found = batch_for(request.user, code, batch)
        kept = options_of(found).reading
        columns = file_columns(
            first_bytes(found), encoding=kept.encoding, max_bytes=settings.MAX_IMPORT_BYTES
        )
        guesses = dict(kept.mapping) or guessed([column.name for column in columns])
        shown = _looked(found, Reading(guesses, kept.encoding, kept.keep_broken))
        return Response(ColumnsSerializer(shown | {"columns": columns, "guesses": guesses}).data)

    @documented(
        "imports_map",
        "Say what the columns are; the files are checked anew (coordinator)",
        request=ReadingSerializer,
        answers={200: ImportReportSerializer},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, batch: str) -> Response:
        found = batch_for(request.user, code, batch)
        reading = checked(ReadingSerializer, request).reading()
        choose_reading(found, reading, actor=signed_in(request.user))
        return Response(ImportReportSerializer(batch_for(request.user, code, batch)).data)


class ImportLook(Endpoint):
    scopes = {"POST": Scope.READ_ITEMS}

    @documented(
        "imports_look",
        "The first items, read as this says; nothing is kept of it (coordinator)",
        request=ReadingSerializer,
        answers={200: LookSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, batch: str) -> Response:
        found = batch_for(request.user, code, batch)
        reading = checked(ReadingSerializer, request).reading()
        return Response(LookSerializer(_looked(found, reading)).data)


def _identifiers(batch: ImportBatch) -> Response:
    found = {"n_items": 0, "n_by_kind": {}, "items": []} | (batch.report.get("findings") or {})
    return Response(IdentifiersSerializer(found | {"decisions": batch.report.get("decisions")}).data)


class ImportIdentifiers(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS, "PUT": Scope.WRITE_ITEMS}

    @documented(
        "imports_identifiers",
        "What in the texts may tell who somebody is, and what was decided (coordinator)",
        answers={200: IdentifiersSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, batch: str) -> Response:
        return _identifiers(batch_for(request.user, code, batch))

    @documented(
        "imports_decide",
        "Decide about every kind that was found, and about items that are exceptions (coordinator)",
        request=DecisionsSerializer,
        answers={200: IdentifiersSerializer},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, batch: str) -> Response:
        found = batch_for(request.user, code, batch)
        sent = checked(DecisionsSerializer, request).validated_data
        listed = {one["item"] for one in (found.report.get("findings") or {}).get("items", [])}
        if strange := sorted(set(sent["items"]) - listed):
            raise DomainError(Code.INVALID, "Nothing was found in these items.", strange[:20])
        confirm_identifiers(found, Decisions(**sent), actor=signed_in(request.user))
        return _identifiers(batch_for(request.user, code, batch))


class ImportRun(Endpoint):
    scopes = {"POST": Scope.WRITE_ITEMS}

    @documented(
        "imports_run",
        "Write what was checked, in the background; asked twice, the same job (coordinator)",
        answers={202: JobSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, batch: str) -> Response:
        found = batch_for(request.user, code, batch)
        job = start_import(found, actor=signed_in(request.user))
        return Response(JobSerializer(job).data, status=202)

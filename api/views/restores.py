"""Bringing a study back from its archive: the file as the body, then the job that restores it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import FileUploadParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_maker
from annotation.errors import Code, DomainError
from annotation.jobs import request_cancel
from annotation.models import Job
from annotation.scopes import Scope
from api.downloads import ZIP
from api.endpoint import Endpoint
from api.schema import documented
from api.serializers.restores import RestoringSerializer
from rating.access import restoring_for
from rating.services.study_uploads import start_restore


class ZipBody(FileUploadParser):
    """The body is the file itself; large ones wait on the disk, as uploads of pages do."""

    media_type = ZIP

    def get_filename(self, stream: Any, media_type: Any, parser_context: Any) -> str:
        del stream, media_type, parser_context
        return "archive.zip"


def _told(job: Job, status: int = 200) -> Response:
    return Response(RestoringSerializer(job).data, status=status)


class RestoreList(Endpoint):
    scopes = {"POST": Scope.ARCHIVE}
    # A key would have the whole file read into memory to compare it.
    keeps_answers = False
    parser_classes = [ZipBody]

    @documented(
        "restores_start",
        "Restore a study from its archive, which is the body (whose login may make studies)",
        request={ZIP: OpenApiTypes.BINARY},
        answers={202: RestoringSerializer},
        errors=[400, 409],
    )
    def post(self, request: Request) -> Response:
        actor = study_maker(request.user)
        file = request.FILES.get("file")
        if not file:
            raise DomainError(Code.INVALID, "Send the archive itself, as application/zip.")
        return _told(start_restore(file, actor=actor), 202)


class RestoreDetail(Endpoint):
    scopes = {"GET": Scope.ARCHIVE, "DELETE": Scope.ARCHIVE}

    @documented(
        "restores_read",
        "How far it has come, and the study that came of it (who began it)",
        answers={200: RestoringSerializer},
        errors=[404],
    )
    def get(self, request: Request, job: str) -> Response:
        return _told(restoring_for(request.user, job))

    @documented(
        "restores_stop", "Ask it to stop (who began it)", answers={200: RestoringSerializer}, errors=[404]
    )
    def delete(self, request: Request, job: str) -> Response:
        found = restoring_for(request.user, job)
        if not found.is_finished:
            request_cancel(found)
            found.refresh_from_db()
        return _told(found)

"""Archives of a whole study, for its owners: ask for one, see how far it is, have it, delete it."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.errors import Code, DomainError
from annotation.models import Role
from annotation.scopes import Scope
from api.downloads import ZIP, as_file, file_answer
from api.endpoint import Endpoint, checked
from api.renderers import AnyFile
from api.schema import documented
from api.serializers.archives import ArchiveSerializer, SentArchiveSerializer
from rating.access import archive_for
from rating.models import StudyArchive
from rating.queries.study_archives import is_kept, study_archives
from rating.services.study_archives import archive_name, delete_archive, start_archive


class ArchiveList(Endpoint, generics.ListAPIView[StudyArchive]):
    scopes = {"GET": Scope.ARCHIVE, "POST": Scope.ARCHIVE}
    serializer_class = ArchiveSerializer

    def get_queryset(self) -> QuerySet[StudyArchive]:
        return study_archives(study_for(self.request.user, self.kwargs["code"], Role.OWNER).study)

    @documented(
        "archives_list",
        "Archives of the study, the newest first (owner)",
        answers={200: ArchiveSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "archives_make",
        "Have the whole study archived; its job tells how far it has come (owner)",
        request=SentArchiveSerializer,
        answers={202: ArchiveSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.OWNER)
        sent = checked(SentArchiveSerializer, request).validated_data
        archive = start_archive(access.study, actor=access.member.user, **sent)
        return Response(ArchiveSerializer(archive).data, status=202)


class ArchiveDetail(Endpoint):
    scopes = {"GET": Scope.ARCHIVE, "DELETE": Scope.ARCHIVE}

    @documented("archives_read", "An archive (owner)", answers={200: ArchiveSerializer}, errors=[404])
    def get(self, request: Request, code: str, archive: str) -> Response:
        return Response(ArchiveSerializer(archive_for(request.user, code, archive)[1]).data)

    @documented(
        "archives_delete",
        "Delete an archive; that it was there stays in the trail (owner)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, archive: str) -> Response:
        access, found = archive_for(request.user, code, archive)
        delete_archive(found, actor=access.member.user)
        return Response(status=204)


class ArchiveFile(Endpoint):
    scopes = {"GET": Scope.ARCHIVE}
    renderer_classes = [AnyFile]

    @documented(
        "archives_file",
        "The file itself, while it is kept (owner)",
        answers=file_answer(ZIP, "Everything needed to make the study again elsewhere."),
        errors=[404],
    )
    def get(self, request: Request, code: str, archive: str) -> FileResponse:
        found = archive_for(request.user, code, archive)[1]
        if not is_kept(found):
            raise DomainError(Code.NOT_FOUND, "This file is not there, or not any more.")
        return as_file(default_storage.open(found.file_name), archive_name(found), ZIP)

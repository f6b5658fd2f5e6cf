"""Versions of the study's rubric: loaded, read, compared, previewed, published, discarded."""

from __future__ import annotations

from typing import Any

from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import rubric_version_for, signed_in, study_for
from annotation.errors import Code, DomainError
from annotation.models import Role, RubricVersion, Study, User
from annotation.queries.rubric_changes import comparable_versions, publish_page, version_changes
from annotation.queries.rubrics import rubric_versions
from annotation.scopes import Scope
from annotation.services import rubrics
from annotation.services.rubric_drafts import begin_draft, start_rubric
from annotation.services.rubric_packs import shipped_document, shipped_packs
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.rubrics import (
    ComparedSerializer,
    PackSerializer,
    PreviewFilterSerializer,
    PublishingSerializer,
    PublishSerializer,
    RubricDocumentSerializer,
    RubricPreviewSerializer,
    RubricSerializer,
    SentRubricSerializer,
    SinceSerializer,
)
from rating.forms.rubric_preview import preview_of

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


def _taken(study: Study, sent: dict[str, Any], actor: User) -> RubricVersion:
    """The draft that the request asks for."""
    if "name" in sent:
        return start_rubric(study, actor=actor, name=sent["name"], language=sent["language"])
    document = sent["document"] if "document" in sent else shipped_document(sent["pack"])
    return rubrics.load_rubric(study, document, actor=actor)


class RubricList(Endpoint, generics.GenericAPIView[RubricVersion]):
    scopes = {"GET": Scope.READ_ITEMS, "POST": Scope.WRITE_RUBRICS}
    serializer_class = RubricSerializer

    @documented(
        "rubrics_list",
        "Versions of the rubric (coordinator, researcher)",
        answers={200: RubricSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, *TEAM).study
        page: Any = self.paginate_queryset(rubric_versions(study))
        return self.get_paginated_response(RubricSerializer(page or [], many=True).data)

    @documented(
        "rubrics_upload",
        "A draft from a document, from a shipped rubric or from nothing; the same document gives the same "
        "version (coordinator)",
        request=SentRubricSerializer,
        answers={201: RubricSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        sent = checked(SentRubricSerializer, request).validated_data
        version = _taken(study, sent, signed_in(request.user))
        return Response(RubricSerializer(version).data, status=201)


class PackList(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "rubrics_packs",
        "Rubrics that come with the program (coordinator, researcher)",
        answers={200: PackSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study_for(request.user, code, *TEAM)
        return Response(PackSerializer(shipped_packs(), many=True).data)


class RubricDetail(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS, "DELETE": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_read",
        "A version with its document (coordinator, researcher)",
        answers={200: RubricDocumentSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, version: str) -> Response:
        return Response(RubricDocumentSerializer(rubric_version_for(request.user, code, version, *TEAM)).data)

    @documented(
        "rubrics_discard",
        "Take a draft away that no stage uses (coordinator)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, version: str) -> Response:
        found = rubric_version_for(request.user, code, version, Role.COORDINATOR)
        rubrics.discard_rubric(found, actor=signed_in(request.user))
        return Response(status=204)


class RubricBegin(Endpoint):
    scopes = {"POST": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_begin",
        "The next version, a draft with the same contents; one begun so and not changed is given again "
        "(coordinator)",
        answers={201: RubricSerializer},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str, version: str) -> Response:
        found = rubric_version_for(request.user, code, version, Role.COORDINATOR)
        draft = begin_draft(found, actor=signed_in(request.user))
        return Response(RubricSerializer(draft).data, status=201)


class RubricChanges(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "rubrics_changes",
        "What differs between two versions, any two (coordinator, researcher)",
        answers={200: ComparedSerializer},
        errors=[400, 404],
        parameters=[SinceSerializer],
    )
    def get(self, request: Request, code: str, version: str) -> Response:
        found = rubric_version_for(request.user, code, version, *TEAM)
        asked = SinceSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        since = self._since(found, asked.validated_data.get("since", ""))
        changes = version_changes(since, found) if since and found.document else None
        return Response(ComparedSerializer({"since": since, "changes": changes}).data)

    def _since(self, version: RubricVersion, code: str) -> RubricVersion | None:
        others = comparable_versions(version)
        if not code:
            return next(iter(others), None)
        named = next((one for one in others if one.code == code), None)
        if named is None:
            raise DomainError(Code.INVALID, "since: this rubric has no such version to compare with.")
        return named


class RubricPublish(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS, "POST": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_publishing",
        "What publishing this draft would do, and what stands in its way (coordinator)",
        answers={200: PublishingSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, version: str) -> Response:
        found = rubric_version_for(request.user, code, version, Role.COORDINATOR)
        return Response(PublishingSerializer(publish_page(found)).data)

    @documented(
        "rubrics_publish",
        "Publish a version: it never changes afterwards (coordinator)",
        request=PublishSerializer,
        answers={200: RubricSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, version: str) -> Response:
        found = rubric_version_for(request.user, code, version, Role.COORDINATOR)
        sent = checked(PublishSerializer, request).validated_data
        published = rubrics.publish_rubric(found, actor=signed_in(request.user), **sent)
        return Response(RubricSerializer(published).data)


class RubricPreview(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "rubrics_preview",
        "An invented item as a rater of a group would see it (coordinator, researcher)",
        answers={200: RubricPreviewSerializer},
        errors=[400, 404],
        parameters=[PreviewFilterSerializer],
    )
    def get(self, request: Request, code: str, version: str) -> Response:
        found = rubric_version_for(request.user, code, version, *TEAM)
        shown = preview_of(found, request.query_params)
        if shown is None:
            raise DomainError(Code.INVALID, "There is no such group, language or number of replies.")
        return Response(RubricPreviewSerializer(shown).data)

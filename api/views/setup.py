"""Setting a study up: state, groups, consent texts, rubrics."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import rubric_version_for, signed_in, study_for
from annotation.models import ConsentVersion, Group, Role, RubricVersion
from annotation.queries.consent import consent_texts
from annotation.queries.rubrics import rubric_versions
from annotation.scopes import Scope
from annotation.services import rubrics, studies
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.setup import (
    ConsentSerializer,
    PublishSerializer,
    RubricDocumentSerializer,
    RubricSerializer,
    SentConsentSerializer,
    SentGroupSerializer,
    SentRubricSerializer,
    SentStateSerializer,
)
from api.serializers.studies import GroupSerializer, StateSerializer

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


class StudyState(Endpoint):
    scopes = {"POST": Scope.WRITE_STUDIES}

    @documented(
        "studies_state",
        "Open, pause or close the study (coordinator)",
        request=SentStateSerializer,
        answers={200: StateSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        state = checked(SentStateSerializer, request).validated_data["state"]
        changed = studies.change_state(study, state, actor=signed_in(request.user))
        return Response(StateSerializer(changed).data)


class GroupList(Endpoint, generics.ListAPIView[Group]):
    scopes = {"GET": Scope.READ_STUDIES, "POST": Scope.WRITE_STUDIES}
    serializer_class = GroupSerializer

    def get_queryset(self) -> QuerySet[Group]:
        return study_for(self.request.user, self.kwargs["code"]).study.groups.all()

    @documented("groups_list", "Groups of the study", answers={200: GroupSerializer(many=True)}, errors=[404])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "groups_add",
        "Add a group (coordinator)",
        request=SentGroupSerializer,
        answers={201: GroupSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        sent = checked(SentGroupSerializer, request).validated_data
        group = studies.add_group(study, actor=signed_in(request.user), **sent)
        return Response(GroupSerializer(group).data, status=201)


class ConsentList(Endpoint, generics.ListAPIView[ConsentVersion]):
    scopes = {"GET": Scope.READ_STUDIES, "POST": Scope.WRITE_STUDIES}
    serializer_class = ConsentSerializer

    def get_queryset(self) -> QuerySet[ConsentVersion]:
        return consent_texts(study_for(self.request.user, self.kwargs["code"], *TEAM).study)

    @documented(
        "consents_list",
        "Consent texts, the newest first (coordinator, researcher)",
        answers={200: ConsentSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "consents_publish",
        "Publish a new consent text; raters are asked again (coordinator)",
        request=SentConsentSerializer,
        answers={201: ConsentSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        sent = checked(SentConsentSerializer, request)
        fields = sent.validated_data | {"ticks": sent.tick_list()}
        version = studies.publish_consent(study, actor=signed_in(request.user), **fields)
        return Response(ConsentSerializer(version).data, status=201)


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
        "Load a rubric document as a draft; the same document gives the same version (coordinator)",
        request=SentRubricSerializer,
        answers={201: RubricSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        document = checked(SentRubricSerializer, request).validated_data["document"]
        version = rubrics.load_rubric(study, document, actor=signed_in(request.user))
        return Response(RubricSerializer(version).data, status=201)


class RubricDetail(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "rubrics_read",
        "A version with its document (coordinator, researcher)",
        answers={200: RubricDocumentSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, version: str) -> Response:
        return Response(RubricDocumentSerializer(rubric_version_for(request.user, code, version, *TEAM)).data)


class RubricPublish(Endpoint):
    scopes = {"POST": Scope.WRITE_RUBRICS}

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

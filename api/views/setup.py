"""Setting a study up: state, groups, consent texts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import signed_in, study_for
from annotation.models import ConsentVersion, Group, Role
from annotation.queries.consent import consent_texts
from annotation.scopes import Scope
from annotation.services import studies
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.setup import (
    ConsentSerializer,
    SentConsentSerializer,
    SentGroupSerializer,
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

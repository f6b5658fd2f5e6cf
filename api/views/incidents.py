"""The restricted log of incidents. Reading one is a deed of its own, and is recorded."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import incident_for, signed_in, sites_for
from annotation.errors import Code, DomainError
from annotation.models import Incident, Role
from annotation.queries.incidents import incident_record, incidents_of, is_being_read
from annotation.scopes import Scope
from annotation.services.incidents import open_incident, read_incident, write_entry
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.ethics import (
    IncidentRecordSerializer,
    IncidentSerializer,
    OpenedIncidentSerializer,
    SentEntrySerializer,
    SentIncidentSerializer,
    WrittenEntrySerializer,
)

RUN_IT = (Role.COORDINATOR, Role.RESEARCHER, Role.SAFEGUARDING)


class IncidentList(Endpoint, generics.ListAPIView[Incident]):
    scopes = {"GET": Scope.INCIDENTS, "POST": Scope.INCIDENTS}
    serializer_class = IncidentSerializer

    def get_queryset(self) -> QuerySet[Incident]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.SAFEGUARDING)
        return access.written(incidents_of(access.study), "opened_by")

    @documented(
        "incidents_list",
        "Incidents: numbers, days and states (safeguarding)",
        answers={200: IncidentSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "incidents_open",
        "Write down a disclosure or danger; only few read it afterwards "
        "(coordinator, researcher, safeguarding)",
        request=SentIncidentSerializer,
        answers={201: OpenedIncidentSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, *RUN_IT)
        sent = checked(SentIncidentSerializer, request).validated_data
        incident = open_incident(access.study, actor=access.member.user, **sent)
        return Response(OpenedIncidentSerializer(incident).data, status=201)


class IncidentRead(Endpoint):
    scopes = {"POST": Scope.INCIDENTS}
    # What was disclosed is stored in one place.
    keeps_answers = False

    @documented(
        "incidents_read",
        "Read the record of an incident; the reading is recorded (safeguarding)",
        answers={200: IncidentRecordSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str, incident: str) -> Response:
        found = incident_for(request.user, code, incident)
        read_incident(found, actor=signed_in(request.user))
        return Response(IncidentRecordSerializer(incident_record(found)).data)


class IncidentEntryList(Endpoint):
    scopes = {"POST": Scope.INCIDENTS}

    @documented(
        "incidents_write",
        "Add what was done, correct, close or open again, within a quarter of an hour of reading "
        "(safeguarding)",
        request=SentEntrySerializer,
        answers={201: WrittenEntrySerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, incident: str) -> Response:
        found, actor, now = (
            incident_for(request.user, code, incident),
            signed_in(request.user),
            timezone.now(),
        )
        sent = checked(SentEntrySerializer, request).validated_data
        if not is_being_read(found, actor, now=now):
            raise DomainError(Code.STATE_FORBIDS, "Read the record first: some time has passed.")
        entry = write_entry(found, actor=actor, now=now, **sent)
        return Response(WrittenEntrySerializer(entry).data, status=201)

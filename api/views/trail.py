"""For owners: the audit trail, the state of its chain, and who looked at what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.errors import Code, DomainError
from annotation.forms.trail import TrailFilterForm
from annotation.models import AccessEvent, AuditEvent, Role, Study
from annotation.queries.audit_trail import (
    TrailFilter,
    study_accesses,
    trail_events,
    trail_kinds,
    trail_lines,
    trail_people,
)
from annotation.scopes import Scope
from annotation.services.audit_check import check_chain
from api.endpoint import Endpoint
from api.schema import documented
from api.serializers.trail import (
    AccessSerializer,
    ChainSerializer,
    TrailFilterSerializer,
    TrailLineSerializer,
)


def wanted_events(request: Request, study: Study) -> TrailFilter:
    """The page's own filters: raters can be asked for together only."""
    form = TrailFilterForm(request.query_params, kinds=trail_kinds(study), people=trail_people(study))
    if not form.is_valid():
        raise DomainError(Code.INVALID, "The trail has nothing of this kind.", sorted(form.errors))
    return form.wanted()


class Audit(Endpoint, generics.GenericAPIView[AuditEvent]):
    scopes = {"GET": Scope.AUDIT}
    serializer_class = TrailLineSerializer

    @documented(
        "audit_list",
        "What was changed, by whom, when; the newest first (owner)",
        answers={200: TrailLineSerializer(many=True)},
        errors=[400, 404],
        parameters=[TrailFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.OWNER).study
        page = self.paginate_queryset(trail_events(study, wanted_events(request, study))) or []
        lines = list(trail_lines(study, page))
        return self.get_paginated_response(TrailLineSerializer(lines, many=True).data)


class AuditCheck(Endpoint):
    scopes = {"POST": Scope.AUDIT}

    @documented(
        "audit_check",
        "Walk the whole chain now (owner)",
        answers={200: ChainSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str) -> Response:
        report = check_chain(study_for(request.user, code, Role.OWNER).study)
        return Response(ChainSerializer(report).data)


class AccessList(Endpoint, generics.ListAPIView[AccessEvent]):
    scopes = {"GET": Scope.AUDIT}
    serializer_class = AccessSerializer

    def get_queryset(self) -> QuerySet[AccessEvent]:
        return study_accesses(study_for(self.request.user, self.kwargs["code"], Role.OWNER).study)

    @documented(
        "accesses_list",
        "Who saw or took what is personal or restricted; the newest first (owner)",
        answers={200: AccessSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

"""Snapshots and analyses, for researchers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import signed_in, study_for
from annotation.models import Role
from annotation.scopes import Scope
from api.endpoint import Endpoint
from api.schema import documented
from api.serializers.research import (
    AnalysisResultSerializer,
    AnalysisSerializer,
    SnapshotSerializer,
    StartAnalysisSerializer,
    StartedSerializer,
)
from rating.access import analysis_for, analysis_plan_for, snapshot_for
from rating.models import Analysis, Snapshot
from rating.queries.research import study_analyses, study_snapshots
from rating.services.analyses import start_analysis


class SnapshotList(Endpoint, generics.ListAPIView[Snapshot]):
    scopes = {"GET": Scope.READ_ANALYSES}
    serializer_class = SnapshotSerializer

    def get_queryset(self) -> QuerySet[Snapshot]:
        return study_snapshots(study_for(self.request.user, self.kwargs["code"], Role.RESEARCHER).study)

    @documented(
        "snapshots_list",
        "Snapshots (researcher)",
        answers={200: SnapshotSerializer(many=True)},
        errors=[403, 404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class SnapshotDetail(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "snapshots_read", "A snapshot (researcher)", answers={200: SnapshotSerializer}, errors=[403, 404]
    )
    def get(self, request: Request, code: str, snapshot: str) -> Response:
        return Response(SnapshotSerializer(snapshot_for(request.user, code, snapshot)).data)


class AnalysisList(Endpoint, generics.ListAPIView[Analysis]):
    scopes = {"GET": Scope.READ_ANALYSES, "POST": Scope.WRITE_ANALYSES}
    serializer_class = AnalysisSerializer

    def get_queryset(self) -> QuerySet[Analysis]:
        return study_analyses(study_for(self.request.user, self.kwargs["code"], Role.RESEARCHER).study)

    @documented(
        "analyses_list",
        "Analyses, without their numbers (researcher)",
        answers={200: AnalysisSerializer(many=True)},
        errors=[403, 404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "analyses_start",
        "Start an analysis; its job tells how far it has come (researcher)",
        request=StartAnalysisSerializer,
        answers={202: StartedSerializer},
        errors=[400, 403, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.RESEARCHER).study
        asked = StartAnalysisSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sent = asked.validated_data
        plan = analysis_plan_for(request.user, code, sent["plan"])[1] if sent["plan"] else None
        analysis = start_analysis(
            study, actor=signed_in(request.user), options=sent["options"], seed=sent["seed"], plan=plan
        )
        return Response(StartedSerializer({"analysis": analysis, "job": analysis.job}).data, status=202)


class AnalysisDetail(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analyses_read",
        "An analysis with its numbers (researcher)",
        answers={200: AnalysisResultSerializer},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str, analysis: str) -> Response:
        seen = analysis_for(request.user, code, analysis)
        context = {"sees_hidden": seen.sees_hidden}
        return Response(AnalysisResultSerializer(seen.analysis, context=context).data)

"""Analysis plans, for researchers; the registered statistics, for anybody who is signed in."""

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
from api.permissions import ANY
from api.schema import documented
from api.serializers.analysis_plans import AnalysisPlanSerializer, StatisticSerializer, WritePlanSerializer
from rating.access import analysis_plan_for
from rating.models import AnalysisPlan
from rating.queries.analysis_plans import study_plans
from rating.queries.ratings import default_stage
from rating.services.analysis_plans import lock_plan, write_plan


class AnalysisPlanList(Endpoint, generics.ListAPIView[AnalysisPlan]):
    scopes = {"GET": Scope.READ_ANALYSES, "POST": Scope.WRITE_ANALYSES}
    serializer_class = AnalysisPlanSerializer

    def get_queryset(self) -> QuerySet[AnalysisPlan]:
        return study_plans(study_for(self.request.user, self.kwargs["code"], Role.RESEARCHER).study)

    @documented(
        "analysis_plans_list",
        "Versions of the analysis plan (researcher)",
        answers={200: AnalysisPlanSerializer(many=True)},
        errors=[403, 404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "analysis_plans_write",
        "Write the draft: the next version, or the one that is not locked yet (researcher)",
        request=WritePlanSerializer,
        answers={201: AnalysisPlanSerializer},
        errors=[400, 403, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.RESEARCHER).study
        asked = WritePlanSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sent = asked.validated_data
        plan = write_plan(
            study,
            actor=signed_in(request.user),
            title=sent["title"],
            note=sent["note"],
            options={"stage": default_stage(study), **sent["options"]},
            seed=sent["seed"],
        )
        return Response(AnalysisPlanSerializer(plan).data, status=201)


class AnalysisPlanDetail(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analysis_plans_read",
        "A version of the analysis plan (researcher)",
        answers={200: AnalysisPlanSerializer},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str, plan: str) -> Response:
        return Response(AnalysisPlanSerializer(analysis_plan_for(request.user, code, plan)[1]).data)


class AnalysisPlanLock(Endpoint):
    scopes = {"POST": Scope.WRITE_ANALYSES}

    @documented(
        "analysis_plans_lock",
        "Lock a version: it never changes afterwards (researcher)",
        answers={200: AnalysisPlanSerializer},
        errors=[400, 403, 404, 409],
    )
    def post(self, request: Request, code: str, plan: str) -> Response:
        found = analysis_plan_for(request.user, code, plan)[1]
        return Response(AnalysisPlanSerializer(lock_plan(found, actor=signed_in(request.user))).data)


class StatisticList(Endpoint):
    scopes = {"GET": ANY}

    @documented(
        "statistics_list",
        "Every statistic that Attune computes",
        answers={200: StatisticSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        from rating.agreement.registry import REGISTRY

        del request
        return Response(StatisticSerializer(REGISTRY, many=True).data)

"""What can this plan show? Simulations, started and read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.errors import Code, DomainError
from annotation.models import Job, Role, Study
from annotation.queries.plans import human_groups
from annotation.scopes import Scope
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.simulations import (
    OutsetSerializer,
    SentSimulationSerializer,
    SimulationRowSerializer,
    SimulationSerializer,
)
from rating.access import simulation_for
from rating.queries.planning import plan_outset, simulations_of
from rating.services.planning import start_plan_simulation

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


def _settings(study: Study, asked: SentSimulationSerializer) -> dict[str, Any]:
    names = {group.key: group.name for group in human_groups(study)}
    if strange := [one["group"] for one in asked.validated_data["groups"] if one["group"] not in names]:
        raise DomainError(Code.INVALID, "The study has no such group of people.", strange)
    return asked.settings(names)


class SimulationList(Endpoint, generics.ListAPIView[Job]):
    scopes = {"GET": Scope.READ_ITEMS, "POST": Scope.WRITE_PLANS}
    serializer_class = SimulationRowSerializer

    def get_queryset(self) -> QuerySet[Job]:
        return simulations_of(study_for(self.request.user, self.kwargs["code"], *TEAM).study)

    @documented(
        "simulations_list",
        "Simulations of the study's plan, the newest first (coordinator, researcher)",
        answers={200: SimulationRowSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "simulations_start",
        "Simulate what a plan can show; its job tells how far it has come (coordinator, researcher)",
        request=SentSimulationSerializer,
        answers={202: SimulationRowSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, *TEAM)
        asked = checked(SentSimulationSerializer, request)
        settings, seed = _settings(access.study, asked), asked.validated_data["seed"]
        job = start_plan_simulation(access.study, actor=access.member.user, settings=settings, seed=seed)
        return Response(SimulationRowSerializer(job).data, status=202)


class SimulationOutset(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "simulations_outset",
        "The study's own groups, raters and items, to simulate with (coordinator, researcher)",
        answers={200: OutsetSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(OutsetSerializer(plan_outset(study_for(request.user, code, *TEAM).study)).data)


class SimulationDetail(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "simulations_read",
        "A simulation with what it found (coordinator, researcher)",
        answers={200: SimulationSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, simulation: str) -> Response:
        return Response(SimulationSerializer(simulation_for(request.user, code, simulation)[1]).data)

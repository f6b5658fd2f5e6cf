"""Stages: planned, previewed, proved, started, and changed while they run."""

from __future__ import annotations

import secrets
from typing import Any

from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import (
    StudyAccess,
    plan_for,
    rubric_version_for,
    signed_in,
    study_for,
)
from annotation.models import Plan, Role
from annotation.queries.designs import Design
from annotation.queries.plan_preview import plan_preview
from annotation.queries.plans import human_groups, stage_row, stage_rows
from annotation.queries.wished_designs import completed_design
from annotation.scopes import Scope
from annotation.services import plans
from annotation.services.plans import POOL_DESIGN
from annotation.services.stages import LARGEST_SEED, drafted_stage, make_stage
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.stages import (
    PlanSerializer,
    PlanWishSerializer,
    PreviewSerializer,
    SentPlanSerializer,
    SentPlanStateSerializer,
    design_of,
)

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


def wished(access: StudyAccess, sent: dict[str, Any]) -> Design:
    """The design that a request asks for; who rates here does not learn what a hidden factor parts."""
    if sent["design"] is None:
        return POOL_DESIGN
    design = design_of(sent["design"])
    return completed_design(access.study, design, sent["quotas"], sees_hidden=not access.can(Role.RATER))


class PlanList(Endpoint, generics.GenericAPIView[Plan]):
    scopes = {"GET": Scope.READ_ITEMS, "POST": Scope.WRITE_PLANS}
    serializer_class = PlanSerializer

    @documented(
        "plans_list",
        "Stages with how far they are (coordinator, researcher)",
        answers={200: PlanSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, *TEAM).study
        page: Any = self.paginate_queryset(stage_rows(study))
        return self.get_paginated_response(PlanSerializer(page or [], many=True).data)

    @documented(
        "plans_make",
        "Plan a stage: over all items with a text or some, as a pool or with planned seats (coordinator)",
        request=SentPlanSerializer,
        answers={201: PlanSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentPlanSerializer, request).validated_data
        version = rubric_version_for(request.user, code, sent["rubric_version"], Role.COORDINATOR)
        plan = make_stage(
            access.study,
            actor=access.member.user,
            stage=sent["stage"],
            rubric_version=version,
            quotas=sent["quotas"],
            n_items=sent["n_items"],
            seed=sent["seed"],
            design=wished(access, sent),
        )
        return Response(PlanSerializer(stage_row(plan)).data, status=201)


class PlanPreview(Endpoint):
    scopes = {"POST": Scope.READ_ITEMS}

    @documented(
        "plans_preview",
        "What a stage would ask of each group, how raters would be linked, and warnings (coordinator)",
        request=PlanWishSerializer,
        answers={200: PreviewSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(PlanWishSerializer, request).validated_data
        made = drafted_stage(
            access.study,
            quotas=sent["quotas"],
            n_items=sent["n_items"],
            seed=secrets.randbelow(LARGEST_SEED + 1) if sent["seed"] is None else sent["seed"],
            design=wished(access, sent),
        )
        shown = plan_preview(made, human_groups(access.study))
        told = {name: getattr(shown, name) for name in ("loads", "warnings", "notes", "is_expected")}
        told |= {"sharing": shown.pair_rows, "n_components": shown.linkage.n_components}
        told |= {"n_items": len(made.items), "n_anchors": shown.n_anchors, "seed": made.seed}
        return Response(PreviewSerializer(told).data)


class PlanState(Endpoint):
    scopes = {"POST": Scope.WRITE_PLANS}

    @documented(
        "plans_state",
        "Start or close a stage (coordinator)",
        request=SentPlanStateSerializer,
        answers={200: PlanSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, plan: str) -> Response:
        found = plan_for(request.user, code, plan)
        state = checked(SentPlanStateSerializer, request).validated_data["state"]
        change = plans.open_plan if state == Plan.State.OPEN else plans.close_plan
        return Response(PlanSerializer(stage_row(change(found, actor=signed_in(request.user)))).data)

"""One stage: its seats and links, the proof that it holds, and what coordinators change in it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import (
    item_named,
    plan_for,
    planned_slot_for,
    rater_named,
    seat_for,
    signed_in,
    study_for,
)
from annotation.models import Plan, Role, Slot
from annotation.queries.plan_checks import checked_stage
from annotation.queries.plan_stage import stage_page
from annotation.queries.plans import stage_row
from annotation.scopes import Scope
from annotation.services.overrides import assign_item, reopen_slot, withhold_item
from annotation.services.plans import discard_plan
from annotation.services.seats import free_seat, share_slots
from annotation.services.top_ups import Growth, top_up
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.stages import (
    CheckedPlanSerializer,
    GrownSerializer,
    GrowthSerializer,
    OverriddenSerializer,
    OverrideSerializer,
    PlanSerializer,
    ReasonSerializer,
    ReopenedSerializer,
    SharedSerializer,
    StageSerializer,
)


def quotas_of(plan: Plan) -> dict[str, int]:
    return dict(plan.quotas.order_by("group__position").values_list("group__key", "per_item"))


class StageDetail(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS, "DELETE": Scope.WRITE_PLANS}

    @documented(
        "plans_read",
        "A stage with its seats, rules, links between raters and warnings (coordinator)",
        answers={200: StageSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, plan: str) -> Response:
        found = plan_for(request.user, code, plan)
        shown, row = stage_page(found), stage_row(found)
        told: dict[str, Any] = {name: getattr(row, name) for name in ("n_items", "n_planned", "n_done")}
        told |= {"plan": row.plan, "quotas": quotas_of(found), "options": found.options}
        told |= {"rules": found.rules, "seats": shown.seats, "sharing": shown.pair_rows}
        told |= {"n_components": shown.linkage.n_components, "warnings": shown.warnings}
        return Response(StageSerializer(told).data)

    @documented(
        "plans_discard",
        "Delete a stage that is not open and in which nobody has worked, to plan it anew (coordinator)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, plan: str) -> Response:
        discard_plan(plan_for(request.user, code, plan), actor=signed_in(request.user))
        return Response(status=204)


class PlanCheck(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "plans_check",
        "Prove that a stage's slots are what its plan promises, as manage.py check_plan; of a large "
        "stage as the scheduler last did (coordinator)",
        answers={200: CheckedPlanSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, plan: str) -> Response:
        told = checked_stage(plan_for(request.user, code, plan), now=timezone.now())
        return Response(CheckedPlanSerializer(told).data)


class PlanTopUp(Endpoint):
    scopes = {"POST": Scope.WRITE_PLANS}

    @documented(
        "plans_top_up",
        "Plan further ratings, seats, later items; nothing that is planned changes (coordinator)",
        request=GrowthSerializer,
        answers={200: GrownSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, plan: str) -> Response:
        found = plan_for(request.user, code, plan)
        sent = checked(GrowthSerializer, request).validated_data
        growth = Growth(
            quotas_of(found) | sent["quotas"], sent["seats"], takes_later_items=sent["takes_later_items"]
        )
        n_added = top_up(found, actor=signed_in(request.user), growth=growth)
        return Response(GrownSerializer({"n_added": n_added, "plan": stage_row(found)}).data)


class PlanOverride(Endpoint):
    scopes = {"POST": Scope.WRITE_PLANS}

    @documented(
        "plans_override",
        "Assign an item to a rater or take it away from them, with a reason (coordinator)",
        request=OverrideSerializer,
        answers={200: OverriddenSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, plan: str) -> Response:
        access, found = study_for(request.user, code, Role.COORDINATOR), plan_for(request.user, code, plan)
        sent = checked(OverrideSerializer, request).validated_data
        deed = assign_item if sent["deed"] == "assign" else withhold_item
        item, rater = item_named(access, sent["item"]), rater_named(access, sent["rater"])
        done = deed(found, item, rater, actor=access.member.user, reason=sent["reason"])
        slot = done.code if isinstance(done, Slot) else None
        return Response(OverriddenSerializer({"deed": sent["deed"], "slot": slot}).data)


class PlanShare(Endpoint):
    scopes = {"POST": Scope.WRITE_PLANS}

    @documented(
        "plans_share",
        "Open what is left of planned sequences to everybody of the group (coordinator)",
        answers={200: SharedSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, plan: str) -> Response:
        n_shared = share_slots(plan_for(request.user, code, plan), actor=signed_in(request.user))
        return Response(SharedSerializer({"n_shared": n_shared}).data)


class SeatFree(Endpoint):
    scopes = {"POST": Scope.WRITE_PLANS}

    @documented(
        "seats_free",
        "Take a rater who stays away out of a seat; what they rated stays (coordinator)",
        request=ReasonSerializer,
        answers={200: PlanSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, plan: str, seat: str) -> Response:
        found = seat_for(request.user, code, plan, seat)
        reason = checked(ReasonSerializer, request).validated_data["reason"]
        free_seat(found, actor=signed_in(request.user), reason=reason)
        return Response(PlanSerializer(stage_row(found.plan)).data)


class SlotReopen(Endpoint):
    scopes = {"POST": Scope.WRITE_PLANS}

    @documented(
        "slots_reopen",
        "Have a rating given anew; the one that was given is kept outside the quota (coordinator)",
        request=ReasonSerializer,
        answers={200: ReopenedSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, plan: str, slot: str) -> Response:
        found = planned_slot_for(request.user, code, plan, slot)
        reason = checked(ReasonSerializer, request).validated_data["reason"]
        again = reopen_slot(found, actor=signed_in(request.user), reason=reason)
        return Response(ReopenedSerializer({"slot": again.code}).data)

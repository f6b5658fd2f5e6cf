"""How a stage goes, raters beside their groups, and asking for a second look."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import plan_for, rater_for, signed_in, sites_for
from annotation.errors import Code, DomainError
from annotation.models import Role
from annotation.queries.studies import current_plan
from annotation.scopes import Scope
from annotation.services.watching import set_target
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.studies import JobSerializer
from api.serializers.watching import (
    AskLookSerializer,
    OwnSecondLookSerializer,
    SecondLookSerializer,
    SiteFilterSerializer,
    TargetSerializer,
    WatchedRatersSerializer,
)
from api.views.progress import TEAM, asked_of_site
from rating.access import asked_look_for, second_look_for, slot_rating_for
from rating.models import SecondLook
from rating.queries.watching import looks_asked_of, measuring_of, second_looks_of
from rating.services.rater_watch import start_measuring
from rating.services.second_looks import ask_for_second_look, keep_as_it_is, withdraw_second_look


def _caution() -> str:
    return _(
        "A difference is not an error. Somebody who answers otherwise than the rest of the group may see "
        "what others miss; somebody who is quick may be practised. These numbers are a reason to ask, never "
        "a verdict."
    )


class PlanTarget(Endpoint):
    scopes = {"PUT": Scope.WRITE_PLANS}

    @documented(
        "plans_target",
        "Say by which day a stage should be done (coordinator)",
        request=TargetSerializer,
        answers={200: TargetSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str, plan: str) -> Response:
        found = plan_for(request.user, code, plan)
        due_on = checked(TargetSerializer, request).validated_data["due_on"]
        set_target(found, actor=signed_in(request.user), due_on=due_on)
        return Response(TargetSerializer({"due_on": due_on}).data)


class WatchedRaters(Endpoint):
    scopes = {"GET": Scope.READ_PEOPLE, "POST": Scope.WRITE_PEOPLE}

    @documented(
        "raters_watch",
        "Raters beside their whole groups, as last measured: time, answers alike, distance; of a site its "
        "raters alone (coordinator, researcher)",
        answers={200: WatchedRatersSerializer},
        errors=[400, 404],
        parameters=[SiteFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, *TEAM)
        cut, plan = access.only_at(asked_of_site(access, request)), current_plan(access.study)
        job, measured = (None, None) if plan is None else measuring_of(plan, cut)
        told: dict[str, Any] = {"caution": _caution(), "job": job, "taken_at": None, "raters": []}
        if measured is not None:
            told |= {"taken_at": measured.taken_at, "raters": measured.rows}
        return Response(WatchedRatersSerializer(told).data)

    @documented(
        "raters_measure",
        "Compare raters with their groups anew, in the background (coordinator, researcher)",
        answers={202: JobSerializer},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, *TEAM)
        plan = current_plan(access.study)
        if plan is None:
            raise DomainError(Code.STATE_FORBIDS, "The study has no stage yet.")
        return Response(JobSerializer(start_measuring(plan, actor=access.member.user)).data, status=202)


class SecondLookList(Endpoint, generics.ListAPIView[SecondLook]):
    scopes = {"GET": Scope.READ_RATINGS, "POST": Scope.WRITE_PEOPLE}
    serializer_class = SecondLookSerializer

    def get_queryset(self) -> QuerySet[SecondLook]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.COORDINATOR)
        return access.seen(second_looks_of(access.study), "rating__rater")

    @documented(
        "second_looks_list",
        "What raters were asked to look at again, open ones first (coordinator)",
        answers={200: SecondLookSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "second_looks_ask",
        "Ask the rater of a slot to look at their rating again; it stays as it is (coordinator)",
        request=AskLookSerializer,
        answers={201: SecondLookSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        sites_for(request.user, code, Role.COORDINATOR)
        sent = checked(AskLookSerializer, request).validated_data
        access, rating = slot_rating_for(request.user, code, sent["slot"])
        look = ask_for_second_look(
            rating, actor=access.member.user, reason=sent["reason"], now=timezone.now()
        )
        return Response(SecondLookSerializer(look).data, status=201)


class SecondLookWithdraw(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "second_looks_withdraw",
        "Take the question back (coordinator)",
        answers={200: SecondLookSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, look: str) -> Response:
        access, found = second_look_for(request.user, code, look)
        withdraw_second_look(found, actor=access.member.user, now=timezone.now())
        return Response(SecondLookSerializer(second_look_for(request.user, code, look)[1]).data)


class OwnSecondLooks(Endpoint):
    scopes = {"GET": Scope.RATE}

    @documented(
        "own_second_looks_list",
        "What you are asked to look at again (rater)",
        answers={200: OwnSecondLookSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        looks = looks_asked_of(rater_for(request.user, code).rater)
        return Response(OwnSecondLookSerializer(looks, many=True).data)


class SecondLookKeep(Endpoint):
    scopes = {"POST": Scope.RATE}

    @documented(
        "second_looks_keep",
        "You have looked again and your rating stays as it is (rater)",
        answers={204: None},
        errors=[404],
    )
    def post(self, request: Request, code: str, look: str) -> Response:
        access, found = asked_look_for(request.user, code, look)
        keep_as_it_is(found, actor=access.member.user, now=timezone.now())
        return Response(status=204)

"""Adjudication: coordinators choose items; adjudicators judge them alone, then with raters' reasons."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import StudyAccess, group_of, study_for
from annotation.errors import Code, DomainError
from annotation.models import Item, Plan, Role, Study
from annotation.queries.studies import current_plan
from annotation.scopes import Scope
from api.downloads import CSV, as_stream, file_answer
from api.endpoint import Endpoint, checked
from api.renderers import AnyFile
from api.schema import documented
from api.serializers.adjudication import (
    AdjudicationDetailSerializer,
    AdjudicationSerializer,
    ChooseSerializer,
    ChosenSerializer,
    DisputeFilterSerializer,
    DisputeSerializer,
    NextAdjudicationSerializer,
    SentJudgementSerializer,
)
from api.serializers.files import StageFilterSerializer
from rating.access import adjudication_for, untaken_adjudication_for
from rating.forms.adjudication import said_by_raters
from rating.models import Adjudication, Judgement
from rating.queries.adjudication import (
    adjudicated_item,
    adjudications_of,
    disputed_questions,
    disputes,
    judgements_of,
)
from rating.queries.exports import export_scope
from rating.queries.ratings import default_stage
from rating.services import adjudication as services
from rating.services import adjudication_table
from rating.services.csv_cells import csv_pieces

TEAM = (Role.COORDINATOR, Role.RESEARCHER)
OWN, DECISION = Judgement.Step.OWN, Judgement.Step.DECISION


def _plan(study: Study) -> Plan:
    plan = current_plan(study)
    if plan is None:
        raise DomainError(Code.STATE_FORBIDS, "The study has no stage yet.")
    return plan


def _detail(access: StudyAccess, found: Adjudication) -> dict[str, Any]:
    """What this member may see of it at this step."""
    given = judgements_of(found)
    is_mine, is_decided = found.adjudicator_id == access.member.pk, DECISION in given
    may_see_said = is_decided or (is_mine and OWN in given)
    return {
        "adjudication": found,
        "shown": adjudicated_item(found) if is_mine else None,
        "said": said_by_raters(found) if may_see_said else None,
        "judgements": list(given.values()) if is_mine or is_decided else [],
    }


class AdjudicationList(Endpoint, generics.ListAPIView[Adjudication]):
    scopes = {"GET": Scope.READ_RATINGS, "POST": Scope.WRITE_PLANS}
    serializer_class = AdjudicationSerializer

    def get_queryset(self) -> QuerySet[Adjudication]:
        study = study_for(self.request.user, self.kwargs["code"], Role.COORDINATOR).study
        return adjudications_of(study).select_related("as_group").prefetch_related("judgements")

    @documented(
        "adjudications_list",
        "Items put up for adjudication (coordinator)",
        answers={200: AdjudicationSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "adjudications_choose",
        "Put items of the current stage up for adjudication (coordinator)",
        request=ChooseSerializer,
        answers={201: ChosenSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(ChooseSerializer, request).validated_data
        items = list(Item.objects.visible().filter(study=access.study, code__in=sent["items"]))
        unknown = sorted(set(sent["items"]) - {item.code for item in items})
        group = group_of(access.study, sent["as_group"])
        if unknown or group is None:
            raise DomainError(Code.INVALID, "This study has no such items.", unknown)
        made = services.choose_items(
            _plan(access.study), items, actor=access.member.user, as_group=group, reason=sent["reason"]
        )
        return Response(ChosenSerializer({"chosen": made}).data, status=201)


class DisputeList(Endpoint):
    scopes = {"GET": Scope.READ_RATINGS}

    @documented(
        "adjudications_disputes",
        "Items on which raters lie apart and that are not up for adjudication, widest first (coordinator)",
        answers={200: DisputeSerializer(many=True)},
        errors=[400, 404, 409],
        parameters=[DisputeFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        plan = _plan(study_for(request.user, code, Role.COORDINATOR).study)
        asked = DisputeFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        key, at_least = asked.validated_data["question"], asked.validated_data["at_least"]
        question = next((one for one in disputed_questions(plan) if one.key == key), None)
        if question is None:
            raise DomainError(Code.INVALID, f"The stage has no question {key} of which a spread can be told.")
        return Response(DisputeSerializer(disputes(plan, question, at_least=at_least), many=True).data)


class AdjudicationDetail(Endpoint):
    scopes = {"GET": Scope.ADJUDICATE, "DELETE": Scope.WRITE_PLANS}

    @documented(
        "adjudications_read",
        "An adjudicated item, as far as it may be seen (adjudicator, coordinator, researcher)",
        answers={200: AdjudicationDetailSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, adjudication: str) -> Response:
        access, found = adjudication_for(request.user, code, adjudication)
        return Response(AdjudicationDetailSerializer(_detail(access, found)).data)

    @documented(
        "adjudications_drop",
        "Take an item out again that nobody has taken (coordinator)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, adjudication: str) -> Response:
        access, found = untaken_adjudication_for(request.user, code, adjudication)
        services.drop_untaken(found, actor=access.member.user)
        return Response(status=204)


class AdjudicationNext(Endpoint):
    scopes = {"POST": Scope.ADJUDICATE}

    @documented(
        "adjudications_next",
        "Take the next item, or get the one in hand again (adjudicator)",
        answers={200: NextAdjudicationSerializer},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.ADJUDICATOR)
        taken = services.take_next(access.study, access.member, now=timezone.now())
        if taken is None:
            return Response(NextAdjudicationSerializer({"result": "nothing_left", "adjudication": None}).data)
        found = adjudication_for(request.user, code, taken.code)[1]
        told = {"result": "adjudication", "adjudication": _detail(access, found)}
        return Response(NextAdjudicationSerializer(told).data)


class _Judge(Endpoint):
    scopes = {"POST": Scope.ADJUDICATE}
    step: str

    def judged(self, request: Request, code: str, adjudication: str) -> Response:
        access, found = adjudication_for(request.user, code, adjudication)
        if found.adjudicator_id != access.member.pk:
            raise DomainError(Code.NOT_ALLOWED, "Somebody else has this item, or nobody has taken it.")
        submission = checked(SentJudgementSerializer, request).submission(found)
        services.judge(found, submission, actor=access.member.user, step=self.step, now=timezone.now())
        found = adjudication_for(request.user, code, adjudication)[1]
        return Response(AdjudicationDetailSerializer(_detail(access, found)).data, status=201)


class AdjudicationOwn(_Judge):
    step = OWN

    @documented(
        "adjudications_own",
        "Give your own rating of an item in hand; it never changes afterwards (adjudicator)",
        request=SentJudgementSerializer,
        answers={201: AdjudicationDetailSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, adjudication: str) -> Response:
        return self.judged(request, code, adjudication)


class AdjudicationDecision(_Judge):
    step = DECISION

    @documented(
        "adjudications_decide",
        "Decide, with the raters' reasons in sight; the comment says what it rests on (adjudicator)",
        request=SentJudgementSerializer,
        answers={201: AdjudicationDetailSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, adjudication: str) -> Response:
        return self.judged(request, code, adjudication)


class AdjudicationFile(Endpoint):
    scopes = {"GET": Scope.EXPORT}
    renderer_classes = [AnyFile]

    @documented(
        "adjudications_file",
        "Every decided item as CSV: own rating, decision, what it rests on (coordinator, researcher)",
        answers=file_answer(CSV, "One row per question and target; columns as in docs/data-formats.md."),
        errors=[400, 404],
        parameters=[StageFilterSerializer],
    )
    def get(self, request: Request, code: str) -> StreamingHttpResponse:
        study = study_for(request.user, code, *TEAM).study
        asked = StageFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        stage = asked.validated_data.get("stage") or default_stage(study)
        scope = export_scope(study, stage=stage, is_current_only=True)
        pieces = csv_pieces(adjudication_table.adjudication_table(scope))
        return as_stream(pieces, f"attune-{study.code}-{stage}-{adjudication_table.NAME}", CSV)

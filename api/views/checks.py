"""Practice, qualification and hidden checks: what coordinators who do not rate set up and see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.models import PassMark, Rater, Study
from annotation.queries.clearance import open_plans, settings_of
from annotation.scopes import Scope
from annotation.services.clearance import invite_again, let_pass
from annotation.services.known_items import (
    USES,
    lacking,
    start_training,
    write_pass_marks,
    write_settings,
)
from annotation.services.plans import close_plan
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.checks import (
    CheckSettingsSerializer,
    ChecksSerializer,
    ClearanceSerializer,
    ClearedSerializer,
    LetPassSerializer,
    RaterQualitySerializer,
    SentCheckSettingsSerializer,
    SentPassMarksSerializer,
    SentTrainingStateSerializer,
)
from rating.access import checked_rater_for, keeper_for, quality_reader_for, site_keeper_for
from rating.forms.training import CheckSettingsForm, PassMarksForm
from rating.queries.keyed_items import keyable_questions, used_version
from rating.queries.quality import checked_raters, rater_quality
from rating.queries.who_is_where import n_to_decide, practising_raters, rater_rows


def valid(form: forms.Form) -> None:
    """The rules of a page's form hold here too. Raises the 400 of the API."""
    if not form.is_valid():
        raise ValidationError(
            {name.strip("_"): [str(line) for line in lines] for name, lines in form.errors.items()}
        )


def _told(study: Study) -> Any:
    plans = open_plans(study)
    told = {
        "stages": [
            {"stage": stage, "is_open": stage in plans, "lacking": lacking(study, stage)}
            for stage in sorted(USES)
        ],
        "settings": settings_of(study),
        "marks": PassMark.objects.filter(study=study),
        "n_to_decide": n_to_decide(study),
    }
    return ChecksSerializer(told).data


class Checks(Endpoint):
    scopes = {"GET": Scope.CHECKS, "POST": Scope.CHECKS}

    @documented(
        "checks_read",
        "Practice, qualification, settings and pass marks (coordinator who does not rate)",
        answers={200: ChecksSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(_told(keeper_for(request.user, code).study))

    @documented(
        "checks_state",
        "Open or close practice or qualification (coordinator who does not rate)",
        request=SentTrainingStateSerializer,
        answers={200: ChecksSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = keeper_for(request.user, code)
        sent = checked(SentTrainingStateSerializer, request).validated_data
        study, actor, stage = access.study, access.member.user, sent["stage"]
        plan = open_plans(study).get(stage)
        if sent["state"] == "open":
            start_training(study, actor=actor, stage=stage, rubric_version=used_version(study))
        elif plan is not None:
            close_plan(plan, actor=actor)
        return Response(_told(study))


class ChecksSettings(Endpoint):
    scopes = {"PUT": Scope.CHECKS}

    @documented(
        "checks_set",
        "Numbers of tries, rates of checks, what raters see (coordinator who does not rate)",
        request=SentCheckSettingsSerializer,
        answers={200: CheckSettingsSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        access = keeper_for(request.user, code)
        sent = checked(SentCheckSettingsSerializer, request).validated_data
        form = CheckSettingsForm(sent, settings=settings_of(access.study))
        valid(form)
        settings = write_settings(access.study, actor=access.member.user, **form.values())
        return Response(CheckSettingsSerializer(settings).data)


class PassMarks(Endpoint):
    scopes = {"PUT": Scope.CHECKS}

    @documented(
        "checks_marks",
        "What qualification asks of each question (coordinator who does not rate)",
        request=SentPassMarksSerializer,
        answers={200: ChecksSerializer},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str) -> Response:
        access = keeper_for(request.user, code)
        sent = checked(SentPassMarksSerializer, request).validated_data["marks"]
        questions = keyable_questions(used_version(access.study))
        unknown = {mark["question"] for mark in sent} - {question.key for question in questions}
        if unknown:
            raise ValidationError({"marks": [f"There is no such question: {min(unknown)}."]})
        data: dict[str, Any] = {}
        for mark in sent:
            key = mark["question"]
            data |= {f"rule-{key}": mark["rule"], f"amount-{key}": mark["amount"]}
        form = PassMarksForm(data, study=access.study, questions=questions)
        valid(form)
        write_pass_marks(access.study, form.marks(), actor=access.member.user)
        return Response(_told(access.study))


class ClearanceList(Endpoint, generics.GenericAPIView[Rater]):
    scopes = {"GET": Scope.CHECKS}
    serializer_class = ClearanceSerializer

    @documented(
        "clearances_list",
        "Who practises, is examined, is cleared, waits for a decision (coordinator who does not rate)",
        answers={200: ClearanceSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = site_keeper_for(request.user, code)
        page = self.paginate_queryset(practising_raters(access.raters())) or []
        rows = rater_rows(access, page, now=timezone.now())
        return self.get_paginated_response(ClearanceSerializer(rows, many=True).data)


class ClearanceByHand(Endpoint):
    scopes = {"POST": Scope.CHECKS}

    @documented(
        "clearances_pass",
        "Let somebody pass by hand, with a reason (coordinator who does not rate)",
        request=LetPassSerializer,
        answers={200: ClearedSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, rater: str) -> Response:
        access, found = checked_rater_for(request.user, code, rater)
        sent = checked(LetPassSerializer, request).validated_data
        return Response(ClearedSerializer(let_pass(found, actor=access.member.user, **sent).rater).data)


class ClearanceAgain(Endpoint):
    scopes = {"POST": Scope.CHECKS}

    @documented(
        "clearances_again",
        "Invite somebody to practise again, with one more try (coordinator who does not rate)",
        answers={200: ClearedSerializer},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str, rater: str) -> Response:
        access, found = checked_rater_for(request.user, code, rater)
        return Response(ClearedSerializer(invite_again(found, actor=access.member.user).rater).data)


class Quality(Endpoint, generics.GenericAPIView[Rater]):
    scopes = {"GET": Scope.CHECKS}
    serializer_class = RaterQualitySerializer

    @documented(
        "checks_quality",
        "What hidden checks show, by pseudonym (coordinator or researcher who does not rate)",
        answers={200: RaterQualitySerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = quality_reader_for(request.user, code)
        page = self.paginate_queryset(checked_raters(access.raters())) or []
        return self.get_paginated_response(
            RaterQualitySerializer(rater_quality(access, page), many=True).data
        )

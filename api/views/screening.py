"""The screening of a study: its questions, and what raters who fit have answered, in bands."""

from __future__ import annotations

from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import screening_question_for, study_for
from annotation.models import Rater, Role, Study
from annotation.queries.joining import joining_of
from annotation.queries.screening import has_answers, n_screened, rater_attributes, screening_questions
from annotation.scopes import Scope
from annotation.services.screening import (
    add_ready_made,
    add_screening_question,
    remove_screening_question,
    set_screening,
)
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.joining import (
    AskedQuestionSerializer,
    AttributeSerializer,
    ReadyQuestionSerializer,
    ScaleSerializer,
    ScreeningSerializer,
    SentAskedQuestionSerializer,
    WhenSerializer,
)
from rating.queries.exports import export_policy
from rating.queries.screening_scales import scale_rows

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


def _told(study: Study) -> Response:
    settings = joining_of(study)
    told = {"when": settings.screening, "n_not_eligible": settings.n_not_eligible}
    told |= {"questions": screening_questions(study), "is_fixed": has_answers(study)}
    return Response(ScreeningSerializer(told | {"n_screened": n_screened(study)}).data)


class Screening(Endpoint):
    scopes = {"GET": Scope.READ_PEOPLE, "PUT": Scope.WRITE_PEOPLE}

    @documented(
        "screening_read",
        "When the questions are asked, and which (coordinator)",
        answers={200: ScreeningSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return _told(study_for(request.user, code, Role.COORDINATOR).study)

    @documented(
        "screening_set",
        "Say when they are asked; only who joins from then on is (coordinator)",
        request=WhenSerializer,
        answers={200: ScreeningSerializer},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        when = checked(WhenSerializer, request).validated_data["when"]
        set_screening(access.study, actor=access.member.user, when=when)
        return _told(access.study)


class ScreeningQuestions(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "screening_add",
        "Add a question at the end (coordinator)",
        request=SentAskedQuestionSerializer,
        answers={201: AskedQuestionSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentAskedQuestionSerializer, request).validated_data
        made = add_screening_question(access.study, actor=access.member.user, **sent)
        return Response(AskedQuestionSerializer(made).data, status=201)


class ScreeningReady(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "screening_ready",
        "Add a ready-made question: age from 18 on, or deciding for oneself (coordinator)",
        request=ReadyQuestionSerializer,
        answers={201: AskedQuestionSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        name = checked(ReadyQuestionSerializer, request).validated_data["name"]
        made = add_ready_made(access.study, name, actor=access.member.user)
        return Response(AskedQuestionSerializer(made).data, status=201)


class ScreeningQuestion(Endpoint):
    scopes = {"DELETE": Scope.WRITE_PEOPLE}

    @documented(
        "screening_remove",
        "Take a question out while nobody has answered (coordinator)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, key: str) -> Response:
        access, question = screening_question_for(request.user, code, key)
        remove_screening_question(question, actor=access.member.user)
        return Response(status=204)


class ScreeningAnswers(Endpoint, generics.GenericAPIView[Rater]):
    scopes = {"GET": Scope.READ_PEOPLE}
    serializer_class = AttributeSerializer

    @documented(
        "screening_answers",
        "What raters answered, in bands, small cells left out (coordinator, researcher)",
        answers={200: AttributeSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, *TEAM).study
        found = rater_attributes(study, k=export_policy(study).min_cell)
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response(AttributeSerializer(page, many=True).data)


class ScreeningScales(Endpoint):
    scopes = {"GET": Scope.READ_PEOPLE}

    @documented(
        "screening_scales",
        "How well the scales measure: alpha and omega (coordinator, researcher)",
        answers={200: ScaleSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        rows = scale_rows(study_for(request.user, code, *TEAM).study)
        return Response(ScaleSerializer(rows, many=True).data)

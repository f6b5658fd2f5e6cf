"""The team, withdrawals by letter, the care for raters, terms, and copies of studies."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import job_for, member_for, sites_for, study_for, study_maker, wish_for
from annotation.errors import Code, DomainError
from annotation.jobs import request_cancel
from annotation.models import ContactWish, Role, Study
from annotation.models.leaving import new_receipt_code
from annotation.queries.care import care_of, waiting_wishes
from annotation.queries.people import team_rows
from annotation.scopes import Scope
from annotation.services.care import update_care
from annotation.services.leaving import leave_by_letter, set_data_terms
from annotation.services.members import change_roles, remove_member
from annotation.services.study_copies import copy_study
from annotation.services.wellbeing import answer_wish
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.studies import JobSerializer, StateSerializer
from api.serializers.team import (
    CareSerializer,
    MemberSerializer,
    SentCopySerializer,
    SentRolesSerializer,
    SentWithdrawalSerializer,
    TermsSerializer,
    WishSerializer,
    WithdrawalSerializer,
)


def _team(study: Study) -> Response:
    return Response(MemberSerializer(team_rows(study), many=True).data)


class MemberList(Endpoint):
    scopes = {"GET": Scope.READ_PEOPLE}

    @documented(
        "members_list",
        "The team with its roles (coordinator)",
        answers={200: MemberSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return _team(study_for(request.user, code, Role.COORDINATOR).study)


class MemberDetail(Endpoint):
    scopes = {"PUT": Scope.WRITE_PEOPLE, "DELETE": Scope.WRITE_PEOPLE}

    @documented(
        "members_roles",
        "Give a member exactly these roles of the team (owner)",
        request=SentRolesSerializer,
        answers={200: MemberSerializer(many=True)},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, member: str) -> Response:
        access = study_for(request.user, code, Role.OWNER)
        found = member_for(request.user, code, member, Role.OWNER)
        roles = checked(SentRolesSerializer, request).validated_data["roles"]
        change_roles(found, actor=access.member.user, roles=roles)
        return _team(access.study)

    @documented(
        "members_remove",
        "Take a member out; what they rated stays (coordinator)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, member: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        remove_member(member_for(request.user, code, member), actor=access.member.user)
        return Response(status=204)


class Withdrawals(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}
    keeps_answers = False

    @documented(
        "withdrawals_record",
        "Carry out what a rater asked for in writing; the receipt is told this once (coordinator)",
        request=SentWithdrawalSerializer,
        answers={201: WithdrawalSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentWithdrawalSerializer, request).validated_data
        if not sent.pop("holds_request"):
            raise DomainError(Code.INVALID, "Say that you hold the request in writing.")
        asked = {**sent, "receipt": new_receipt_code()}
        made = leave_by_letter(access.study, asked, actor=access.member.user, now=timezone.now())
        return Response(WithdrawalSerializer(made).data, status=201)


class Care(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES, "PUT": Scope.WRITE_STUDIES}

    @documented(
        "care_read",
        "Breaks, check-ins, the debrief (coordinator)",
        answers={200: CareSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(CareSerializer(care_of(study_for(request.user, code, Role.COORDINATOR).study)).data)

    @documented(
        "care_set",
        "Change what the study does for its raters (coordinator)",
        request=CareSerializer,
        answers={200: CareSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(CareSerializer, request).validated_data
        return Response(CareSerializer(update_care(access.study, actor=access.member.user, **sent)).data)


class WishList(Endpoint, generics.GenericAPIView[ContactWish]):
    scopes = {"GET": Scope.READ_PEOPLE}
    serializer_class = WishSerializer

    def _waiting(self, request: Request, code: str) -> QuerySet[ContactWish]:
        access = sites_for(request.user, code, Role.COORDINATOR)
        return access.seen(waiting_wishes(access.study))

    @documented(
        "wishes_list",
        "Who asked to be contacted, the oldest first (coordinator)",
        answers={200: WishSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        page = self.paginate_queryset(self._waiting(request, code)) or []
        return self.get_paginated_response(WishSerializer(page, many=True).data)


class WishAnswer(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "wishes_answer", "Note that somebody was in touch (coordinator)", answers={204: None}, errors=[404]
    )
    def post(self, request: Request, code: str, wish: str) -> Response:
        answer_wish(wish_for(request.user, code, wish), now=timezone.now())
        return Response(status=204)


class Terms(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES, "PUT": Scope.WRITE_STUDIES}

    @documented(
        "terms_read",
        "Whom people write to, and until when raters can have all erased (coordinator)",
        answers={200: TermsSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(TermsSerializer(study_for(request.user, code, Role.COORDINATOR).study).data)

    @documented(
        "terms_set",
        "Change the contact, set or move back the data freeze (coordinator)",
        request=TermsSerializer,
        answers={200: TermsSerializer},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(TermsSerializer, request).validated_data
        set_data_terms(access.study, actor=access.member.user, now=timezone.now(), **sent)
        return Response(TermsSerializer(study_for(request.user, code, Role.COORDINATOR).study).data)


class StudyCopy(Endpoint):
    scopes = {"POST": Scope.WRITE_STUDIES}

    @documented(
        "studies_copy",
        "A new draft from this study, without its people and ratings (coordinator who may make studies)",
        request=SentCopySerializer,
        answers={201: StateSerializer},
        errors=[400, 404, 413],
    )
    def post(self, request: Request, code: str) -> Response:
        source, actor = study_for(request.user, code, Role.COORDINATOR).study, study_maker(request.user)
        made = copy_study(source, actor=actor, **checked(SentCopySerializer, request).validated_data)
        return Response(StateSerializer(made).data, status=201)


class JobCancel(Endpoint):
    scopes = {"POST": Scope.WRITE_STUDIES}

    @documented(
        "jobs_cancel",
        "Ask work in the background to stop (coordinator, researcher)",
        answers={200: JobSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, job: str) -> Response:
        found = job_for(request.user, code, job)
        if not found.is_finished:
            request_cancel(found)
            found.refresh_from_db()
        return Response(JobSerializer(found).data)

"""Raters by pseudonym, invitations, reported problems."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import group_of, invitation_for, problem_for, signed_in, sites_for
from annotation.models import Invitation, ProblemReport, Rater, Role
from annotation.queries.people import account_raters, study_invitations
from annotation.queries.problems import study_problems
from annotation.scopes import Scope
from annotation.services.invitations import create_invitation, revoke_invitation
from annotation.services.problems import answer_problem
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.people import (
    InvitationSerializer,
    MadeInvitationSerializer,
    ProblemSerializer,
    RaterSerializer,
    SentInvitationSerializer,
    SentReplySerializer,
)


class RaterList(Endpoint, generics.ListAPIView[Rater]):
    scopes = {"GET": Scope.READ_PEOPLE}
    serializer_class = RaterSerializer

    def get_queryset(self) -> QuerySet[Rater]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.COORDINATOR)
        return access.seen(account_raters(access.study), "pk")

    @documented(
        "raters_list",
        "Raters with a login who take part, by pseudonym (coordinator)",
        answers={200: RaterSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class InvitationList(Endpoint, generics.ListAPIView[Invitation]):
    scopes = {"GET": Scope.READ_PEOPLE, "POST": Scope.WRITE_PEOPLE}
    keeps_answers = False
    serializer_class = InvitationSerializer

    def get_queryset(self) -> QuerySet[Invitation]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.COORDINATOR)
        return access.at_sites(study_invitations(access.study))

    @documented(
        "invitations_list",
        "Invitation links (coordinator)",
        answers={200: InvitationSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "invitations_make",
        "Make an invitation link; the link is told this once (coordinator)",
        request=SentInvitationSerializer,
        answers={201: MadeInvitationSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        study = access.study
        sent = checked(SentInvitationSerializer, request).validated_data
        sent["group"], sent["site"] = group_of(study, sent["group"]), access.site_of(sent["site"])
        made, token = create_invitation(study, actor=signed_in(request.user), **sent)
        link = request.build_absolute_uri(reverse("join", args=[token]))
        return Response(MadeInvitationSerializer(made, context={"link": link}).data, status=201)


class InvitationRevoke(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "invitations_revoke",
        "Withdraw an invitation link; who has joined stays (coordinator)",
        answers={200: InvitationSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, invitation: str) -> Response:
        found = invitation_for(request.user, code, invitation)
        return Response(InvitationSerializer(revoke_invitation(found, actor=signed_in(request.user))).data)


class ProblemList(Endpoint, generics.ListAPIView[ProblemReport]):
    scopes = {"GET": Scope.READ_PEOPLE}
    serializer_class = ProblemSerializer

    def get_queryset(self) -> QuerySet[ProblemReport]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.COORDINATOR)
        return access.seen(study_problems(access.study))

    @documented(
        "problems_list",
        "What raters have reported of items, open reports first (coordinator)",
        answers={200: ProblemSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ProblemAnswer(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "problems_answer",
        "Answer a report; its rater reads the answer (coordinator)",
        request=SentReplySerializer,
        answers={200: ProblemSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str, problem: str) -> Response:
        found = problem_for(request.user, code, problem)
        sent = checked(SentReplySerializer, request).validated_data
        return Response(ProblemSerializer(answer_problem(found, actor=signed_in(request.user), **sent)).data)

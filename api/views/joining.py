"""How people come into a study besides by a link: public calls, applications, invitations by mail."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import application_for, call_for, group_of, invitation_for, sites_for
from annotation.errors import Code, DomainError
from annotation.imports.checks.invitees import Invitee
from annotation.models import Application, PublicCall, Role
from annotation.queries.joining import call_rows, calls_of, waiting_applications
from annotation.scopes import Scope
from annotation.services.mailed_invitations import Mailing, invite_by_mail, resend_invitation
from annotation.services.public_calls import close_call, decide_application, open_call
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.joining import (
    ApplicationSerializer,
    CallSerializer,
    DecisionSerializer,
    MailedSerializer,
    SentCallSerializer,
    SentMailingSerializer,
)


def site_root(request: Request) -> str:
    """The address of this site, for links in mails."""
    return request.build_absolute_uri(reverse("home"))


def _told(request: Request, call: PublicCall) -> dict[str, Any]:
    rows = call_rows(PublicCall.objects.filter(pk=call.pk), now=timezone.now())
    return dict(CallSerializer(rows[0], context={"request": request}).data)


class CallList(Endpoint, generics.GenericAPIView[PublicCall]):
    scopes = {"GET": Scope.READ_PEOPLE, "POST": Scope.WRITE_PEOPLE}
    serializer_class = CallSerializer

    @documented(
        "calls_list",
        "Public calls, the newest first, with how many wait (coordinator)",
        answers={200: CallSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        page = self.paginate_queryset(access.at_sites(calls_of(access.study))) or []
        shown = PublicCall.objects.filter(pk__in=[call.pk for call in page])
        rows = call_rows(shown, now=timezone.now())
        told = CallSerializer(rows, many=True, context={"request": request}).data
        return self.get_paginated_response(told)

    @documented(
        "calls_open",
        "Open an address at which people ask to join a group (coordinator)",
        request=SentCallSerializer,
        answers={201: CallSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentCallSerializer, request).validated_data
        group = group_of(access.study, sent.pop("group"))
        if group is None:
            raise DomainError(Code.INVALID, "Say which group people ask to join.")
        site = access.site_of(sent.pop("site"))
        call = open_call(access.study, actor=access.member.user, group=group, site=site, **sent)
        return Response(_told(request, call), status=201)


class CallClose(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "calls_close",
        "Close a call; who has applied is still decided upon (coordinator)",
        answers={200: CallSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, call: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        closed = close_call(call_for(request.user, code, call), actor=access.member.user)
        return Response(_told(request, closed))


class ApplicationList(Endpoint, generics.ListAPIView[Application]):
    scopes = {"GET": Scope.READ_PEOPLE}
    serializer_class = ApplicationSerializer

    def get_queryset(self) -> QuerySet[Application]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.COORDINATOR)
        return waiting_applications(access.study, access.at_sites(calls_of(access.study)))

    @documented(
        "applications_list",
        "Who asks to join and waits for a decision, the oldest first (coordinator)",
        answers={200: ApplicationSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ApplicationDecide(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "applications_decide",
        "Take somebody on, or not; neither can be undone (coordinator)",
        request=DecisionSerializer,
        answers={200: ApplicationSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, application: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        found = application_for(request.user, code, application)
        decision = checked(DecisionSerializer, request).validated_data["decision"]
        decided = decide_application(
            found, actor=access.member.user, decision=decision, root=site_root(request)
        )
        return Response(ApplicationSerializer(decided).data)


class MailedInvitations(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "invitations_mail",
        "Invite people by e-mail, each with a link of their own; all or none (coordinator)",
        request=SentMailingSerializer,
        answers={202: MailedSerializer(many=True)},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentMailingSerializer, request).validated_data
        people = [Invitee(**{**one, "address": one["address"].lower()}) for one in sent["people"]]
        mailing = Mailing(sent["days"], site_root(request), sent["subject"], sent["words"])
        made = invite_by_mail(access.study, people, actor=access.member.user, mailing=mailing)
        return Response(MailedSerializer(made, many=True).data, status=202)


class InvitationResend(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "invitations_resend",
        "Send an invitation by e-mail again, with a new link (coordinator)",
        answers={202: MailedSerializer},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str, invitation: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        found = invitation_for(request.user, code, invitation)
        sent = resend_invitation(found, actor=access.member.user, root=site_root(request))
        return Response(MailedSerializer(sent).data, status=202)

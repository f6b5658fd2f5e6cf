"""Messages to raters who are behind: written by coordinators, read, put away and muted by raters."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import message_copy_for, rater_for, sites_for
from annotation.models import RaterMessage, Role
from annotation.queries.messages import (
    behind_raters,
    is_muted,
    messages_by,
    messages_of,
    next_message_at,
    sent_messages,
)
from annotation.scopes import Scope
from annotation.services.messages import put_away, set_mute, write_to_behind
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.messages import (
    BehindSerializer,
    MessageSerializer,
    MuteSerializer,
    OwnMessageSerializer,
    SentMessageSerializer,
)


class MessageList(Endpoint, generics.ListAPIView[RaterMessage]):
    scopes = {"GET": Scope.READ_PEOPLE, "POST": Scope.WRITE_PEOPLE}
    serializer_class = MessageSerializer

    def get_queryset(self) -> QuerySet[RaterMessage]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.COORDINATOR)
        return messages_by(access.member) if access.is_bound else sent_messages(access.study)

    @documented(
        "messages_list",
        "Messages to raters who were behind, the newest first (coordinator)",
        answers={200: MessageSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "messages_write",
        "Write to all who are behind just now, at most once a day (coordinator)",
        request=SentMessageSerializer,
        answers={201: MessageSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentMessageSerializer, request).validated_data
        root = request.build_absolute_uri(reverse("home"))
        message = write_to_behind(
            access.study, actor=access.member.user, root=root, now=timezone.now(), **sent
        )
        return Response(MessageSerializer(message).data, status=201)


class Behind(Endpoint):
    scopes = {"GET": Scope.READ_PEOPLE}

    @documented(
        "messages_behind",
        "How many raters are behind, and when the next message may be written (coordinator)",
        answers={200: BehindSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        access, now = sites_for(request.user, code, Role.COORDINATOR), timezone.now()
        told: dict[str, Any] = {
            "n_behind": access.seen(behind_raters(access.study, now=now), "pk").count(),
            "next_at": next_message_at(access.study, now=now, raters=access.limit()),
        }
        return Response(BehindSerializer(told).data)


class OwnMessages(Endpoint):
    scopes = {"GET": Scope.RATE}

    @documented(
        "own_messages_list",
        "Messages that wait for you (rater)",
        answers={200: OwnMessageSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        copies = messages_of(rater_for(request.user, code).rater)
        return Response(OwnMessageSerializer(copies, many=True).data)


class OwnMessageAway(Endpoint):
    scopes = {"POST": Scope.RATE}

    @documented("own_messages_away", "Put a message away (rater)", answers={204: None}, errors=[404])
    def post(self, request: Request, code: str, message: str) -> Response:
        put_away(message_copy_for(request.user, code, message))
        return Response(status=204)


class OwnMute(Endpoint):
    scopes = {"GET": Scope.RATE, "PUT": Scope.RATE}

    @documented(
        "own_messages_mute_read",
        "Whether you want no such messages (rater)",
        answers={200: MuteSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response({"is_muted": is_muted(rater_for(request.user, code).rater)})

    @documented(
        "own_messages_mute",
        "Want no such messages, or want them again; nobody else learns it (rater)",
        request=MuteSerializer,
        answers={200: MuteSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        rater = rater_for(request.user, code).rater
        sent = checked(MuteSerializer, request).validated_data
        set_mute(rater, **sent)
        return Response(sent)

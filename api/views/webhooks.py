"""Webhooks, for owners: where a study's events are told, with the log of what was sent."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import delivery_for, study_for, webhook_for
from annotation.models import Role, WebhookDelivery, WebhookEndpoint
from annotation.queries.hooks import endpoint_log, study_webhooks
from annotation.scopes import Scope
from annotation.services import webhooks
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.webhooks import (
    DeliverySerializer,
    MadeWebhookSerializer,
    SentWebhookSerializer,
    SwitchSerializer,
    WebhookSerializer,
)


class WebhookList(Endpoint, generics.ListAPIView[WebhookEndpoint]):
    scopes = {"GET": Scope.WEBHOOKS, "POST": Scope.WEBHOOKS}
    keeps_answers = False
    serializer_class = WebhookSerializer

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        return study_webhooks(study_for(self.request.user, self.kwargs["code"], Role.OWNER).study)

    @documented(
        "webhooks_list",
        "Addresses that are told of the study's events (owner)",
        answers={200: WebhookSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "webhooks_make",
        "Add an address; its secret is told this once (owner)",
        request=SentWebhookSerializer,
        answers={201: MadeWebhookSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.OWNER)
        sent = checked(SentWebhookSerializer, request).validated_data
        made, secret = webhooks.add_endpoint(access.study, actor=access.member.user, **sent)
        return Response(MadeWebhookSerializer(made, context={"secret": secret}).data, status=201)


class WebhookDetail(Endpoint):
    scopes = {"GET": Scope.WEBHOOKS, "DELETE": Scope.WEBHOOKS}

    @documented("webhooks_read", "A webhook (owner)", answers={200: WebhookSerializer}, errors=[404])
    def get(self, request: Request, code: str, hook: str) -> Response:
        return Response(WebhookSerializer(webhook_for(request.user, code, hook)[1]).data)

    @documented(
        "webhooks_delete",
        "Nothing is told there any more; its log goes with it (owner)",
        answers={204: None},
        errors=[404],
    )
    def delete(self, request: Request, code: str, hook: str) -> Response:
        access, endpoint = webhook_for(request.user, code, hook)
        webhooks.delete_endpoint(endpoint, actor=access.member.user)
        return Response(status=204)


class WebhookSecret(Endpoint):
    scopes = {"POST": Scope.WEBHOOKS}
    keeps_answers = False

    @documented(
        "webhooks_renew",
        "A new secret, told this once; the old one signs nothing from now on (owner)",
        answers={200: MadeWebhookSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str, hook: str) -> Response:
        access, endpoint = webhook_for(request.user, code, hook)
        secret = webhooks.renew_secret(endpoint, actor=access.member.user)
        return Response(MadeWebhookSerializer(endpoint, context={"secret": secret}).data)


class WebhookState(Endpoint):
    scopes = {"POST": Scope.WEBHOOKS}

    @documented(
        "webhooks_switch",
        "Switch it off or on; off, nothing is written down for it (owner)",
        request=SwitchSerializer,
        answers={200: WebhookSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str, hook: str) -> Response:
        access, endpoint = webhook_for(request.user, code, hook)
        is_on = checked(SwitchSerializer, request).validated_data["is_on"]
        switched = webhooks.switch_endpoint(endpoint, actor=access.member.user, on=is_on)
        return Response(WebhookSerializer(switched).data)


class WebhookTest(Endpoint):
    scopes = {"POST": Scope.WEBHOOKS}

    @documented(
        "webhooks_test",
        "Send a test message; the log shows how it went (owner)",
        answers={202: DeliverySerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, hook: str) -> Response:
        access, endpoint = webhook_for(request.user, code, hook)
        sent = webhooks.send_test(endpoint, actor=access.member.user)
        return Response(DeliverySerializer(sent).data, status=202)


class DeliveryList(Endpoint, generics.ListAPIView[WebhookDelivery]):
    scopes = {"GET": Scope.WEBHOOKS}
    serializer_class = DeliverySerializer

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        return endpoint_log(webhook_for(self.request.user, self.kwargs["code"], self.kwargs["hook"])[1])

    @documented(
        "deliveries_list",
        "What was sent to a webhook or waits, the newest first (owner)",
        answers={200: DeliverySerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class DeliveryAgain(Endpoint):
    scopes = {"POST": Scope.WEBHOOKS}

    @documented(
        "deliveries_again",
        "Send a message once more; its receiver knows it by its id (owner)",
        answers={202: DeliverySerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, hook: str, delivery: str) -> Response:
        access, found = delivery_for(request.user, code, hook, delivery)
        again = webhooks.send_again(found, actor=access.member.user)
        return Response(DeliverySerializer(again).data, status=202)

"""A login's own tokens. Made with a browser's sign-in: a token cannot make or remove tokens."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import found
from annotation.models import ApiToken
from annotation.services.tokens import create_token, delete_token
from api.authentication import BrowserSignIn, signed_in
from api.schema import documented
from api.serializers.tokens import NewTokenSerializer, SentTokenSerializer, TokenSerializer


def own_tokens(request: Request) -> QuerySet[ApiToken]:
    return signed_in(request).api_tokens.order_by("-pk")


class TokenList(generics.ListAPIView[ApiToken]):
    authentication_classes = [BrowserSignIn]
    serializer_class = TokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        return own_tokens(self.request)

    @documented(
        "tokens_list",
        "Your tokens (browser sign-in)",
        answers={200: TokenSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "tokens_create",
        "Make a token (browser sign-in); its secret is shown this once",
        request=SentTokenSerializer,
        answers={201: NewTokenSerializer},
        errors=[400, 403, 409],
    )
    def post(self, request: Request) -> Response:
        asked = SentTokenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        token, secret = create_token(actor=signed_in(request), **asked.validated_data)
        return Response(NewTokenSerializer({"token": token, "secret": secret}).data, status=201)


class TokenDetail(APIView):
    authentication_classes = [BrowserSignIn]

    @documented(
        "tokens_delete", "Delete one of your tokens (browser sign-in)", answers={204: None}, errors=[403, 404]
    )
    def delete(self, request: Request, token: str) -> Response:
        delete_token(found(own_tokens(request), code=token), actor=signed_in(request))
        return Response(status=204)

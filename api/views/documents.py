"""The OpenAPI document, the page to read and try it, and the answer for addresses that do not exist."""

from __future__ import annotations

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.errors import Code, DomainError
from api.permissions import ANY, TokenAllows


class ErrorsAsJson(APIView):
    """Whatever a view renders, its errors have the API's one shape."""

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSONRenderer.media_type
        return response


class Schema(ErrorsAsJson, SpectacularAPIView):
    permission_classes = [IsAuthenticated, TokenAllows]
    scopes = {"GET": ANY}


class Docs(ErrorsAsJson, SpectacularSwaggerSplitView):
    """Page and script apart, so that the site's Content-Security-Policy holds here too."""

    permission_classes = [IsAuthenticated, TokenAllows]
    scopes = {"GET": ANY}
    url_name = "api_schema"
    template_name = "api/docs.html"
    template_name_js = "api/docs.js"


class NoSuchAddress(APIView):
    """Says in the API's own shape what a page would say otherwise."""

    permission_classes = [AllowAny]
    # Not part of the document.
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise DomainError(
            Code.NOT_FOUND, "There is nothing at this address. Addresses of the API end with a slash."
        )

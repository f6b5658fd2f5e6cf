"""Documents to keep or print: consents as they were given, the protocol card, the audit trail as a file."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import consent_for, enrolled_rater_for, own_consent_for, rater_for, study_for
from annotation.models import Role
from annotation.queries.consent_copies import consents_of
from annotation.scopes import Scope
from annotation.views.consents import copy_response
from annotation.views.trail import FILES
from api.downloads import CSV, HTML, JSON, PDF, TEXT, as_stream, file_answer
from api.endpoint import Endpoint
from api.renderers import AnyFile
from api.schema import documented
from api.serializers.papers import (
    CardFileSerializer,
    GivenConsentSerializer,
    PaperEndingSerializer,
    TrailFileSerializer,
)
from api.views.trail import wanted_events
from rating.forms.protocol import ProtocolForm
from rating.queries.protocol import card_of
from rating.reporting.protocol.typeset import card_pdf

TEAM = (Role.COORDINATOR, Role.RESEARCHER)
COPY = file_answer(PDF, "The whole text, every tick, and what can no longer be taken back.", HTML, TEXT)


def ending_of(kind: type[serializers.Serializer[Any]], request: Request) -> str:
    """Which file the query asks for; raises the 400 of the API."""
    asked = kind(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data["ending"])


class RaterConsentList(Endpoint):
    scopes = {"GET": Scope.ETHICS}

    @documented(
        "raters_consent_list",
        "Versions that a rater agreed to, the newest first (coordinator)",
        answers={200: GivenConsentSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str, rater: str) -> Response:
        given = consents_of(enrolled_rater_for(request.user, code, rater))
        return Response(GivenConsentSerializer(given, many=True).data)


class RaterConsentCopy(Endpoint):
    scopes = {"GET": Scope.ETHICS}
    renderer_classes = [AnyFile]

    @documented(
        "raters_consent_copy",
        "A consent as it was given, to keep (coordinator)",
        answers=COPY,
        errors=[400, 404],
        parameters=[PaperEndingSerializer],
    )
    def get(self, request: Request, code: str, rater: str, number: int) -> HttpResponse:
        given = consent_for(request.user, code, rater, number)
        return copy_response(given, ending_of(PaperEndingSerializer, request))


class OwnConsentList(Endpoint):
    scopes = {"GET": Scope.RATE}

    @documented(
        "rate_consents",
        "Versions that you agreed to, the newest first (rater)",
        answers={200: GivenConsentSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        given = consents_of(rater_for(request.user, code).rater)
        return Response(GivenConsentSerializer(given, many=True).data)


class OwnConsentCopy(Endpoint):
    scopes = {"GET": Scope.RATE}
    renderer_classes = [AnyFile]

    @documented(
        "rate_consent_copy",
        "Your consent as you gave it, to keep (rater)",
        answers=COPY,
        errors=[400, 404],
        parameters=[PaperEndingSerializer],
    )
    def get(self, request: Request, code: str, number: int) -> HttpResponse:
        given = own_consent_for(request.user, code, number)
        return copy_response(given, ending_of(PaperEndingSerializer, request))


class ProtocolFile(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}
    renderer_classes = [AnyFile]

    @documented(
        "protocol_file",
        "The protocol card as a file (coordinator, researcher)",
        answers=file_answer(PDF, "The card with its GRRAS table.", JSON),
        errors=[400, 404],
        parameters=[CardFileSerializer],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        study = study_for(request.user, code, *TEAM).study
        ending = ending_of(CardFileSerializer, request)
        chosen = ProtocolForm(request.query_params, study=study).chosen()
        card = card_of(study, now=timezone.now(), **chosen)
        is_pdf = ending == "pdf"
        content = card_pdf(card) if is_pdf else json.dumps(card.to_dict(), indent=1, ensure_ascii=False)
        response = HttpResponse(content, content_type=PDF if is_pdf else JSON)
        name = f"attune-{study.code}-{card.identity['stage']}-protocol.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response


class AuditFile(Endpoint):
    scopes = {"GET": Scope.AUDIT}
    renderer_classes = [AnyFile]

    @documented(
        "audit_file",
        "The whole audit trail as a file, or what the filters leave of it (owner)",
        answers=file_answer(CSV, "One line for each event.", JSON),
        errors=[400, 404],
        parameters=[TrailFileSerializer],
    )
    def get(self, request: Request, code: str) -> StreamingHttpResponse:
        study = study_for(request.user, code, Role.OWNER).study
        ending = ending_of(TrailFileSerializer, request)
        lines, content_type = FILES[ending]
        pieces = (line.encode() for line in lines(study, wanted_events(request, study)))
        return as_stream(pieces, f"audit-{study.code}.{ending}", content_type)

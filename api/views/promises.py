"""What a study has promised: days on which data go, the impact assessment, who consented for whom."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import enrolled_rater_for, retention_for, signed_in, sites_for, study_for
from annotation.models import DataRequest, Rater, Role, Study
from annotation.queries.consent_rounds import consent_rows, to_be_asked
from annotation.queries.people import account_raters
from annotation.queries.protection import digest_of, protection_parts, protection_signatures
from annotation.queries.retention import data_requests_of, retention_rows
from annotation.scopes import Scope
from annotation.services.legal_gate import record_proxy, withdraw_proxy
from annotation.services.protection import sign_protection, write_notes
from annotation.services.retention import note_done, set_retention
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.promises import (
    ConsentFilterSerializer,
    ConsentRowSerializer,
    DataRequestSerializer,
    ProtectionSerializer,
    ProtectionSignatureSerializer,
    ProxySerializer,
    RetentionSerializer,
    SentNotesSerializer,
    SentProtectionSignatureSerializer,
    SentRetentionSerializer,
)


def _kept(study: Study) -> Response:
    return Response(RetentionSerializer(retention_rows(study, now=timezone.now()), many=True).data)


class Retention(Endpoint):
    scopes = {"GET": Scope.ETHICS, "PUT": Scope.ETHICS}

    @documented(
        "retention_read",
        "On which day each kind of data goes, and what went (coordinator)",
        answers={200: RetentionSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return _kept(study_for(request.user, code, Role.COORDINATOR).study)

    @documented(
        "retention_set",
        "Set, move or take away days that have not come (coordinator)",
        request=SentRetentionSerializer,
        answers={200: RetentionSerializer(many=True)},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        days = checked(SentRetentionSerializer, request).validated_data["days"]
        dates = {one["kind"]: one["due_on"] for one in days}
        set_retention(study, actor=signed_in(request.user), dates=dates, now=timezone.now())
        return _kept(study)


class RetentionDone(Endpoint):
    scopes = {"POST": Scope.ETHICS}

    @documented(
        "retention_done",
        "Note that what was due has been deleted by hand (coordinator)",
        answers={200: RetentionSerializer(many=True)},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str, kind: str) -> Response:
        found = retention_for(request.user, code, kind)
        note_done(found, actor=signed_in(request.user), now=timezone.now())
        return _kept(found.study)


class DataRequestList(Endpoint, generics.ListAPIView[DataRequest]):
    scopes = {"GET": Scope.ETHICS}
    serializer_class = DataRequestSerializer

    def get_queryset(self) -> QuerySet[DataRequest]:
        access = sites_for(self.request.user, self.kwargs["code"], Role.COORDINATOR)
        return access.seen(data_requests_of(access.study))

    @documented(
        "data_requests_list",
        "Which raters asked for their own data, and when; the newest first (coordinator)",
        answers={200: DataRequestSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _assessed(study: Study) -> Response:
    parts = protection_parts(study)
    told = {"digest": digest_of(parts), "parts": parts, "signatures": protection_signatures(study)}
    return Response(ProtectionSerializer(told).data)


class Protection(Endpoint):
    scopes = {"GET": Scope.ETHICS, "PUT": Scope.ETHICS}

    @documented(
        "protection_read",
        "The data protection impact assessment, with its signatures (coordinator)",
        answers={200: ProtectionSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return _assessed(study_for(request.user, code, Role.COORDINATOR).study)

    @documented(
        "protection_note",
        "Write what the team adds to parts of it (coordinator)",
        request=SentNotesSerializer,
        answers={200: ProtectionSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        sent = checked(SentNotesSerializer, request).validated_data["notes"]
        notes = {part.key: part.note for part in protection_parts(study)}
        notes |= {one["key"]: one["note"] for one in sent}
        write_notes(study, actor=signed_in(request.user), notes=notes)
        return _assessed(study)


class ProtectionSign(Endpoint):
    scopes = {"POST": Scope.SIGN}

    @documented(
        "protection_sign",
        "Sign the assessment as it was read (coordinator)",
        request=SentProtectionSignatureSerializer,
        answers={201: ProtectionSignatureSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        sent = checked(SentProtectionSignatureSerializer, request).validated_data
        signed = sign_protection(study, actor=signed_in(request.user), **sent)
        return Response(ProtectionSignatureSerializer(signed).data, status=201)


class ConsentRows(Endpoint, generics.GenericAPIView[Rater]):
    scopes = {"GET": Scope.ETHICS}
    serializer_class = ConsentRowSerializer

    @documented(
        "raters_consents",
        "Who agreed to which text; `is_waiting`: only who is to be asked again (coordinator)",
        answers={200: ConsentRowSerializer(many=True)},
        errors=[400, 404],
        parameters=[ConsentFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        asked = ConsentFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = to_be_asked if asked.validated_data["is_waiting"] else account_raters
        page = self.paginate_queryset(access.seen(wanted(access.study), "pk")) or []
        rows = consent_rows(access.study, list(page))
        return self.get_paginated_response(ConsentRowSerializer(rows, many=True).data)


class Proxy(Endpoint):
    scopes = {"PUT": Scope.ETHICS, "DELETE": Scope.ETHICS}

    @documented(
        "raters_proxy",
        "Note that somebody else consented to the newest text for this rater (coordinator)",
        request=ProxySerializer,
        answers={200: ProxySerializer},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, rater: str) -> Response:
        found = enrolled_rater_for(request.user, code, rater)
        sent = checked(ProxySerializer, request).validated_data
        made = record_proxy(found, actor=signed_in(request.user), now=timezone.now(), **sent)
        return Response(ProxySerializer(made).data)

    @documented(
        "raters_proxy_end",
        "Note that this consent was taken back: the rater gets no further item (coordinator)",
        answers={204: None},
        errors=[404],
    )
    def delete(self, request: Request, code: str, rater: str) -> Response:
        found = enrolled_rater_for(request.user, code, rater)
        withdraw_proxy(found, actor=signed_in(request.user), now=timezone.now())
        return Response(status=204)

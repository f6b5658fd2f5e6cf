"""Approvals, who may take part, who answers for safeguarding, and the study's logs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import approval_for, log_entry_for, sites_for, study_for
from annotation.models import EthicsApproval, LogEntry, Role, Study
from annotation.queries.enrolment import approval_warning, approvals_of, enrolment_closed, ethics_of
from annotation.queries.ethics_logs import log_of
from annotation.queries.safeguarding import lead_of
from annotation.scopes import Scope
from annotation.services.approvals import add_approval, update_ethics, withdraw_approval
from annotation.services.ethics_logs import Happened, write_log
from annotation.services.safeguarding import name_lead
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.ethics import (
    ApprovalSerializer,
    EthicsSerializer,
    HappenedSerializer,
    LeadSerializer,
    LogEntrySerializer,
    LogFilterSerializer,
    SentApprovalSerializer,
    SentEthicsSerializer,
    SentLogSerializer,
    WithdrawSerializer,
)

SETTINGS = ("pauses_rating", "minimum_age", "asks_capacity", "takes_proxy")
NOBODY = dict.fromkeys(("name", "hours", "contacts", "response_time"), "")


def _told(study: Study) -> dict[str, Any]:
    held, now = ethics_of(study), timezone.now()
    told = {name: getattr(held, name) for name in SETTINGS}
    told["enrolment_closed"] = enrolment_closed(study, now=now)
    return told | {"warning": approval_warning(study, now=now)}


class Ethics(Endpoint):
    scopes = {"GET": Scope.ETHICS, "PUT": Scope.ETHICS}

    @documented(
        "ethics_read",
        "Who may take part, and what approvals do to enrolment today (coordinator)",
        answers={200: EthicsSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        return Response(EthicsSerializer(_told(study)).data)

    @documented(
        "ethics_set",
        "Say who may take part, and whether a passed approval stops rating too (coordinator)",
        request=SentEthicsSerializer,
        answers={200: EthicsSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentEthicsSerializer, request).validated_data
        update_ethics(access.study, actor=access.member.user, **sent)
        return Response(EthicsSerializer(_told(access.study)).data)


class Lead(Endpoint):
    scopes = {"GET": Scope.ETHICS, "PUT": Scope.ETHICS}

    @documented(
        "safeguarding_read",
        "The safeguarding lead; empty words where nobody is named (coordinator)",
        answers={200: LeadSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        lead = lead_of(study_for(request.user, code, Role.COORDINATOR).study)
        return Response(LeadSerializer(lead or NOBODY).data)

    @documented(
        "safeguarding_name",
        "Name the safeguarding lead; raters see them on every page (coordinator)",
        request=LeadSerializer,
        answers={200: LeadSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(LeadSerializer, request).validated_data
        return Response(LeadSerializer(name_lead(access.study, actor=access.member.user, **sent)).data)


class ApprovalList(Endpoint, generics.GenericAPIView[EthicsApproval]):
    scopes = {"GET": Scope.ETHICS, "POST": Scope.ETHICS}
    serializer_class = ApprovalSerializer

    @documented(
        "approvals_list",
        "Approvals by ethics boards, the newest first (coordinator)",
        answers={200: ApprovalSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        approvals = approvals_of(study_for(request.user, code, Role.COORDINATOR).study)
        page: Any = self.paginate_queryset(approvals)
        return self.get_paginated_response(ApprovalSerializer(page or [], many=True).data)

    @documented(
        "approvals_add",
        "Record an approval or its renewal (coordinator)",
        request=SentApprovalSerializer,
        answers={201: ApprovalSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentApprovalSerializer, request).validated_data
        made = add_approval(access.study, actor=access.member.user, **sent)
        return Response(ApprovalSerializer(made).data, status=201)


class ApprovalWithdraw(Endpoint):
    scopes = {"POST": Scope.ETHICS}

    @documented(
        "approvals_withdraw",
        "An approval holds no longer, or was entered by mistake (coordinator)",
        request=WithdrawSerializer,
        answers={200: ApprovalSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str, approval: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        found = approval_for(request.user, code, approval)
        sent = checked(WithdrawSerializer, request).validated_data
        gone = withdraw_approval(found, actor=access.member.user, now=timezone.now(), **sent)
        return Response(ApprovalSerializer(gone).data)


class LogList(Endpoint, generics.GenericAPIView[LogEntry]):
    scopes = {"GET": Scope.ETHICS, "POST": Scope.ETHICS}
    serializer_class = LogEntrySerializer

    def _wanted(self, code: str) -> QuerySet[LogEntry]:
        access = sites_for(self.request.user, code, Role.COORDINATOR)
        asked = LogFilterSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        entries = log_of(access.study, asked.validated_data.get("kind", ""))
        return access.written(entries, "written_by")

    @documented(
        "logs_list",
        "Adverse events, deviations and unblindings, the newest first (coordinator)",
        answers={200: LogEntrySerializer(many=True)},
        errors=[400, 404],
        parameters=[LogFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        page: Any = self.paginate_queryset(self._wanted(code))
        return self.get_paginated_response(LogEntrySerializer(page or [], many=True).data)

    @documented(
        "logs_write",
        "Add an entry to a log; nothing changes it afterwards (coordinator)",
        request=SentLogSerializer,
        answers={201: LogEntrySerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentLogSerializer, request).validated_data
        kind = sent.pop("kind")
        entry = write_log(
            access.study, Happened(**sent), actor=access.member.user, kind=kind, now=timezone.now()
        )
        return Response(LogEntrySerializer(entry).data, status=201)


class LogCorrect(Endpoint):
    scopes = {"POST": Scope.ETHICS}

    @documented(
        "logs_correct",
        "Say what is right: the entry stays as it is, a further one names it (coordinator)",
        request=HappenedSerializer,
        answers={201: LogEntrySerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str, entry: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        wrong = log_entry_for(request.user, code, entry)
        said = Happened(**checked(HappenedSerializer, request).validated_data)
        right = write_log(
            access.study,
            said,
            actor=access.member.user,
            kind=wrong.kind,
            now=timezone.now(),
            corrects=wrong,
        )
        return Response(LogEntrySerializer(right).data, status=201)

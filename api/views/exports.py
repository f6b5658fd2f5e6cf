"""What a study asks of its exports, comments that were held back, and the protocol card."""

from __future__ import annotations

from functools import partial

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.models import Role
from annotation.scopes import Scope
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.exports import (
    CardFilterSerializer,
    HeldSerializer,
    PolicySerializer,
    ReleasedSerializer,
    SentReleaseSerializer,
)
from rating.access import held_comment_for
from rating.forms.protocol import ProtocolForm
from rating.models import HeldComment
from rating.queries.card_counts import told_counts
from rating.queries.exports import export_policy
from rating.queries.protocol import card_of
from rating.queries.stored_exports import held_comments, with_words
from rating.services.comment_scan import hold_again, release_comments
from rating.services.stored_exports import set_policy

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


class ExportRules(Endpoint):
    scopes = {"GET": Scope.EXPORT, "PUT": Scope.EXPORT}

    @documented(
        "exports_rules_read",
        "What files may tell, and how long they are kept (coordinator)",
        answers={200: PolicySerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        return Response(PolicySerializer(export_policy(study)).data)

    @documented(
        "exports_rules_set",
        "Change it for files made from now on (coordinator)",
        request=PolicySerializer,
        answers={200: PolicySerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(PolicySerializer, request).validated_data
        set_policy(access.study, actor=access.member.user, **sent)
        return Response(sent)


class HeldCommentList(Endpoint, generics.GenericAPIView[HeldComment]):
    scopes = {"GET": Scope.EXPORT, "POST": Scope.EXPORT}
    serializer_class = HeldSerializer

    @documented(
        "comments_list",
        "Comments held back from exports, those that wait first (coordinator)",
        answers={200: HeldSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        page = self.paginate_queryset(held_comments(study)) or []
        return self.get_paginated_response(HeldSerializer(with_words(list(page)), many=True).data)

    @documented(
        "comments_release",
        "Let comments leave in later files, in your name (coordinator)",
        request=SentReleaseSerializer,
        answers={200: ReleasedSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        codes = checked(SentReleaseSerializer, request).validated_data["codes"]
        n = release_comments(access.study, actor=access.member.user, codes=codes)
        return Response({"n_released": n})


class HeldCommentHold(Endpoint):
    scopes = {"POST": Scope.EXPORT}

    @documented(
        "comments_hold",
        "Hold a released comment back again (coordinator)",
        answers={204: None},
        errors=[404],
    )
    def post(self, request: Request, code: str, held: str) -> Response:
        access, comment = held_comment_for(request.user, code, held)
        hold_again(comment, actor=access.member.user, study=access.study)
        return Response(status=204)


class ProtocolCard(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "protocol_read",
        "The protocol card with its GRRAS table (coordinator, researcher)",
        answers={200: OpenApiTypes.OBJECT},
        errors=[400, 404],
        parameters=[CardFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, *TEAM).study
        chosen = ProtocolForm(request.query_params, study=study).chosen()
        stage, analysis = chosen["stage"], chosen["analysis"]
        now = timezone.now()
        card = card_of(study, now=now, stage=stage, analysis=analysis, count=partial(told_counts, now=now))
        return Response(card.to_dict())

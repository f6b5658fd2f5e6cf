"""Ratings, read by the study's team under pseudonyms."""

from __future__ import annotations

from typing import Any

from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import StudyAccess, study_for
from annotation.errors import Code, DomainError
from annotation.models import Role
from annotation.scopes import Scope
from api.endpoint import Endpoint
from api.schema import documented
from api.serializers.ratings import RatingFilterSerializer, RatingSerializer
from rating.models import Rating
from rating.queries.rating_list import listed_ratings
from rating.queries.ratings import default_stage
from rating.queries.restricted_passages import restricted_places


def _refuse_unknown_group(access: StudyAccess, group: str) -> None:
    if group and not access.study.groups.filter(key=group).exists():
        raise DomainError(
            Code.INVALID, "The request does not fit.", [f"group: this study has no group {group}."]
        )


class RatingList(Endpoint, generics.GenericAPIView[Rating]):
    scopes = {"GET": Scope.READ_RATINGS}
    serializer_class = RatingSerializer

    @documented(
        "ratings_list",
        "Ratings of one stage (coordinator, researcher)",
        answers={200: RatingSerializer(many=True)},
        errors=[400, 403, 404],
        parameters=[RatingFilterSerializer],
    )
    def get(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR, Role.RESEARCHER)
        filters = RatingFilterSerializer(data=request.query_params)
        filters.is_valid(raise_exception=True)
        wanted: dict[str, Any] = filters.validated_data
        _refuse_unknown_group(access, wanted.get("group", ""))
        ratings = listed_ratings(
            access.study,
            stage=wanted.get("stage") or default_stage(access.study),
            group=wanted.get("group", ""),
            question=wanted.get("question", ""),
            is_current_only=wanted["revisions"] == "current",
        )
        page = self.paginate_queryset(ratings) or []
        # Of the page's items alone: the whole study would be read for each page.
        items = {rating.slot.item_id for rating in page}
        context = {"places": restricted_places(access.study, items)}
        return self.get_paginated_response(RatingSerializer(page, many=True, context=context).data)

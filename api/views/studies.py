"""Studies, their items and background work."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import item_for, job_for, memberships, study_for
from annotation.models import Item, Member, Role
from annotation.queries.consent import needs_consent
from annotation.queries.item_coverage import item_coverage, loaded_item, study_items
from api.schema import documented
from api.serializers.items import ItemSerializer
from api.serializers.studies import JobSerializer, StudyDetailSerializer, StudySerializer

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


class StudyList(generics.ListAPIView[Member]):
    serializer_class = StudySerializer

    def get_queryset(self) -> QuerySet[Member]:
        return memberships(self.request.user)

    @documented("studies_list", "Your studies", answers={200: StudySerializer(many=True)}, errors=[404])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class StudyDetail(APIView):
    @documented("studies_read", "One of your studies", answers={200: StudyDetailSerializer}, errors=[404])
    def get(self, request: Request, code: str) -> Response:
        member = study_for(request.user, code).member
        rater = getattr(member, "rater", None)
        asked = rater is not None and needs_consent(rater) is not None
        return Response(StudyDetailSerializer(member, context={"needs_consent": asked}).data)


class ItemList(generics.GenericAPIView[Item]):
    serializer_class = ItemSerializer

    @documented(
        "items_list",
        "Items with texts, sources and coverage (coordinator, researcher)",
        answers={200: ItemSerializer(many=True)},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, *TEAM)
        page = self.paginate_queryset(study_items(access.study)) or []
        context = {"coverage": item_coverage(page)}
        return self.get_paginated_response(ItemSerializer(page, many=True, context=context).data)


class ItemDetail(APIView):
    @documented(
        "items_read",
        "An item with texts, sources and coverage (coordinator, researcher)",
        answers={200: ItemSerializer},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str, item: str) -> Response:
        loaded = loaded_item(item_for(request.user, code, item, *TEAM))
        return Response(ItemSerializer(loaded, context={"coverage": item_coverage([loaded])}).data)


class JobDetail(APIView):
    @documented(
        "jobs_read",
        "How far background work has come (coordinator, researcher)",
        answers={200: JobSerializer},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str, job: str) -> Response:
        return Response(JobSerializer(job_for(request.user, code, job)).data)

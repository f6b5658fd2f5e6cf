"""Items of a study: listed, added, read; and who wrote their replies, for whoever says why."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import StudyAccess, item_for, signed_in, study_for
from annotation.errors import Code, DomainError
from annotation.models import Item, Role, User
from annotation.queries.ethics_logs import unblinded_items
from annotation.queries.item_coverage import item_coverage, loaded_item, study_items
from annotation.scopes import Scope
from annotation.services.ethics_logs import unblind_item
from annotation.services.items import NewItem, add_item
from annotation.views.pages import sees_hidden
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.items import ItemSerializer, SentItemSerializer, SentReasonSerializer

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


def _context(access: StudyAccess, items: Collection[Item], actor: User) -> dict[str, Any]:
    """What this member may see of the items: as pages, who wrote a reply only where they said why."""
    sees = sees_hidden(access)
    shown = unblinded_items(items, actor) if sees else set()
    return {"coverage": item_coverage(list(items)), "sees_hidden": sees, "sources_of": shown}


class ItemList(Endpoint, generics.GenericAPIView[Item]):
    scopes = {"GET": Scope.READ_ITEMS, "POST": Scope.WRITE_ITEMS}
    serializer_class = ItemSerializer

    @documented(
        "items_list",
        "Items with texts and coverage (coordinator, researcher)",
        answers={200: ItemSerializer(many=True)},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, *TEAM)
        page = self.paginate_queryset(study_items(access.study)) or []
        context = _context(access, page, signed_in(request.user))
        return self.get_paginated_response(ItemSerializer(page, many=True, context=context).data)

    @documented(
        "items_add",
        "Add one item (coordinator)",
        request=SentItemSerializer,
        answers={201: ItemSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentItemSerializer, request).validated_data
        actor = signed_in(request.user)
        item = loaded_item(add_item(access.study, NewItem(**sent), actor=actor))
        return Response(ItemSerializer(item, context=_context(access, [item], actor)).data, status=201)


class ItemDetail(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "items_read",
        "An item with texts and coverage (coordinator, researcher)",
        answers={200: ItemSerializer},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str, item: str) -> Response:
        access = study_for(request.user, code, *TEAM)
        loaded = loaded_item(item_for(request.user, code, item, *TEAM))
        return Response(
            ItemSerializer(loaded, context=_context(access, [loaded], signed_in(request.user))).data
        )


class ItemSources(Endpoint):
    scopes = {"POST": Scope.ETHICS}

    @documented(
        "items_sources",
        "See who wrote the replies of an item from now on, saying why (coordinator, researcher)",
        request=SentReasonSerializer,
        answers={200: ItemSerializer},
        errors=[400, 403, 404],
    )
    def post(self, request: Request, code: str, item: str) -> Response:
        access = study_for(request.user, code, *TEAM)
        found = item_for(request.user, code, item, *TEAM)
        if not sees_hidden(access):
            raise DomainError(Code.NOT_ALLOWED, "Whoever rates in a study does not learn who wrote a reply.")
        reason = checked(SentReasonSerializer, request).validated_data["reason"]
        unblind_item(found, actor=access.member.user, reason=reason, now=timezone.now())
        loaded = loaded_item(found)
        return Response(
            ItemSerializer(loaded, context=_context(access, [loaded], signed_in(request.user))).data
        )

"""Items with known answers: which they are and their keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.imports.checks.known_answers import KEY_COLUMNS
from annotation.scopes import Scope
from annotation.services.known_items import add_attention_check, keep_item, release_item, write_keys
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.checks import (
    AttentionCardSerializer,
    KeepItemSerializer,
    KnownItemDetailSerializer,
    KnownItemSerializer,
    SentKeyFileSerializer,
    SentKeysSerializer,
    UploadedKeysSerializer,
)
from api.views.checks import valid
from rating.access import keeper_for, keyed_item_for
from rating.forms.training import AttentionForm, KeepItemForm
from rating.queries.keyed_items import keyable_questions, keyed_rows, used_version
from rating.services.key_uploads import upload_keys


def _as_table(item: str, keys: Iterable[Mapping[str, Any]]) -> bytes:
    """The same table that a file would hold, so that the same checks meet it."""
    out = io.StringIO()
    names = [column.name for column in KEY_COLUMNS]
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for key in keys:
        row = {name: "" if value is None else value for name, value in key.items()}
        row["question"] = row.pop("question_key")
        writer.writerow(row | {"item": item})
    return out.getvalue().encode()


class KnownItemList(Endpoint):
    scopes = {"GET": Scope.CHECKS, "POST": Scope.CHECKS}

    @documented(
        "known_items_list",
        "Items that are set aside, with what for (coordinator who does not rate)",
        answers={200: KnownItemSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        rows = keyed_rows(keeper_for(request.user, code).study)
        return Response(KnownItemSerializer(rows, many=True).data)

    @documented(
        "known_items_keep",
        "Set an item aside for practice, qualification or hidden checks (coordinator who does not rate)",
        request=KeepItemSerializer,
        answers={201: KnownItemDetailSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = keeper_for(request.user, code)
        form = KeepItemForm(checked(KeepItemSerializer, request).validated_data, study=access.study)
        valid(form)
        keyed = keep_item(access.study, actor=access.member.user, **form.cleaned_data)
        return Response(KnownItemDetailSerializer(keyed).data, status=201)


class KnownItemDetail(Endpoint):
    scopes = {"GET": Scope.CHECKS, "PUT": Scope.CHECKS, "DELETE": Scope.CHECKS}

    @documented(
        "known_items_read",
        "An item that is set aside, with its known answers (coordinator who does not rate)",
        answers={200: KnownItemDetailSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, item: str) -> Response:
        return Response(KnownItemDetailSerializer(keyed_item_for(request.user, code, item)[1]).data)

    @documented(
        "known_items_answer",
        "Write all its known answers anew (coordinator who does not rate)",
        request=SentKeysSerializer,
        answers={200: KnownItemDetailSerializer},
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, item: str) -> Response:
        access, keyed = keyed_item_for(request.user, code, item)
        keys = checked(SentKeysSerializer, request).validated_data["keys"]
        if keys:
            upload_keys(
                access.study,
                actor=access.member.user,
                name="keys",
                data=_as_table(keyed.item.external_id, keys),
                use=keyed.use,
                version=used_version(access.study),
            )
        else:
            write_keys(keyed, [], actor=access.member.user)
        return Response(KnownItemDetailSerializer(keyed_item_for(request.user, code, item)[1]).data)

    @documented(
        "known_items_release",
        "Take its use away; what raters have met stays set aside (coordinator who does not rate)",
        answers={204: None},
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, item: str) -> Response:
        access, keyed = keyed_item_for(request.user, code, item)
        release_item(keyed, actor=access.member.user)
        return Response(status=204)


class KnownAnswerFile(Endpoint):
    scopes = {"POST": Scope.CHECKS}

    @documented(
        "known_items_upload",
        "Known answers of many items from a file, all or none (coordinator who does not rate)",
        request=SentKeyFileSerializer,
        answers={201: UploadedKeysSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = keeper_for(request.user, code)
        sent = checked(SentKeyFileSerializer, request).validated_data
        stored = upload_keys(
            access.study,
            actor=access.member.user,
            name="content",
            data=sent["content"].encode(),
            use=sent["use"],
            version=used_version(access.study),
        )
        return Response(UploadedKeysSerializer(stored).data, status=201)


class AttentionCheckList(Endpoint):
    scopes = {"POST": Scope.CHECKS}

    @documented(
        "known_items_attention",
        "Add a card that asks for a certain answer (coordinator who does not rate)",
        request=AttentionCardSerializer,
        answers={201: KnownItemDetailSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = keeper_for(request.user, code)
        sent = checked(AttentionCardSerializer, request).validated_data
        form = AttentionForm(sent, questions=keyable_questions(used_version(access.study)))
        valid(form)
        keyed = add_attention_check(access.study, form.card(), actor=access.member.user)
        return Response(KnownItemDetailSerializer(keyed).data, status=201)

"""Each index is written anew with every row that changes: none repeats another, no foreign key lacks one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model, Q

from annotation.models import AuditEvent, Slot
from rating.models import Answer, Presentation, Rating


def has_own(key: ForeignKey[Any, Any]) -> bool:
    return bool(key.db_index)  # type: ignore[attr-defined]


def foreign_keys() -> Iterator[tuple[type[Model], ForeignKey[Model, Model]]]:
    for app in ("annotation", "rating"):
        for model in apps.get_app_config(app).get_models():
            for one in model._meta.local_fields:
                if isinstance(one, ForeignKey) and not one.unique:
                    yield model, one


def beginnings(model: type[Model]) -> list[tuple[str, Q | None]]:
    """The first field of each index that the model names, and the rows that are in it."""
    found = [(one.fields[0].lstrip("-"), one.condition) for one in model._meta.indexes if one.fields]
    return [*found, *((one.fields[0], None) for one in model._meta.total_unique_constraints)]


def has_longer(model: type[Model], key: ForeignKey[Model, Model]) -> bool:
    return (key.name, None) in beginnings(model)


def has_own_rows(model: type[Model], key: ForeignKey[Model, Model]) -> bool:
    """Whether a constraint holds all rows in which it refers to anything."""
    filled = Q(**{f"{key.name}__isnull": False})
    named = [one for one in model._meta.constraints if getattr(one, "fields", ())[:1] == (key.name,)]
    return any(one.condition == filled for one in named)  # type: ignore[attr-defined]


def test_foreign_key_without_an_index_of_its_own_begins_a_longer_one() -> None:
    bare = [(model, key) for model, key in foreign_keys() if not has_own(key)]
    lost = [str(key) for model, key in bare if not has_longer(model, key) and not has_own_rows(model, key)]
    assert lost == []


def test_foreign_key_that_begins_a_longer_index_has_none_of_its_own() -> None:
    repeated = [str(key) for model, key in foreign_keys() if has_own(key) and has_longer(model, key)]
    assert repeated == [], "db_index=False: see annotation/models/base.py"


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Slot, Rating, Answer, Presentation, AuditEvent])
def test_tables_of_every_rating_hold_only_the_indexes_that_models_name(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        held = connection.introspection.get_constraints(cursor, model._meta.db_table)
    keys = [one.column for one in model._meta.local_fields if isinstance(one, ForeignKey) and has_own(one)]
    alone = [one["columns"] for one in held.values() if one["index"] and not one["unique"]]
    wanted = [len(one.fields) for one in model._meta.indexes]
    assert sorted(one[0] for one in alone if len(one) == 1 and one[0] in keys) == sorted(keys)
    assert len(alone) == len(keys) + len(wanted)

"""A study's rows as JSON: people by label, other rows by what names them, none by a key of the database."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from annotation.models import ImportBatch, Item, Member, Rater, Slot, Study, User
from rating.services.archives.tables import Table, key_paths, points_at, related, rows_in

CHUNK = 2000


def plain(value: Any) -> Any:
    """As JSON holds it; `restoring.read_value` is the way back."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value


@dataclass
class People:
    """Labels for logins: members of the study as they came, then whoever else did something."""

    labels: dict[int, str] = field(default_factory=dict)
    n_others: int = 0

    @classmethod
    def of(cls, study: Study) -> People:
        members = Member.objects.filter(study=study).order_by("pk").values_list("user_id", flat=True)
        return cls({key: f"member-{place}" for place, key in enumerate(members, start=1)})

    def label(self, key: int | None) -> str | None:
        if key is None:
            return None
        if key not in self.labels:
            self.n_others += 1
            self.labels[key] = f"other-{self.n_others}"
        return self.labels[key]


@dataclass
class Source:
    """The study being written, and what its rows are named by."""

    study: Study
    people: People
    raters: dict[int, str]
    items: dict[int, str]

    @classmethod
    def of(cls, study: Study) -> Source:
        raters = dict(Rater.objects.filter(study=study).values_list("pk", "code"))
        return cls(
            study, People.of(study), raters, dict(Item.objects.filter(study=study).values_list("pk", "code"))
        )


def _slot(row: dict[str, Any], source: Source) -> None:
    """Nobody holds a slot at the new place; a slot made for one rater names them instead of their key."""
    holder = row.pop("rater_key")
    row["own_of"] = None
    if (
        row["purpose"] != Slot.Purpose.QUOTA
        and holder in {None, row["number"]}
        and row["number"] in source.raters
    ):
        row["own_of"], row["number"] = source.raters[row["number"]], 1
    if row["state"] == Slot.State.CLAIMED:
        row |= {"state": Slot.State.OPEN.value, "rater": None, "claimed_at": None, "claim_expires_at": None}


def _batch(row: dict[str, Any], source: Source) -> None:
    """An import under way does not go on elsewhere."""
    del source
    if row["state"] == ImportBatch.State.STAGED:
        row["state"] = ImportBatch.State.ABANDONED.value


def _tried(row: dict[str, Any], source: Source) -> None:
    """A try names its items by their keys."""
    row["items"] = [source.items[key] for key in row["items"] if key in source.items]


Change = Callable[[dict[str, Any], Source], None]
CHANGES: dict[str, Change] = {
    "annotation.slot": _slot,
    "annotation.importbatch": _batch,
    "annotation.qualificationtry": _tried,
}
# Read beside a table's own columns, for the change alone.
BESIDE = {"annotation.slot": {"rater_key": "rater_id"}}


@dataclass(frozen=True)
class Column:
    name: str
    paths: list[str]
    is_person: bool

    def read(self, values: list[Any], source: Source) -> Any:
        if self.is_person:
            return source.people.label(values[0])
        if len(values) == 1:
            return plain(values[0])
        return None if values[0] is None else [plain(value) for value in values]


def columns_of(table: Table) -> list[Column]:
    columns = []
    for one in table.fields():
        target = related(one)
        if points_at(one, User):
            columns.append(Column(one.name, [one.attname], is_person=True))
        elif target is not None:
            columns.append(Column(one.name, key_paths(target, f"{one.name}__"), is_person=False))
        else:
            columns.append(Column(one.name, [one.attname], is_person=False))
    beside = BESIDE.get(table.name, {})
    return columns + [Column(name, [path], is_person=False) for name, path in beside.items()]


def rows_of(table: Table, source: Source) -> Iterator[dict[str, Any]]:
    """The table's rows in the order in which they were made."""
    columns = columns_of(table)
    paths = [path for column in columns for path in column.paths]
    wanted = {table.path: source.study.pk, **table.only}
    rows = rows_in(table.model).filter(**wanted).order_by("pk").values_list(*paths)
    change = CHANGES.get(table.name)
    for values in rows.iterator(chunk_size=CHUNK):
        left = list(values)
        row: dict[str, Any] = {}
        for column in columns:
            row[column.name] = column.read(left[: len(column.paths)], source)
            del left[: len(column.paths)]
        if change is not None:
            change(row, source)
        yield row

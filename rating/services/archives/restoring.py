"""From an archive to rows: everything or nothing, under the same database rules as any other write."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import BinaryField, CharField, Field, ForeignKey, JSONField, Model, TextField

from annotation.models import Item, QualificationTry, Rater, RubricVersion, Slot, Study, User, Wording
from annotation.models.base import ALPHABET, Coded, new_code
from rating.models import Rating, Snapshot
from rating.services.archives.reading import Archive, refuse
from rating.services.archives.tables import (
    STUDY,
    TABLES,
    Table,
    key_fields,
    meta,
    points_at,
    related,
    rows_in,
    tables_of,
)
from rating.services.snapshots import FOLDER

CODE = re.compile(f"[{ALPHABET}]{{1,12}}")
LABEL = re.compile(r"(member|other)-[1-9][0-9]{0,5}")
BATCH = 500
Key = tuple[Any, ...]
T = TypeVar("T")
Tell = Callable[[float, str], None]


def pieces(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` rows, the last one shorter."""
    left = iter(rows)
    while piece := list(islice(left, size)):
        yield piece


def _flat(values: list[Any]) -> Key:
    """What names a row, however its parts were nested: a scale by its version and its own key."""
    found: list[Any] = []
    for value in values:
        found += value if isinstance(value, list) else [value]
    return tuple(found)


@dataclass
class Restoring:
    """What has been made so far, by what names it in the archive."""

    archive: Archive
    study: Study
    keys: dict[type[Model], dict[Key, int]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    n_renewed: int = 0
    # Rubric versions come as drafts, because rows of a published one are refused, and get their state last.
    version_states: dict[str, str] = field(default_factory=dict)

    def person(self, label: Any) -> int:
        """A login that nobody can sign in with stands for whoever the label meant."""
        if not isinstance(label, str) or not LABEL.fullmatch(label):
            refuse(f"{str(label)[:40]!r} is not how archives name people.")
        if label not in self.people:
            login = User(username=f"restored-{self.study.code}-{label}", is_active=False)
            login.set_unusable_password()
            login.save()
            self.people[label] = login.pk
        return self.people[label]

    def key_of(self, model: type[Model], named: Any, place: str) -> int:
        key = _flat(named if isinstance(named, list) else [named])
        try:
            return self.keys[model][key]
        except (KeyError, TypeError):
            refuse(f"{place}: names a {meta(model).verbose_name} that is not in the archive.")


def read_value(one: Field[Any, Any], raw: Any) -> Any:
    """The value a field holds, as strictly as a form would take it.

    Raises:
        ValueError, TypeError, ValidationError: it is none.
    """
    if raw is None:
        if not one.null:
            raise ValueError
        return None
    if isinstance(one, JSONField):
        return raw
    if isinstance(one, BinaryField):
        return base64.b64decode(raw, validate=True)
    if isinstance(one, CharField | TextField) and not isinstance(raw, str):
        raise TypeError
    if isinstance(raw, dict | list):
        raise TypeError
    value = one.to_python(raw)
    one.run_validators(value)
    if one.choices and value not in dict(one.flatchoices) and value != "":
        raise ValueError
    return value


def _slot(row: dict[str, Any], doing: Restoring, place: str) -> None:
    owner = row.pop("own_of", None)
    if owner is not None:
        row["number"] = doing.key_of(Rater, owner, place)


def _tried(row: dict[str, Any], doing: Restoring, place: str) -> None:
    if not isinstance(row.get("items"), list):
        refuse(f"{place}: its items are no list.")
    row["items"] = [doing.key_of(Item, code, place) for code in row["items"]]


CHANGES: dict[type[Model], Callable[[dict[str, Any], Restoring, str], None]] = {
    Slot: _slot,
    QualificationTry: _tried,
}


@dataclass
class Maker:
    """Makes the rows of one table."""

    table: Table
    doing: Restoring

    def __post_init__(self) -> None:
        self.fields = {one.name: one for one in self.table.fields()}
        self.is_named = self.table.model in _referred()
        # A row that points at an earlier one of its own table has to find it made.
        is_linked = any(related(one) is self.table.model for one in self.fields.values())
        self.batch = 1 if is_linked else BATCH

    def make(self, rows: Iterator[dict[str, Any]]) -> None:
        place = 0
        for piece in pieces(rows, self.batch):
            made = []
            for row in piece:
                place += 1
                made.append(self.one(row, f"{self.table.name}, line {place}"))
            self.renew([one for one, _key in made])
            insert_raw(self.table.model, [one for one, _key in made])
            self._remember(made)

    def one(self, row: dict[str, Any], place: str) -> tuple[Model, Key]:
        key = self._key(row, place)
        change = CHANGES.get(self.table.model)
        if change is not None:
            change(row, self.doing, place)
        unknown = set(row) - set(self.fields)
        if unknown:
            refuse(f"{place}: “{min(unknown)[:40]}” is no column that this Attune knows.")
        made = self.table.model()
        for one in meta(self.table.model).concrete_fields:
            if points_at(one, Study):
                setattr(made, one.attname, self.doing.study.pk)
        for name, one in self.fields.items():
            self._fill(made, one, row, name, place)
        _finish(made)
        return made, key

    def _key(self, row: dict[str, Any], place: str) -> Key:
        if not self.is_named:
            return ()
        key = _flat([row.get(name) for name in key_fields(self.table.model)])
        known = self.doing.keys.setdefault(self.table.model, {})
        if any(isinstance(one, dict) or one is None for one in key) or key in known:
            refuse(f"{place}: what names it is missing, or names another row too.")
        return key

    def _fill(self, made: Model, one: Field[Any, Any], row: dict[str, Any], name: str, place: str) -> None:
        if name not in row:
            # A column that a later release added: what that release gives to rows from before.
            if not (one.has_default() or one.null):
                refuse(f"{place}: “{name}” is missing.")
            return
        raw = row[name]
        try:
            if isinstance(one, ForeignKey):
                raw = self._pointer(one, raw, place)
                setattr(made, one.attname, raw)
            else:
                setattr(made, one.attname, read_value(one, raw))
        except (ValueError, TypeError, ArithmeticError, ValidationError):
            refuse(f"{place}: “{name}” holds what it cannot hold.")

    def _pointer(self, one: ForeignKey[Any, Any], raw: Any, place: str) -> int | None:
        if raw is None:
            if not one.null:
                raise ValueError
            return None
        if points_at(one, User):
            return self.doing.person(raw)
        return self.doing.key_of(one.related_model, raw, place)

    def renew(self, made: list[Model]) -> None:
        """A code that is taken here gives way to a new one."""
        coded = [one for one in made if isinstance(one, Coded)]
        if not coded:
            return
        if any(not CODE.fullmatch(one.code) for one in coded):
            refuse(f"{self.table.name}: a code that no Attune gives.")
        codes = [one.code for one in coded]
        taken = set(rows_in(self.table.model).filter(code__in=codes).values_list("code", flat=True))
        for one in coded:
            if one.code in taken:
                one.code = new_code()
                self.doing.n_renewed += 1

    def _remember(self, made: list[tuple[Model, Key]]) -> None:
        if not self.is_named:
            return
        known = self.doing.keys.setdefault(self.table.model, {})
        for one, key in made:
            if key in known:
                refuse(f"{self.table.name}: two rows have one name.")
            known[key] = one.pk


def insert_raw(model: type[Model], made: list[Any]) -> None:
    """Insert rows as they are, times of making included, which `bulk_create` would set to now.

    Django's own loading of fixtures writes in this way (`raw`), one row at a time.
    """
    fields = [one for one in meta(model).concrete_fields if not one.primary_key]
    size = connection.ops.bulk_batch_size(fields, made)
    key = meta(model).pk
    for piece in pieces(made, size):
        rows: Any = rows_in(model).get_queryset()
        found = rows._insert(  # noqa: SLF001 (the only door to raw)
            piece, fields=fields, returning_fields=[key], using="default", raw=True
        )
        for one, row in zip(piece, found, strict=True):
            one.pk = row[0]


def _finish(made: Model) -> None:
    """What the archive leaves to the new place."""
    if isinstance(made, Rating):
        made.client_id = uuid.uuid4()
    elif isinstance(made, Snapshot):
        made.file_name = f"{FOLDER}/{made.digest}.parquet"


def _referred() -> frozenset[type[Model]]:
    """Tables that rows of others point at."""
    targets = {related(one) for table in TABLES for one in table.fields()} - {None, User}
    return frozenset(target for target in targets if target is not None)


def make_study(archive: Archive) -> Study:
    rows = list(archive.rows(STUDY.name))
    if len(rows) != 1 or rows[0].get("code") != archive.study_code:
        refuse("The archive does not hold exactly one study.")
    nowhere = Restoring(archive, Study())
    maker = Maker(STUDY, nowhere)
    study: Any = maker.one(rows[0], STUDY.name)[0]
    if study.state == Study.State.OPEN:
        refuse("The archive holds an open study; archives are made of studies at rest.")
    maker.renew([study])
    insert_raw(Study, [study])
    return Study.objects.get(pk=study.pk)


def make_rows(archive: Archive, study: Study, tell: Tell) -> Restoring:
    """Every table of the archive in order."""
    doing = Restoring(archive, study)
    asked = archive.manifest["with"]
    tables = tables_of(frozenset(str(one) for one in asked) if isinstance(asked, list) else frozenset())
    for place, table in enumerate(tables):
        tell(place / len(tables), f"Restoring {meta(table.model).verbose_name_plural}")
        rows = archive.rows(table.name)
        if table.model is RubricVersion:
            rows = _as_drafts(rows, doing)
        Maker(table, doing).make(rows)
        if table.model is Wording:
            _give_states(doing)
    return doing


def _as_drafts(rows: Iterator[dict[str, Any]], doing: Restoring) -> Iterator[dict[str, Any]]:
    states = dict(RubricVersion.State.choices)
    for row in rows:
        state, code = row.get("state"), row.get("code")
        if state not in states or not isinstance(code, str):
            refuse("annotation.rubricversion: a version without a state.")
        doing.version_states[code] = state
        yield {**row, "state": RubricVersion.State.DRAFT.value}


def _give_states(doing: Restoring) -> None:
    known = doing.keys.get(RubricVersion, {})
    for code, state in doing.version_states.items():
        RubricVersion.objects.filter(pk=known[(code,)]).update(state=state)

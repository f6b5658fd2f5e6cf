"""What comes in: files, options, and the description that says how to read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from annotation.errors import Code, DomainError
from annotation.imports.checks.columns import RATING_COLUMNS
from annotation.imports.checks.csv_rows import Table, header_of, read_table
from annotation.imports.checks.description import (
    Description,
    description_defects,
    description_of,
    recognised,
)
from annotation.imports.checks.file_bytes import Data, stream_of
from annotation.imports.checks.mapping import Reading
from annotation.imports.checks.report import CheckReport

ITEMS_FILE = "items.csv"
# Whatever the ending says, the content tells the format.
ITEM_ENDINGS = ("csv", "jsonl", "ndjson", "json", "xlsx", "parquet")
RATINGS_FILE = "ratings.csv"
DESCRIPTION_FILE = "study.json"


@dataclass(frozen=True)
class ImportFiles:
    """The bytes of the files that came together; None where one is absent.

    `items_name`: what defects call the file of items.
    """

    items: Data | None = None
    ratings: Data | None = None
    description: dict[str, Any] | None = None
    items_name: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 over both files, made once: the same files again are recognised before they are read."""
        streams = [stream_of(data or b"") for data in (self.items, self.ratings)]
        parts = [hashlib.file_digest(stream, "sha256").hexdigest() for stream in streams]
        return hashlib.sha256("".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class ImportOptions:
    """Choices of whoever imports.

    Attributes:
        profile: key of a description in fixtures/imports; empty: recognised by header and dimensions.
        scale: "1-5": questions are made from the file's dimensions on this scale.
        measurement: level of measurement of rated scales; empty: as described, ordinal for made questions.
        keep_out_of_scale: declare values outside their scale as exceptions instead of refusing them.
        mapping: our column by the name in the items file; empty: recognised, or as the names say.
        encoding: of a CSV file of items that is not UTF-8, such as windows-1252.
        keep_broken: leave letters that a wrong encoding has broken as they are.
        identifiers: keep, mask or refuse what may tell who somebody is, where nobody decides one by one.
        add_items: names of items that are unknown become items without text.
        add_groups: groups that the study lacks are added, those of `judge_groups` as judge models.
    """

    profile: str = ""
    scale: str = ""
    measurement: str = ""
    keep_out_of_scale: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    keep_broken: bool = False
    identifiers: str = "keep"
    add_items: bool = False
    add_groups: bool = False
    judge_groups: tuple[str, ...] = ()

    @property
    def reading(self) -> Reading:
        return Reading(dict(self.mapping), self.encoding, self.keep_broken)


@cache
def bundled_descriptions() -> dict[str, Description]:
    """The descriptions of public data sets that ship with the project, by key."""
    folder: Path = settings.BASE_DIR / "fixtures" / "imports"
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return {document["key"]: description_of(document) for document in documents}


def chosen_description(files: ImportFiles, options: ImportOptions) -> Description | None:
    """The description that was named or came along; None when it has to be recognised.

    Raises:
        DomainError: an unknown profile; INVALID_FILE with every defect of study.json.
    """
    if options.profile:
        known = bundled_descriptions()
        if options.profile not in known:
            raise DomainError(
                Code.INVALID, f"There is no profile “{options.profile}”; there are {', '.join(known)}."
            )
        return known[options.profile]
    if files.description is None:
        return None
    defects = description_defects(files.description)
    if defects:
        raise DomainError(Code.INVALID_FILE, f"{DESCRIPTION_FILE} cannot be used as it is.", defects)
    return description_of(files.description)


def read_ratings(
    data: Data, description: Description | None, report: CheckReport
) -> tuple[Description, Table]:
    """The table of a ratings file and the description it is read with."""
    if description is not None:
        return description, _table(data, description, report)
    header = header_of(data)
    for candidate in bundled_descriptions().values():
        if candidate.columns != tuple(header):
            continue
        attempt = CheckReport(report.file)
        table = _table(data, candidate, attempt)
        if recognised(header, dimensions_of(table), [candidate]) is not None:
            report.absorb(attempt)
            return candidate, table
    return Description(), _table(data, Description(), report)


def _table(data: Data, description: Description, report: CheckReport) -> Table:
    limit: int = settings.MAX_IMPORT_BYTES
    return read_table(data, RATING_COLUMNS, extra=description.factor_columns, max_bytes=limit, report=report)


def dimensions_of(table: Table) -> list[str]:
    """The names in the column “dimension”, in the order of the file."""
    return list(dict.fromkeys(row["dimension"] for row in table.rows if row["dimension"]))

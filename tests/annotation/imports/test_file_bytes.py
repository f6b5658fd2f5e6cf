"""A file on the disk is read as its bytes would be, whatever its format."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation.imports.checks.file_bytes import Data, FileBytes
from annotation.imports.checks.item_row import ItemRow
from annotation.imports.checks.items import KnownItems, check_items
from annotation.imports.checks.report import CheckReport
from tests.annotation.imports.making import jsonl, table, workbook

ROWS = [{"item": "a", "prompt": "I can’t\nsleep"}, {"item": "b", "prompt": "ü" * 3000}]
CSV = "\ufeffitem,prompt\r\n" + "".join(f'{row["item"]},"{row["prompt"]}"\n' for row in ROWS)
SOUND = [
    CSV.encode(),
    jsonl(*ROWS),
    b"[" + b",\n".join(jsonl(row).strip() for row in ROWS) + b"]",
    workbook(("item", "prompt"), *(tuple(row.values()) for row in ROWS)),
    table(ROWS),
]
BROKEN = [
    b"item,prompt\na,x\0y\n",
    b"item,prompt\na,ok\nb,\xff\n",
    b"\xff\xfei\0",
    b"[[1,",
    b"PAR1",
    b"PK\x03\x04x",
]


def read(data: Data) -> tuple[list[ItemRow], list[str]]:
    report = CheckReport("items")
    return list(
        check_items(data, known=KnownItems(), max_bytes=10**6, report=report).rows
    ), report.sentences()


@pytest.mark.parametrize("data", [*SOUND, *BROKEN], ids=lambda data: repr(data[:8]))
def test_file_on_the_disk_is_read_as_its_bytes_are(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "items"
    path.write_bytes(data)
    with path.open("rb") as file:
        found = read(FileBytes(file))
    assert found == read(data)
    assert ([row.external_id for row in found[0]] == ["a", "b"]) == (data in SOUND)

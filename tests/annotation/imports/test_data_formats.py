"""docs/data-formats.md says exactly which columns are read."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from annotation.imports.checks.columns import ITEM_COLUMNS, RATING_COLUMNS, Column
from annotation.imports.checks.csv_rows import MAX_ROWS
from annotation.imports.checks.ratings import EMPTY_MEANS
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "data-formats.md").read_text(encoding="utf-8")


def table_under(heading: str) -> list[list[str]]:
    """Cells of the first table below a heading, without its two head lines."""
    section = re.split(r"^#+ ", TEXT.split(f"### {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize(("heading", "columns"), [("Items", ITEM_COLUMNS), ("Ratings", RATING_COLUMNS)])
def test_data_formats_tables_name_every_column_as_the_checks_read_it(
    heading: str, columns: Sequence[Column]
) -> None:
    assert table_under(heading) == [
        [
            f"`{column.name}`",
            ", ".join(f"`{alias}`" for alias in column.aliases),
            "yes" if column.is_required else "no",
            str(column.max_length),
            column.meaning,
        ]
        for column in columns
    ]


def test_data_formats_numbers_and_words_are_those_of_the_code() -> None:
    assert f"{MAX_ROWS:,} rows" in TEXT
    assert f"`{EMPTY_MEANS}`" in TEXT
    assert "\n## Exports\n" in TEXT

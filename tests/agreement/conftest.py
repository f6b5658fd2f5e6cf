"""What the tests of the agreement package share: tables from matrices, and the oracles."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rating.agreement import Ratings, Scale

Matrix = Sequence[Sequence[Any]]


def long_table(matrix: Matrix, group: str = "peer", prefix: str = "r") -> pd.DataFrame:
    """Rows are raters, columns items, None means not rated."""
    rows = [
        (f"i{item:03d}", f"{prefix}{rater:03d}", group, value)
        for rater, values in enumerate(matrix)
        for item, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["item", "rater", "group", "value"])


def ratings_of(scale: Scale, **groups: Matrix) -> Ratings:
    """Ratings of one matrix per group over the same items."""
    frames = [long_table(matrix, group, f"{group}-") for group, matrix in groups.items()]
    return Ratings.from_frame(pd.concat(frames, ignore_index=True), scale, groups=tuple(groups))


@pytest.fixture
def oracle(shared_dir: Path) -> Callable[[str], dict[str, Any]]:
    """Reads a worked example by name."""

    def read(name: str) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(
            (shared_dir / "oracles" / f"{name}.json").read_text(encoding="utf-8")
        )
        return data

    return read

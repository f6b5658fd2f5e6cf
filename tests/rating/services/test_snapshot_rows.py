"""Rows of a snapshot: collected from tables as from rows, and digested as canonical JSON lines."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from rating.queries.ratings import LABELS, LONG_COLUMNS
from rating.services.snapshot_digest import canonical
from rating.services.snapshot_rows import CollectedRows, SnapshotTable, columns_of

HEAD = {"format": 2, "factors": [{"key": "topic"}]}


def rows() -> list[tuple[Any, ...]]:
    """Two raters and two versions of the rubric; one answer is missing, one rating was not timed."""
    return [
        ("i2", "c", "P-2", "peer", "human", "main", "warm", "item", 4.0, "", 7, 3, 1234),
        ("i2", "c", "P-2", "peer", "human", "main", "safe", "item", None, "cannot_judge", 7, 3, 1234),
        ("i1", "c", "P-1", "peer", "human", "main", "warm", "item", 0.1, "", 8, 9, None),
    ]


def table_of(some: list[tuple[Any, ...]]) -> pa.Table:
    columns = dict(zip(LONG_COLUMNS, zip(*some, strict=True), strict=True))
    kinds = dict.fromkeys(LABELS, pa.string())
    kinds |= {"value": pa.float64(), **dict.fromkeys(("version_id", "place", "active_ms"), pa.int64())}
    arrays = {name: pa.array(cells, kinds[name]) for name, cells in columns.items()}
    return pa.table(
        {name: one.dictionary_encode() if name in LABELS else one for name, one in arrays.items()}
    )


def collected_frame(collected: CollectedRows) -> pd.DataFrame:
    names = {(7, "warm"): "warm", (7, "safe"): "safe", (8, "warm"): "warmth"}
    return collected.frame(names, {7: "one", 8: "two"})


def test_rows_when_collected_from_tables_are_laid_out_in_their_order() -> None:
    some = rows()
    # The later rating comes first; the second table ends within a rating.
    collected = CollectedRows.of_tables([table_of(some[2:]), table_of(some[:1]), table_of(some[1:2])])
    assert (collected.n_ratings, collected.n_rows, collected.versions) == (2, 3, {7, 8})
    frame = collected_frame(collected)
    assert frame[["item", "rater", "question", "rubric_version"]].to_numpy().tolist() == [
        ["i1", "P-1", "warmth", "two"],
        ["i2", "P-2", "safe", "one"],
        ["i2", "P-2", "warm", "one"],
    ]
    np.testing.assert_array_equal(frame["value"], [0.1, np.nan, 4.0])
    np.testing.assert_array_equal(frame["seconds"], [np.nan, 1.234, 1.234])
    assert frame["order"].tolist() == [2, 1, 1]


def test_rows_when_one_rater_answers_twice_are_the_last_whatever_came_first() -> None:
    again = [(*rows()[0][:8], value, "", 7, place, None) for value, place in ((5.0, 4), (2.0, 3))]
    frame = collected_frame(CollectedRows.of_tables([table_of([one]) for one in again]))
    assert frame[["value", "order"]].to_numpy().tolist() == [[5.0, 2.0]]


def test_rows_when_a_version_is_left_out_keep_the_order_of_their_ratings() -> None:
    collected = CollectedRows.of_tables([table_of(rows())])
    assert collected.keep_versions({8}) == 1
    assert (collected.n_ratings, collected.n_rows) == (1, 1)
    assert collected_frame(collected)["order"].tolist() == [2]


def test_rows_when_levels_are_recoded_have_the_newest_meaning() -> None:
    collected = CollectedRows.of_tables([table_of(rows())])
    names = {(7, "warm"): "warm", (7, "safe"): "safe", (8, "warm"): "warm"}
    frame = collected.frame(names, {7: "one", 8: "two"}, recoded={(7, "warm"): {4.0: 3.0, 3.0: 2.0}})
    np.testing.assert_array_equal(frame["value"], [0.1, np.nan, 3.0])


def test_digest_is_that_of_canonical_json_lines() -> None:
    frame = collected_frame(CollectedRows.of_tables([table_of(rows())]))
    frame = frame.assign(**{"factor:topic": pd.Categorical(["“é”\n", "", "a,b"])})
    frame.loc[0, "value"] = -0.0
    plain = frame.astype(object).where(frame.notna(), None)[columns_of(HEAD)].to_numpy().tolist()
    lines = [canonical(HEAD), *map(canonical, plain)]
    expected = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert np.signbit(plain[0][columns_of(HEAD).index("value")])
    assert SnapshotTable(HEAD, frame).digest() == expected

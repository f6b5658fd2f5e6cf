"""Rows of a snapshot: collected from tables as from rows, and digested as canonical JSON lines."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa

from rating.queries.ratings import RatingRow
from rating.services.snapshot_rows import CollectedRows, SnapshotTable, canonical, columns_of

HEAD = {"format": 2, "factors": [{"key": "topic"}]}


def rows() -> list[RatingRow]:
    """Two raters and two versions of the rubric; one answer is missing, one rating was not timed."""
    shared = {"conversation": "c", "group": "peer", "kind": "human", "stage": "main", "target": "item"}
    return [
        RatingRow(item="i2", rater="P-2", question="warm", value=4.0, missing="", version_id=7, rating_id=3,
                  active_ms=1234, **shared),
        RatingRow(item="i2", rater="P-2", question="safe", value=None, missing="cannot_judge", version_id=7,
                  rating_id=3, active_ms=1234, **shared),
        RatingRow(item="i1", rater="P-1", question="warm", value=0.1, missing="", version_id=8, rating_id=9,
                  active_ms=None, **shared),
    ]  # fmt: skip


def table_of(some: list[RatingRow]) -> pa.Table:
    columns = dict(zip(RatingRow._fields, zip(*some, strict=True), strict=True))
    whole = {"version_id", "rating_id", "active_ms"}
    arrays = {
        name: pa.array(cells, pa.int64() if name in whole else pa.float64() if name == "value" else None)
        for name, cells in columns.items()
    }
    return pa.table(
        {
            name: array.dictionary_encode() if array.type == pa.string() else array
            for name, array in arrays.items()
        }
    )


def collected_frame(collected: CollectedRows) -> pd.DataFrame:
    names = {(7, "warm"): "warm", (7, "safe"): "safe", (8, "warm"): "warmth"}
    return collected.frame(names, {7: "one", 8: "two"})


def test_rows_when_collected_from_tables_are_those_collected_one_by_one() -> None:
    some = rows()
    # The second table begins within a rating.
    collected = CollectedRows.of_tables([table_of(some[:1]), table_of(some[1:])])
    assert collected.n_ratings == 2
    pd.testing.assert_frame_equal(collected_frame(collected), collected_frame(CollectedRows.of(some)))


def test_digest_is_that_of_canonical_json_lines() -> None:
    frame = collected_frame(CollectedRows.of(rows()))
    frame = frame.assign(**{"factor:topic": pd.Categorical(["“é”\n", "", "a,b"])})
    frame.loc[0, "value"] = -0.0
    plain = frame.astype(object).where(frame.notna(), None)[columns_of(HEAD)].to_numpy().tolist()
    lines = [canonical(HEAD), *map(canonical, plain)]
    expected = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert np.signbit(plain[0][columns_of(HEAD).index("value")])
    assert SnapshotTable(HEAD, frame).digest() == expected

"""Computing a snapshot and its analyses once more, and comparing every number with what is stored."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from annotation.errors import DomainError
from rating.models import Analysis, Snapshot
from rating.queries.standing import standing_of
from rating.reporting.contents import all_tables
from rating.reporting.report import Report
from rating.services.analyses import recompute_numbers
from rating.services.snapshots import FOLDER, read_snapshot

TOLERANCE = 1e-12
# Versions of the software stand in every result; a change is told, but is no difference of a number.
NOT_COMPARED = "software"


@dataclass
class Verification:
    """What was compared and what differed; `differences` empty means that all is as it was."""

    snapshot: Snapshot
    n_rows: int = 0
    n_analyses: int = 0
    n_numbers: int = 0
    differences: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def verify_snapshot(snapshot: Snapshot) -> Verification:
    """Read the file again, digest it, run its finished analyses again with their options and seeds;
    compare the results and the numbers under the figures."""
    found = Verification(snapshot)
    try:
        table = read_snapshot(snapshot)
    except DomainError as error:
        found.differences.append(error.message)
        return found
    found.n_rows = len(table.rows)
    found.remarks += [
        f"reduced on {one.reduced_at:%Y-%m-%d}: {one.n_ratings} ratings of somebody who withdrew were taken "
        f"out; its digest was {one.digest_before[:12]}"
        for one in snapshot.reductions.all()
    ]
    _compare_description(table.head, snapshot, found)
    for analysis in snapshot.analyses.filter(finished_at__isnull=False).order_by("pk"):
        _compare_analysis(analysis, snapshot, found)
    return found


def _compare_description(head: dict[str, Any], snapshot: Snapshot, found: Verification) -> None:
    """The database's copy of groups, questions and scales against the file's, and the file's name."""
    if snapshot.file_name != f"{FOLDER}/{snapshot.digest}.parquet":
        found.differences.append("The file is not named after its digest.")
    for name, value in head.items():
        if snapshot.description.get(name) != value:
            found.differences.append(f"The stored description differs from the file in “{name}”.")


def _compare_analysis(analysis: Analysis, snapshot: Snapshot, found: Verification) -> None:
    again = recompute_numbers(analysis, snapshot)
    found.n_analyses += 1
    if analysis.results["format"] == again["format"]:
        _compare(analysis.results, again, analysis.code, found)
    else:
        _compare(analysis.results, _like(analysis.results, again), analysis.code, found)
        found.remarks.append(f"{analysis.code}: computed by an earlier format; what it lacks is not compared")
    report = Report(again, snapshot.description, standing_of(analysis))
    tables = {table.key: table for table in all_tables(report)}
    for figure in analysis.figures.only("key", "table", "analysis_id"):
        columns, rows = tables[figure.key].flat() if figure.key in tables else ([], [])
        drawn = {"columns": columns, "rows": rows}
        _compare(figure.table, drawn, f"{analysis.code}.figures.{figure.key}", found)


def _like(stored: Any, computed: Any) -> Any:
    """`computed` cut down to what `stored` has: an earlier format knew fewer things, none otherwise."""
    if isinstance(stored, dict) and isinstance(computed, dict):
        kept = {key: _like(value, computed.get(key)) for key, value in stored.items()}
        return kept | ({"format": stored["format"]} if "format" in stored else {})
    if isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        return [_like(one, other) for one, other in zip(stored, computed, strict=True)]
    return computed


def _compare(one: Any, other: Any, start: str, found: Verification) -> None:
    for path, stored, computed in _leaves(one, other, start):
        is_version = f".{NOT_COMPARED}." in path
        found.n_numbers += isinstance(stored, int | float) and not isinstance(stored, bool)
        if _is_same(stored, computed):
            continue
        place = found.remarks if is_version else found.differences
        place.append(f"{path}: stored {stored!r}, computed {computed!r}")


def _leaves(stored: Any, computed: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Values at the same place of two nested results; a missing part counts as None."""
    if isinstance(stored, dict) and isinstance(computed, dict):
        for key in dict.fromkeys([*stored, *computed]):
            yield from _leaves(stored.get(key), computed.get(key), f"{path}.{key}")
    elif isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        for place, (one, other) in enumerate(zip(stored, computed, strict=True)):
            yield from _leaves(one, other, f"{path}[{place}]")
    else:
        yield path, stored, computed


def _is_same(stored: Any, computed: Any) -> bool:
    if isinstance(stored, int | float) and isinstance(computed, int | float):
        return math.isclose(stored, computed, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(stored == computed)

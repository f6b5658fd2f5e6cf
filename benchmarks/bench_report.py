"""Time a report from the live ratings to its figures: `python -m benchmarks.bench_report --ratings 10000`.

For an empty, migrated PostgreSQL database of its own (DATABASE_URL), whose user may switch triggers off. It
makes a study of that many ratings (submissions) of five scales by 100 raters in three groups, ten raters an
item, and takes the steps of an analysis one after the other; nothing is stored but the snapshot.
`--snapshot-only` leaves out the numbers and the figures, `--questions` makes fewer scales of the five.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any

# What an idle worker has loaded.
import pandas as pd  # noqa: F401
from pyarrow import compute, csv, parquet  # noqa: F401

from benchmarks.bench_exports import Shape, make_study, measured
from rating.models import Analysis, Snapshot
from rating.queries.standing import standing_of
from rating.reporting.report import Report
from rating.services.figures import draw_figures
from rating.services.numbers import compute_numbers
from rating.services.options import Options
from rating.services.snapshot_rows import SnapshotTable
from rating.services.snapshots import read_snapshot, take_snapshot

QUESTIONS = ("warmth", "help", "safety", "trust", "respect")
PER_ITEM = 10
# An item's own quality, a rater's severity and what is left, each spread evenly.
VALUE = """least({levels}, greatest(1, round(2.7
    + (hashint4((s.item_id * 8 + q.position)::int) & 1023) / 512.0 - 1
    + (hashint4(r.rater_id::int) & 1023) / 1700.0
    + (hashint4((s.id * 8 + q.position)::int) & 1023) / 512.0 - 1)))"""


def shape_of(n_ratings: int, n_questions: int = 5) -> Shape:
    return Shape(
        source_key="benchmark-of-reports" if n_questions == len(QUESTIONS) else f"benchmark-of-{n_questions}",
        questions=QUESTIONS[:n_questions],
        n_raters=100,
        n_items=n_ratings // PER_ITEM,
        rater="(n / {items}) * 10 + (n % {items}) % 10",
        value=VALUE,
    )


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do it and print a row of the table."""
    found: list[Any] = []
    seconds, busy, database, megabytes = measured(lambda: found.append(work()))
    spent = f"{busy:8.1f} s processor {database:6.1f} s database's"
    print(f"{name:28} {seconds:8.1f} s {spent} {megabytes:6.0f} MB", flush=True)
    return found[0]


def report_on(table: SnapshotTable, snapshot: Snapshot) -> None:
    """Numbers and figures with the usual options."""
    options = Options.of({"stage": "main"})
    results, _log = timed(
        "numbers",
        lambda: compute_numbers(table, options=options, seed=1, progress=lambda _share, _text: None),
    )
    analysis = Analysis(study=snapshot.study, snapshot=snapshot, options=options.to_dict(), seed=1)
    report = Report(results, table.head, standing_of(analysis))
    figures = timed("figures", lambda: draw_figures(report, lambda _share: None))
    print(f"{len(figures)} figures")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=len(QUESTIONS), choices=range(1, 6))
    parser.add_argument("--snapshot-only", action="store_true")
    options = parser.parse_args()
    study = make_study(options.ratings, shape_of(options.ratings, options.questions))
    print(
        f"{options.ratings} ratings of {options.questions} scales; load average {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    snapshot = timed("take the snapshot", lambda: take_snapshot(study, actor=None, stage="main"))
    table = timed("read and check it", lambda: read_snapshot(snapshot))
    print(f"{len(table.rows)} answers")
    if not options.snapshot_only:
        report_on(table, snapshot)
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

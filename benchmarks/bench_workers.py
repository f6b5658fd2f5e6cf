"""The demo's analysis in pieces by one, two and four workers: are the numbers the same, at what cost?

    python -m benchmarks.bench_workers --server postgres://postgres@127.0.0.1:5432/postgres

Needs PostgreSQL (a database of its own is made and dropped) and the program `redis-server`. The numbers are
held against those of one process that knows nothing of pieces.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.installation import Installation

if TYPE_CHECKING:
    from annotation.models import Study
    from rating.models import Analysis

LIMIT = 900.0
SEED = 20


def numbers(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a result by where it stands."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from numbers(part, f"{path}/{key}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from numbers(part, f"{path}/{place}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, float(value)


def largest_difference(one: Any, other: Any) -> float:
    mine, theirs = dict(numbers(one)), dict(numbers(other))
    if mine.keys() != theirs.keys():
        return float("inf")
    return max((abs(mine[place] - theirs[place]) for place in mine), default=0.0)


def processor_seconds(house: Installation) -> float:
    """User and system time of every worker with its children, as the kernel counts it."""
    ticks = os.sysconf("SC_CLK_TCK")
    groups = {process.pid for name, process in house.processes.items() if name.startswith("worker")}
    spent = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) in groups:
            spent += int(fields[11]) + int(fields[12])
    return spent / ticks


def largest_worker(house: Installation) -> float:
    """Peak memory of the largest worker process, in MB."""
    groups = {process.pid for name, process in house.processes.items() if name.startswith("worker")}
    peaks = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) in groups:
                lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                peaks.append(int(lines.get("VmHWM", "0 kB").split()[0]))
        except (OSError, ValueError):
            continue
    return max(peaks) / 1000


def computed(
    house: Installation, study: Study, n_workers: int, questions: list[str]
) -> tuple[Analysis, float]:
    from annotation.models import User
    from rating.models import Analysis
    from rating.services.analyses import start_analysis

    owner = User.objects.get(username="owner")
    # None that went before may be taken for this one.
    Analysis.objects.filter(study=study).update(software_version="another")
    names = [f"worker{n + 1}" for n in range(n_workers)]
    house.start(*names)
    time.sleep(10)
    before, started = processor_seconds(house), time.monotonic()
    analysis = start_analysis(study, actor=owner, options={"questions": questions}, seed=SEED)
    while analysis.finished_at is None and time.monotonic() - started < LIMIT:
        time.sleep(0.1)
        analysis.refresh_from_db(fields=["finished_at"])
    took = time.monotonic() - started
    spent, peak = processor_seconds(house) - before, largest_worker(house)
    print(f"{n_workers} workers: {took:.1f} s, processor {spent:.1f} s, peak {peak:.0f} MB", flush=True)
    for name in names:
        house.kill(name)
    analysis.refresh_from_db()
    return analysis, took


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--questions", nargs="*", default=[], help="keys; all where none is given")
    given = parser.parse_args()
    house = Installation(
        Path(tempfile.mkdtemp(prefix="attune-workers-")), given.server, {"ANALYSIS_SPLIT_ANSWERS": "1"}
    )
    os.environ.update(house.environment())
    house.make_database()
    try:
        return _compare(house, given)
    finally:
        from django.db import connection

        connection.close()
        house.drop()


def _compare(house: Installation, given: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from rating.services.analyses import recompute_numbers
    from rating.services.demo_study import load_demo_study

    call_command("migrate", verbosity=0)
    study = load_demo_study()
    house.start("broker")
    found = [computed(house, study, n, given.questions)[0] for n in given.workers]
    if found[0].snapshot is None:
        raise SystemExit("The analysis did not end in time.")
    started = time.process_time()
    alone = json.loads(json.dumps(recompute_numbers(found[0], found[0].snapshot)))
    print(f"one process, not in pieces: processor {time.process_time() - started:.1f} s", flush=True)
    worst = max(largest_difference(alone, analysis.results) for analysis in found)
    print(f"numbers compared: {len(dict(numbers(alone)))}; largest difference: {worst:g}")
    return 1 if worst > 1e-12 else 0


if __name__ == "__main__":
    sys.exit(main())

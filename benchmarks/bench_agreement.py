"""Time the agreement engine at growing sizes: `make bench-agreement`.

100 raters in three groups, 5 levels, a tenth of the cells filled; 10^4, 10^5 and 10^6 ratings a question
unless --sizes says otherwise. Every row is worked out in a process of its own, forked from one that holds the
data, so that its memory is what it takes above the data. A row is repeated; the least time is printed,
because on a shared machine only that says something about the program; so is the least processor time of all
threads, which other work on the machine stretches less. The last column divides processor time by that of one
call of krippendorff.alpha on the value counts of the same ratings, in the same run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time, sleep

from benchmarks.agreement_rows import ROWS, Data, Row, prepared

SIZES = (10_000, 100_000, 1_000_000)
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Measured:
    """Least seconds of all repeats, by the clock and of all threads together, and the most memory above the
    data in megabytes."""

    seconds: float
    processor: float
    megabytes: float


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def measure(work: Callable[[], object], n_repeats: int, seconds_at_most: float) -> Measured:
    """Repeat some work while a thread watches the memory."""
    before, peak, is_done = resident(), resident(), threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_done.is_set():
            peak = max(peak, resident())
            sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    times: list[float] = []
    busy: list[float] = []
    while not times or (len(times) < n_repeats and sum(times) < seconds_at_most):
        start, busy_at_start = perf_counter(), process_time()
        work()
        times.append(perf_counter() - start)
        busy.append(process_time() - busy_at_start)
    is_done.set()
    watcher.join()
    return Measured(min(times), min(busy), (peak - before) / 2**20)


def in_own_process(row: Row, data: Data, options: argparse.Namespace) -> Measured:
    """The row in a child that starts with the data in place."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def run(connection: Connection) -> None:
        connection.send(measure(lambda: row.work(data), options.repeats, options.seconds))

    child = context.Process(target=run, args=(sender,))
    child.start()
    sender.close()
    try:
        found: Measured = receiver.recv()
    except EOFError:
        raise SystemExit(f"{row.name}: stopped without a result") from None
    child.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="ratings a question")
    parser.add_argument("--repeats", type=int, default=5, help="most repeats of a row")
    parser.add_argument("--seconds", type=float, default=10.0, help="no further repeat after so many seconds")
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    options = parser.parse_args()
    n_cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, {n_cores} cores, load {os.getloadavg()[0]:.1f}")
    print("least time by the clock and of the processor; memory above the data; processor time in calls of")
    print("krippendorff.alpha on value counts")
    rows = [row for row in ROWS if options.rows in row.name]
    found: dict[int, list[Measured]] = {}
    for size in options.sizes:
        data = prepared(size)
        found[size] = [in_own_process(row, data, options) for row in (ROWS[0], *rows)]
    columns = [f"{f'{size:,} ratings':>35}" for size in options.sizes]
    print(f"{'':<62}" + "".join(columns) + f"{'growth':>9}")
    for place, row in enumerate(rows, start=1):
        measured = [found[size][place] for size in options.sizes]
        units = [found[size][0].processor for size in options.sizes]
        cells = [
            f"{one.seconds:>9.3f} s {one.processor:>7.3f} s {one.megabytes:>4.0f} MB"
            f" {one.processor / unit:>6.1f}x"
            for one, unit in zip(measured, units, strict=True)
        ]
        growth = measured[-1].processor / measured[max(0, len(measured) - 2)].processor
        print(f"{row.name:<62}" + "".join(cells) + f"{growth:>8.1f}x")


if __name__ == "__main__":
    main()

"""Time imports of many items through the services of the pages: `python -m benchmarks.bench_import`.

A file of 100,000 items (--items) is uploaded, checked by the first job with its preview, the decision about
identifiers confirmed, and written by the second job: jobs run here, one after the other, as a worker runs
them that has imported a small file before. Works on SQLite in a scratch folder, or on the empty, migrated
PostgreSQL database that DATABASE_URL names; each file has a process of its own. Processor time is that of
this process, of those it starts, and of the database's process that serves it; memory is what is held above
that of an idle worker, all processes together. Ratios of processor time are honest on a shared machine,
seconds by the clock are not.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from benchmarks.import_files import made_items, write_csv, write_jsonl

STAGES = ("upload", "check and preview", "confirm", "write and show")
LENGTHS = {"usual": (600, 1200), "short": (200, 200)}
WRITERS = {"csv": write_csv, "jsonl": write_jsonl}
MB = 2**20
# Of the file that the worker imports before it is measured.
N_BEFORE = 1_000
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


def resident() -> int:
    """Bytes of memory that this process and those it started hold."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return sum(_resident(pid) for pid in ("self", *children))


def _resident(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except OSError:
        return 0


class Stage:
    """What one stage took: by the clock, of processors here and in the database, and in memory."""

    def __init__(self, name: str, server: int | None) -> None:
        self.name, self.server = name, server
        self.seconds = self.busy = self.served = 0.0
        self.peak = 0

    def run(self, work: Callable[[], object]) -> None:
        before, is_done = resident(), threading.Event()

        def watch() -> None:
            while not is_done.wait(0.05):
                self.peak = max(self.peak, resident() - before)

        watcher = threading.Thread(target=watch)
        watcher.start()
        start, busy, served = perf_counter(), _busy(), _served(self.server)
        try:
            work()
        finally:
            self.seconds, self.busy = perf_counter() - start, _busy() - busy
            self.served = _served(self.server) - served
            is_done.set()
            watcher.join()

    def __str__(self) -> str:
        took = f"{self.seconds:8.2f} s {self.busy:8.2f} s processor {self.served:8.2f} s database"
        return f"  {self.name:<24} {took} {self.peak / MB:6.0f} MB"


def _busy() -> float:
    """Processor seconds of this process and of those it started that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def _served(server: int | None) -> float:
    if server is None:
        return 0.0
    try:
        words = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / _TICKS


def warm_file(path: Path) -> Path:
    """A small file of the same kind beside the other."""
    small = path.with_name(f"few-{path.name}")
    WRITERS[path.suffix[1:]](small, made_items(N_BEFORE, *LENGTHS["usual"]))
    return small


def import_one(path: Path, n_items: int) -> None:
    """For a process of its own: import one file into a study of its own, and print the stages."""
    import django

    django.setup()
    from celery import current_app
    from django.core.files import File
    from django.db import connection

    import rating.tasks.imports  # noqa: F401 (tells Celery its tasks)
    from annotation import jobs
    from annotation.imports.checks.identifier_step import Decisions
    from annotation.models import ImportBatch, Item, Job, User
    from annotation.services.studies import create_study
    from rating.services.import_identifiers import confirm_identifiers
    from rating.services.import_sources import ImportOptions
    from rating.services.import_uploads import receive_upload, start_import

    waiting: list[Job] = []
    setattr(jobs, "wake", waiting.append)  # noqa: B010 (a function takes another's place)
    actor, _ = User.objects.get_or_create(username="bench", defaults={"email": "bench@example.org"})
    server = None
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        server = connection.connection.info.backend_pid

    def upload() -> None:
        with source.open("rb") as file:
            items = File(file, name=path.name)
            receive_upload(study, actor=actor, items=items, ratings=None, options=ImportOptions())

    def work() -> None:
        while waiting:
            job = waiting.pop()
            current_app.tasks[job.kind].apply(args=[job.pk], throw=True)

    def confirm() -> None:
        batch = ImportBatch.objects.get(study=study)
        decisions = Decisions(dict.fromkeys(batch.report["findings"]["n_by_kind"], "keep"))
        start_import(confirm_identifiers(batch, decisions, actor=actor), actor=actor)

    stages = [Stage(name, server) for name in STAGES]
    steps = (upload, work, confirm, work)
    # A worker that has imported before: libraries are loaded once.
    source, study = warm_file(path), create_study(actor=actor, title="before")
    for what in steps:
        what()
    source, study = path, create_study(actor=actor, title=path.name)
    for stage, what in zip(stages, steps, strict=True):
        stage.run(what)
    states = set(Job.objects.filter(study=study).values_list("state", "error"))
    n = Item.objects.visible().filter(study=study).count()
    assert n == n_items, (n, states)
    for stage in stages:
        print(stage)
    seconds = sum(stage.seconds for stage in stages)
    spent = sum(stage.busy + stage.served for stage in stages)
    size = path.stat().st_size / MB
    rate = f"{n / seconds:.0f} items/s, {spent / n * 1e6:.0f} µs of processor an item"
    print(f"  {path.name}: {n} items, {size:.0f} MB in {seconds:.1f} s: {rate}", flush=True)


def compare(n_items: int, cases: list[str], forms: list[str], folder: Path) -> None:
    for case in cases:
        for form in forms:
            path = folder / f"{case}.{form}"
            WRITERS[form](path, made_items(n_items, *LENGTHS[case]))
            command = [sys.executable, "-m", "benchmarks.bench_import", "--one", str(path)]
            subprocess.run([*command, "--items", str(n_items)], check=True)  # noqa: S603 (ourselves)
            path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--cases", nargs="+", default=list(LENGTHS), choices=LENGTHS)
    parser.add_argument("--forms", nargs="+", default=list(WRITERS), choices=WRITERS)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        import_one(options.one, options.items)
        return
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["ATTUNE_DATA_DIR"] = scratch
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"], check=True)
        print(f"{options.items} items each; load average {os.getloadavg()[0]:.1f}", flush=True)
        compare(options.items, options.cases, options.forms, Path(scratch))
        print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

"""Sixteen raters at once against a real server: `make bench-load` or `python -m benchmarks.bench_load`.

Starts gunicorn as docs/operations.md says: two processes of eight threads on the empty database that
DATABASE_URL names; one, as `make run` does, on SQLite in a scratch folder. The database is filled straight
with studies of 1,800 characters an item and five scales. Each rater answers all scales, writes a comment and
gets the next item's page, without a pause. Told are ratings a second, milliseconds, and processor time of
the web processes and of the database's own, beside a bare page of Django's (session, login, one row) served
in the same way.

Then sixteen raters race over 60 items that ask for one and for three ratings: exactly 60 and 180 must be
there.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep

import django

N_WORKERS = 2 if os.environ.get("DATABASE_URL") else 1
SERVER = ("--worker-class", "gthread", "--workers", str(N_WORKERS), "--threads", "8")
RACE_ITEMS = 60
_TICK = os.sysconf("SC_CLK_TCK")
_STATIC_LEFT_OUT = ("django_htmx/ext/*", "htm*-4*")


@dataclass(frozen=True)
class Round:
    """What one run of the clients came to; milliseconds of processor time by request."""

    n: int
    seconds: float
    times: Sequence[float]
    web_ms: float
    database_ms: float

    @property
    def per_second(self) -> float:
        return self.n / self.seconds

    @property
    def processor_ms(self) -> float:
        return self.web_ms + self.database_ms


def processor_seconds(pids: Sequence[int]) -> float:
    """User and system time of processes so far."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICK


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]


def backends() -> list[int]:
    """The database's processes that serve this database, ours excepted; none for SQLite, which has none."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        return [row[0] for row in cursor.fetchall()]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def server(settings: str) -> Iterator[tuple[int, int]]:
    """gunicorn on a port of its own: (port, process)."""
    port = _free_port()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings}
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", *SERVER, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 (ourselves)
    try:
        _wait_for(port, process.pid)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, pid: int) -> None:
    """Until every process has the program loaded: the port is open before any of them has."""
    for _attempt in range(600):
        if len(children_of(pid)) == N_WORKERS and _answered(port) and _at_rest(children_of(pid)):
            return
        sleep(0.1)
    raise SystemExit("The server did not start.")


def _answered(port: int) -> bool:
    asked = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request("GET", "/accounts/login/")
        return asked.getresponse().status < 500
    except OSError:
        return False
    finally:
        asked.close()


def _at_rest(pids: Sequence[int]) -> bool:
    """Whether none of them does anything: one that still loads the program cannot answer, but is at work."""
    before = processor_seconds(pids)
    sleep(1)
    return processor_seconds(pids) - before < 2 / _TICK


@contextmanager
def _clients(port: int, study: str, keys: Sequence[str], seconds: float) -> Iterator[dict[str, object]]:
    """Raters who have their first page when this is entered, and what became of them once it is left."""
    command = [sys.executable, "-m", "benchmarks.load_client", str(port), study, str(seconds), *keys]
    told: dict[str, object] = {}
    with subprocess.Popen(  # noqa: S603 (ourselves)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as at_work:
        if at_work.stdout is None or at_work.stdout.readline().strip() != "ready":
            raise SystemExit("The raters got no page.")
        yield told
        told |= json.loads(at_work.communicate("\n")[0])
    if told["failures"]:
        print("  refused:", *list(told["failures"])[:3], sep="\n    ")  # type: ignore[call-overload]


def run(port: int, pid: int, study: str, keys: Sequence[str], seconds: float) -> Round:
    """Let all raters work for so many seconds, after a while that is not counted: caches and connections."""
    with _clients(port, study, keys, min(seconds, 3)):
        pass
    with _clients(port, study, keys, seconds) as told:
        web, database = children_of(pid), backends()
        before = processor_seconds(web), processor_seconds(database)
    after = processor_seconds(web), processor_seconds(database)
    times: list[float] = told["times"]  # type: ignore[assignment]
    each = 1000 / max(len(times), 1)
    spent = [(end - begin) * each for begin, end in zip(before, after, strict=True)]
    return Round(len(times), float(told["seconds"]), times, spent[0], spent[1])  # type: ignore[arg-type]


def tell(label: str, found: Round, bare: Round | None = None) -> None:
    tail = quantiles(found.times, n=20)[-1]
    ratio = f" {found.processor_ms / bare.processor_ms:5.2f}" if bare else "     -"
    figures = f"{found.per_second:8.1f} {median(found.times):8.1f} {tail:8.1f}"
    spent = f"{found.web_ms:7.2f} {found.database_ms:7.2f} {found.processor_ms:7.2f}"
    print(f"{label:<28} {found.n:7d} {figures} {spent} {ratio}", flush=True)


def race(port: int, per_item: int) -> None:
    """Sixteen raters until nothing is left."""
    from annotation.models import Slot
    from benchmarks.load_study import make_study, session_of
    from rating.models import Rating

    study, logins = make_study(n_items=RACE_ITEMS, per_item=per_item)
    with _clients(port, study.code, [session_of(login) for login in logins], 0):
        pass
    n = Rating.objects.filter(slot__plan__study=study).count()
    done = Slot.objects.filter(plan__study=study, state=Slot.State.DONE)
    twice = done.count() - done.values("item", "rater").distinct().count()
    surplus = done.filter(purpose=Slot.Purpose.SURPLUS).count()
    is_exact = n == RACE_ITEMS * per_item and not twice and not surplus
    print(
        f"{RACE_ITEMS} items, {per_item} each: {n} ratings, {'exactly' if is_exact else 'WRONG'}", flush=True
    )
    if not is_exact:
        raise SystemExit(1)


def compare(sizes: Sequence[int], seconds: float) -> None:
    from django.db import connection

    from benchmarks.load_study import make_study, session_of

    names = ("n", "a second", "median", "95 %", "web", "data", "sum", "ratio")
    head = " " * 28 + "".join(
        f" {name:>{width}}" for name, width in zip(names, (7, 8, 8, 8, 7, 7, 7, 6), strict=True)
    )
    print(
        f"{connection.vendor}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n{head}",
        flush=True,
    )
    studies = {}
    for size in sizes:
        study, logins = make_study(n_items=size)
        studies[size] = study.code, [session_of(login) for login in logins]
    keys = studies[sizes[0]][1]
    with server("benchmarks.bare_settings") as (port, pid):
        bare = run(port, pid, "-", keys, seconds)
    tell("a bare page, one row", bare)
    with server("config.settings") as (port, pid):
        for size, (code, own) in studies.items():
            tell(f"submit and next, {size:,} items", run(port, pid, code, own, seconds), bare)
        for per_item in (1, 3):
            race(port, per_item)
    print(f"load average {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    begun = perf_counter()
    with tempfile.TemporaryDirectory(prefix="attune-bench-") as folder:
        os.environ["ATTUNE_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=[*_STATIC_LEFT_OUT])
        compare(options.sizes, options.seconds)
    print(f"{perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()

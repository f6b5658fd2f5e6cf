"""What age costs: every page and API call on a database filled by years of work, and on a hundredth of it.

    DATABASE_URL=… ATTUNE_DATA_DIR=… python -m benchmarks.bench_age fill --ratings 1000000
    python -m benchmarks.bench_age walk --small URL DATA_DIR --large URL DATA_DIR --out visits.json
    python -m benchmarks.bench_age table visits.json

`fill` wants an empty PostgreSQL database of its own on this machine, whose user may switch triggers off; it
loads the demo with its report and a study of the size asked for. `walk` asks for every address by GET as each
role, through every middleware, view and template, of both databases at the same time, so that whatever else
the machine does disturbs both alike: queries, bytes, and processor time of process and database backend
together (median). `table` writes what was found, and fails on whatever grew.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

BOUND = 1.5
# Less than this in milliseconds is the noise of a measurement.
NOISE = 2.0
# Longer than this in milliseconds, and the first time is the only one.
PATIENCE = 3_000


@dataclass(frozen=True)
class Visit:
    """One address as one role in both databases: what it took. `kind`: page, api or file."""

    role: str
    name: str
    kind: str
    queries: tuple[int, int]
    ms: tuple[float, float]
    size: tuple[int, int]

    @property
    def ratio(self) -> float:
        return self.ms[1] / self.ms[0]

    @property
    def has_grown(self) -> bool:
        """Files are as long as what they hold."""
        is_slower = self.ratio > BOUND and self.ms[1] - self.ms[0] > NOISE
        return self.kind != "file" and (is_slower or self.queries[1] > self.queries[0])


class Asked:
    """A process that asks one database for addresses."""

    def __init__(self, url: str, data_dir: str) -> None:
        env = os.environ | {"DATABASE_URL": url, "ATTUNE_DATA_DIR": data_dir}
        command = [sys.executable, "-m", "benchmarks.aged_visits"]
        self.process = subprocess.Popen(  # noqa: S603 (our own module)
            command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.names = [(role, name) for role, name in self._read()]

    def _read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A walking process has died; its words are above.")
        return json.loads(line)

    def send(self, role: str, name: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"role": role, "name": name}) + "\n")
        self.process.stdin.flush()

    def told(self) -> Any:
        return self._read()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def fill(n_ratings: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks.aged_study import fill_database

    fill_database(n_ratings)


def ask(both: list[Asked], role: str, name: str) -> list[Any]:
    """Both at once, each in its own process and connection."""
    for one in both:
        one.send(role, name)
    return [one.told() for one in both]


def visit(both: list[Asked], role: str, name: str, repeats: int) -> Visit | None:
    """None where it is not answered with 200 in both. The first round warms caches and is not counted."""
    warm = ask(both, role, name)
    if any(one["status"] != 200 for one in warm):
        if len({one["status"] for one in warm}) > 1:
            print(f"{role:12} {name:44} answers differ: {[one['status'] for one in warm]}", flush=True)
        return None
    is_slow = max(one["ms"] for one in warm) > PATIENCE
    rounds = [warm] if is_slow else [ask(both, role, name) for _ in range(repeats)]
    small, large = zip(*rounds, strict=True)
    return Visit(
        role,
        name,
        warm[0]["kind"],
        (small[-1]["queries"], large[-1]["queries"]),
        (median(one["ms"] for one in small), median(one["ms"] for one in large)),
        (small[-1]["size"], large[-1]["size"]),
    )


def walk(both: list[Asked], roles: list[str], only: str, repeats: int) -> Iterator[Visit]:
    elsewhere = set(both[1].names)
    for role, name in both[0].names:
        if only in name and (not roles or role in roles) and (role, name) in elsewhere:
            found = visit(both, role, name, repeats)
            if found is not None:
                said = f"{found.ms[0]:9.1f} {found.ms[1]:9.1f} ms {found.ratio:6.2f}"
                mark = "  <--" if found.has_grown else ""
                print(
                    f"{role:12} {name:44} {found.queries[0]:4} {found.queries[1]:4} {said}{mark}", flush=True
                )
                yield found


def read(path: Path) -> list[Visit]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    pairs = ("queries", "ms", "size")
    return [Visit(**row | {name: tuple(row[name]) for name in pairs}) for row in rows]


def table(visits: list[Visit]) -> None:
    print("| address | role | queries | small, ms | large, ms | times |\n|---|---|---|---|---|---|")
    for one in sorted(visits, key=lambda one: -one.ratio):
        queries = " → ".join(str(n) for n in dict.fromkeys(one.queries))
        print(
            f"| {one.name} | {one.role} | {queries} | {one.ms[0]:.1f} | {one.ms[1]:.1f} | {one.ratio:.2f} |"
        )
    asked = [one for one in visits if one.kind != "file"]
    grown = [f"{one.role} {one.name}" for one in asked if one.has_grown]
    print(f"\n{len(asked)} pages and calls, {len(visits) - len(asked)} files; grown: {len(grown)}")
    raise SystemExit("\n".join(grown))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    wanted = parser.add_subparsers(dest="what", required=True)
    wanted.add_parser("fill").add_argument("--ratings", type=int, default=1_000_000)
    walking = wanted.add_parser("walk")
    for name in ("--small", "--large"):
        walking.add_argument(name, nargs=2, metavar=("URL", "DATA_DIR"), required=True)
    walking.add_argument("--out", type=Path, required=True)
    walking.add_argument("--only", default="", help="addresses whose name holds this")
    walking.add_argument("--roles", nargs="+", default=[])
    walking.add_argument("--repeats", type=int, default=5)
    wanted.add_parser("table").add_argument("visits", type=Path)
    options = parser.parse_args()
    if options.what == "table":
        return table(read(options.visits))
    if options.what == "fill":
        return fill(options.ratings)
    both = [Asked(*options.small), Asked(*options.large)]
    visits: list[Visit] = []
    try:
        visits.extend(walk(both, options.roles, options.only, options.repeats))
    finally:
        # Also of a walk that was broken off.
        options.out.write_text(json.dumps([asdict(row) for row in visits]), encoding="utf-8")
    for one in both:
        one.end()
    return None


if __name__ == "__main__":
    main()

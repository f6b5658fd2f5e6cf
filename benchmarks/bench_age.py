"""What age costs: every page and API call on a database filled by years of work, and on a hundredth of it.

    DATABASE_URL=… python -m benchmarks.bench_age fill --ratings 1000000
    DATABASE_URL=… python -m benchmarks.bench_age walk --out large.json
    python -m benchmarks.bench_age compare small.json large.json

`fill` wants an empty PostgreSQL database of its own on this machine, whose user may switch triggers off; it
loads the demo with its report and a study of the size asked for. `walk` asks for every address by GET as each
role, through every middleware, view and template: queries, bytes, and the processor time of this process and
of its database backend together (median), which other work on the machine disturbs least.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 (after setup)
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from annotation.models import User  # noqa: E402
from benchmarks.aged_study import SOURCE_KEY, Filler, Sizes  # noqa: E402
from benchmarks.aged_walk import Address, addresses  # noqa: E402

ROLES = ("owner", "coordinator", "researcher", "rater")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BOUND = 1.5
# Less than this in milliseconds is the noise of a measurement.
NOISE = 2.0


@dataclass(frozen=True)
class Visit:
    """One address as one role: what it took. `kind`: page, api or file."""

    role: str
    name: str
    kind: str
    status: int
    queries: int
    ms: float
    size: int


def fill(n_ratings: int) -> None:
    from annotation.models import Job
    from rating.services.analyses import run_analysis
    from rating.services.demo_study import load_demo_study, start_demo_report

    call_command("migrate", verbosity=0)
    demo = load_demo_study()
    analysis = start_demo_report(demo)
    if analysis.finished_at is None:
        run_analysis(analysis, actor=None, tell=lambda _share, _words: None)
        Job.objects.filter(study=demo).update(state=Job.State.DONE)
    if n_ratings:
        Filler(Sizes(n_ratings)).fill()


class Counted:
    """Counts queries while somebody is asked for an answer."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, execute: object, sql: str, params: object, many: bool, context: object) -> object:  # noqa: FBT001
        self.n += not sql.startswith(("SAVEPOINT", "RELEASE"))
        return execute(sql, params, many, context)  # type: ignore[operator]


def backend_seconds(pid: int) -> float:
    """Processor time of the backend so far: the kernel counts nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def ask(client: Client, address: Address, pid: int) -> tuple[int, int, float, int, str]:
    """Status, queries, milliseconds of the processor, bytes, and whether it is a file."""
    counted = Counted()
    before, start = backend_seconds(pid), process_time()
    with connection.execute_wrapper(counted):
        answer = client.get(address.path)
        parts = getattr(answer, "streaming_content", None) or [answer.content]
        size = sum(len(part) for part in parts)
    seconds = process_time() - start + backend_seconds(pid) - before
    kind = "file" if answer.headers.get("Content-Disposition") else ""
    return answer.status_code, counted.n, seconds * 1000, size, kind


def visit(client: Client, role: str, address: Address, pid: int, repeats: int) -> Visit:
    # The first one warms templates and plans, and is not counted where there is time for more.
    status, queries, first, size, kind = ask(client, address, pid)
    n = 0 if status != 200 else repeats if first < 3_000 else 1
    times = [ask(client, address, pid)[2] for _ in range(n)] or [first]
    kind = kind or ("api" if address.path.startswith("/api/") else "page")
    _status, queries, *_ = ask(client, address, pid) if n else (status, queries)
    return Visit(role, address.name, kind, status, queries, median(times), size)


def clients(roles: list[str]) -> Iterator[tuple[str, Client]]:
    for role in roles:
        user = User.objects.get(username=role) if role != "rater" else User.objects.get(username="aged-1")
        client = Client(headers={"Accept-Encoding": "identity"})
        client.force_login(user, backend=BACKEND)
        yield role, client


def walk(roles: list[str], only: str, repeats: int) -> list[Visit]:
    with connection.cursor() as cursor:
        # Parallel workers would be counted nowhere.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    found = []
    changed = {"STORAGES": settings.STORAGES | plain, "ALLOWED_HOSTS": ["testserver"]}
    with override_settings(**changed, API_LOGIN_PER_MINUTE=0, API_TOKEN_PER_MINUTE=0):
        for role, client in clients(roles):
            for address in addresses(SOURCE_KEY):
                if only in address.name:
                    found.append(visit(client, role, address, pid, repeats))
                    last = found[-1]
                    print(
                        f"{role:12} {address.name:40} {last.status} {last.queries:4} {last.ms:8.1f} ms",
                        flush=True,
                    )
    return found


def compare(small: Path, large: Path) -> None:
    def read(path: Path) -> dict[tuple[str, str], Visit]:
        rows = [Visit(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
        return {(row.role, row.name): row for row in rows if row.status == 200}

    before, after = read(small), read(large)
    both = [(before[key], after[key]) for key in after if key in before]
    both.sort(key=lambda pair: -pair[1].ms / pair[0].ms)
    print("| address | role | kind | queries | ms small | ms large | ratio |\n|---|---|---|---|---|---|---|")
    for old, new in both:
        queries = f"{old.queries}" if old.queries == new.queries else f"{old.queries} → {new.queries}"
        print(
            f"| {new.name} | {new.role} | {new.kind} | {queries} | {old.ms:.1f} | {new.ms:.1f} "
            f"| {new.ms / old.ms:.2f} |"
        )
    shown = [(old, new) for old, new in both if new.kind != "file"]
    above = [new for old, new in shown if new.ms > BOUND * old.ms and new.ms - old.ms > NOISE]
    more = [new for old, new in shown if new.queries > old.queries]
    print(f"\n{len(shown)} pages and calls; {len(above)} above {BOUND} times; {len(more)} with more queries")
    print(f"seen in one database only: {sorted(set(before) ^ set(after))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    wanted = parser.add_subparsers(dest="what", required=True)
    wanted.add_parser("fill").add_argument("--ratings", type=int, default=1_000_000)
    walking = wanted.add_parser("walk")
    walking.add_argument("--out", type=Path, required=True)
    walking.add_argument("--only", default="", help="addresses whose name holds this")
    walking.add_argument("--roles", nargs="+", default=list(ROLES))
    walking.add_argument("--repeats", type=int, default=5)
    comparing = wanted.add_parser("compare")
    comparing.add_argument("small", type=Path)
    comparing.add_argument("large", type=Path)
    options = parser.parse_args()
    if options.what == "compare":
        return compare(options.small, options.large)
    if connection.vendor != "postgresql":
        raise SystemExit("Name a PostgreSQL database of its own in DATABASE_URL.")
    if options.what == "fill":
        return fill(options.ratings)
    visits = walk(options.roles, options.only, options.repeats)
    options.out.write_text(json.dumps([asdict(row) for row in visits]), encoding="utf-8")
    return None


if __name__ == "__main__":
    main()

"""Ask for addresses of an aged database, one for each line read: the other end of `bench_age walk`.

    {"role": "owner", "name": "study_items"}  ->  {"status": 200, "queries": 16, "ms": 74.2, …}

The first line written lists what may be asked. Counted is the processor time of this process and of its
database backend together, which other work on the machine disturbs least.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 (after setup)
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from annotation.models import User  # noqa: E402
from benchmarks.aged_desk import BOUND, FURTHER  # noqa: E402
from benchmarks.aged_study import SOURCE_KEY, count_by_scheduler  # noqa: E402
from benchmarks.aged_walk import addresses  # noqa: E402

LOGINS = {"owner": "owner", "coordinator": "coordinator", "researcher": "researcher", "rater": "aged-1"}
LOGINS |= FURTHER | {"bound": BOUND}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# As the scheduler would: numbers of a large stage are shown for twenty minutes.
COUNTED_FOR_SECONDS = 600


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


def ask(client: Client, path: str, pid: int) -> dict[str, Any]:
    """`kind`: page, api or file."""
    counted = Counted()
    before, start = backend_seconds(pid), process_time()
    with connection.execute_wrapper(counted):
        answer = client.get(path)
        parts = getattr(answer, "streaming_content", None) or [answer.content]
        size = sum(len(part) for part in parts)
    seconds = process_time() - start + backend_seconds(pid) - before
    kind = "api" if path.startswith("/api/") else "page"
    if answer.headers.get("Content-Disposition"):
        kind = "file"
    return {
        "status": answer.status_code,
        "queries": counted.n,
        "ms": seconds * 1000,
        "size": size,
        "kind": kind,
    }


def logged_in(name: str) -> Client:
    client = Client(headers={"Accept-Encoding": "identity"})
    client.force_login(User.objects.get(username=name), backend=BACKEND)
    return client


def backend() -> int:
    with connection.cursor() as cursor:
        # Parallel workers would be counted nowhere.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def serve() -> None:
    pid, paths = backend(), {one.name: one.path for one in addresses(SOURCE_KEY)}
    clients = {role: logged_in(name) for role, name in LOGINS.items()}
    counted_at = float("-inf")
    print(json.dumps([[role, name] for role in clients for name in paths]), flush=True)
    for line in sys.stdin:
        if monotonic() - counted_at > COUNTED_FOR_SECONDS:
            count_by_scheduler()
            counted_at = monotonic()
        wanted = json.loads(line)
        print(json.dumps(ask(clients[wanted["role"]], paths[wanted["name"]], pid)), flush=True)


if __name__ == "__main__":
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    changed = {"STORAGES": settings.STORAGES | plain, "ALLOWED_HOSTS": ["testserver"]}
    with override_settings(**changed, API_LOGIN_PER_MINUTE=0, API_TOKEN_PER_MINUTE=0):
        serve()

"""An installation of its own to be killed: broker, web server and workers, on a database of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# Seconds that work may be silent: short, so that what was killed is taken up while somebody watches.
SILENCE = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Installation:
    """`server`: address of a PostgreSQL server on which databases may be made; empty: SQLite and a folder
    as broker. Nothing of what runs there already is touched."""

    folder: Path
    server: str = ""
    more: dict[str, str] = field(default_factory=dict)
    redis_port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"attune_killing_{os.getpid()}"

    @property
    def has_broker(self) -> bool:
        """Whether one of its own is started."""
        return bool(self.server) and "CELERY_BROKER_URL" not in self.more

    @property
    def database_url(self) -> str:
        return urlsplit(self.server)._replace(path=f"/{self.name}").geturl()

    def environment(self) -> dict[str, str]:
        own = {
            "ATTUNE_DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "API_TOKEN_PER_MINUTE": "0",
            "CACHE_URL": "locmem://",
            "JOB_SILENCE_SECONDS": str(SILENCE),
            # Else a thread for each core in each process: they only wait for each other.
            "OPENBLAS_NUM_THREADS": "1",
        }
        if self.server:
            own |= {
                "DATABASE_URL": self.database_url,
                "CELERY_BROKER_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            }
        return own | self.more

    def make_database(self) -> None:
        if self.server:
            self._on_server(f"CREATE DATABASE {self.name}")

    def drop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        if self.server:
            self._on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)

    def program(self, name: str) -> Sequence[str]:
        """What runs under a name: `broker`, `web`, or any `worker…`."""
        if name == "broker":
            given = [
                "--port",
                str(self.redis_port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                str(self.folder),
            ]
            return ["redis-server", *given]
        if name == "web":
            bind = f"--bind=127.0.0.1:{self.web_port}"
            size = ["--worker-class=gthread", "--workers=1", "--threads=8"]
            return [sys.executable, "-m", "gunicorn", "config.wsgi", bind, *size, "--no-control-socket"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        pool = ["--pool=prefork", "--concurrency=1", f"--hostname={name}@%h"]
        return [sys.executable, "-m", "celery", "-A", "config", "worker", "-l", "WARNING", *pool, *quiet]

    def start(self, *names: str) -> None:
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                # A session of its own: killed with all its children at once.
                self.processes[name] = subprocess.Popen(  # noqa: S603 (our own words)
                    self.program(name),
                    cwd=ROOT,
                    env={**os.environ, **self.environment()},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def kill(self, name: str) -> None:
        """SIGKILL, children and all: nobody gets to tidy up."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def cut_connections(self) -> None:
        """What a restart of the database does to everybody who is connected, this process included."""
        self._on_server(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'"  # noqa: S608
        )

    def freeze(self, name: str, seconds: float) -> None:
        """Stand still and go on, as a machine does that is moved or short of memory."""
        group = self.processes[name].pid
        os.killpg(group, signal.SIGSTOP)
        time.sleep(seconds)
        os.killpg(group, signal.SIGCONT)

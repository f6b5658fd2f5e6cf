from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command

from rating.management.commands.run_attune import demo_environment
from rating.management.supervisor import MAX_DEATHS, Child, ChildDiedError, Supervisor, port_is_free
from tests.running import ROOT, environment, free_port, run_attune


def get(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_run_attune_with_demo_serves_pages_and_lets_the_worker_make_the_report(tmp_path: Path) -> None:
    with run_attune("--demo", env=environment(tmp_path), seconds=300) as running:
        running.read_until("Attune is ready")
        statuses = [get(running.port, path) for path in ("/healthz", "/accounts/login/")]
        running.read_until("The report is ready")
        code = running.interrupt()

    assert statuses == [200, 200]
    assert code == 0
    assert running.lines[-1] == "==> Stopped"
    assert port_is_free("127.0.0.1", running.port)
    # The demo's data lie apart from those of `make run`.
    assert [path.name for path in tmp_path.glob("**/attune.sqlite3")] == ["attune.sqlite3"]
    assert (tmp_path / "demo" / "attune.sqlite3").is_file()


@pytest.fixture
def scratch_database() -> Iterator[str]:
    """The address of an empty PostgreSQL database beside the one that tests use."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres") or not os.environ.get("CELERY_BROKER_URL", "").startswith("redis"):
        pytest.skip("needs PostgreSQL and Redis: set DATABASE_URL and CELERY_BROKER_URL")
    name = f"attune_run_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.services
def test_run_attune_on_postgresql_and_redis_lets_the_worker_do_a_job(
    scratch_database: str, tmp_path: Path
) -> None:
    broker = urlsplit(os.environ["CELERY_BROKER_URL"])._replace(path="/9").geturl()
    env = environment(tmp_path, DATABASE_URL=scratch_database, CELERY_BROKER_URL=broker)
    for command in ("migrate", "load_demo"):
        subprocess.run(  # noqa: S603 (our own words)
            [sys.executable, "manage.py", command], cwd=ROOT, env=env, check=True, capture_output=True
        )

    with (
        run_attune(env=env, seconds=300) as running,
        psycopg.connect(scratch_database, autocommit=True) as rows,
    ):
        running.read_until("Attune is ready")
        states = ["queued"]
        while states[-1] in {"queued", "running"} and running.process.poll() is None:
            Event().wait(0.3)
            states += [row[0] for row in rows.execute("SELECT state FROM annotation_job")]
        code = running.interrupt()

    assert (states[-1], code) == ("done", 0)


def test_run_attune_on_an_empty_database_says_how_to_make_the_first_owner(tmp_path: Path) -> None:
    with run_attune(env=environment(tmp_path), seconds=60) as running:
        running.read_until("manage.py create_owner")
        running.read_until("Stop with Ctrl+C")
        code = running.interrupt()

    assert code == 0
    assert (tmp_path / "attune.sqlite3").is_file()


def test_run_attune_when_port_is_taken_says_so_before_doing_anything() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} on 127.0.0.1 is taken"):
            call_command("run_attune", port=port)


def test_demo_environment_with_real_servers_named_leaves_them_out() -> None:
    real = {"DATABASE_URL": "postgres://db/real", "CELERY_BROKER_URL": "redis://real", "LANG": "C.UTF-8"}

    made = demo_environment(real, Path("/data"))

    assert made == {"LANG": "C.UTF-8", "ATTUNE_DATA_DIR": "/data/demo"}


def test_supervisor_when_a_child_dies_names_it_and_shows_its_last_words(tmp_path: Path) -> None:
    child = Child("worker", ["no_such_module_of_ours"], tmp_path / "log" / "worker.log")
    supervisor = Supervisor([child], ROOT)
    supervisor.start()

    with pytest.raises(ChildDiedError, match=r"(?s)The worker stopped with code 1.*no_such_module_of_ours"):
        supervisor.wait_until(lambda: False, seconds=30)


def test_supervisor_when_a_child_is_killed_starts_it_again_until_it_dies_too_often(tmp_path: Path) -> None:
    (tmp_path / "brief.py").write_text("print('alive', flush=True)\n")
    child = Child("worker", ["brief"], tmp_path / "worker.log")
    supervisor = Supervisor([child], tmp_path)
    supervisor.start()

    with pytest.raises(ChildDiedError, match="The worker stopped with code 0"):
        supervisor.watch(lambda: None, every=0.01)

    assert child.log.read_text().count("alive") == 1 + MAX_DEATHS


def test_supervisor_when_child_ignores_the_request_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rating.management.supervisor.STOP_SECONDS", 0.5)
    deaf = tmp_path / "deaf.py"
    deaf.write_text(
        "import signal, threading\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True)\n"
        "threading.Event().wait()\n"
    )
    child = Child("worker", ["deaf"], tmp_path / "worker.log")
    supervisor = Supervisor([child], tmp_path)
    supervisor.start()
    assert supervisor.wait_until(lambda: "deaf" in child.log.read_text(), seconds=30)

    supervisor.stop()

    assert child.process is not None
    assert child.process.poll() == -9


def test_port_is_free_when_nobody_listens() -> None:
    assert port_is_free("127.0.0.1", free_port())

from __future__ import annotations

import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rating.management.commands.run_attune import demo_environment
from rating.management.supervisor import Child, ChildDiedError, Supervisor, port_is_free
from tests.running import ROOT, environment, free_port, run_attune


def get(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_run_attune_with_demo_serves_pages_and_lets_the_worker_make_the_report(tmp_path: Path) -> None:
    with run_attune("--demo", env=environment(tmp_path), seconds=110) as running:
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

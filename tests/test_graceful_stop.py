"""The web server as it is deployed: what is in hand when it is asked to stop is finished."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

from tests.conftest import ROOT
from tests.running import free_port


def until(happened: Callable[[], bool]) -> None:
    for _ in range(1500):
        if happened():
            return
        Event().wait(0.02)
    raise AssertionError("it did not happen within half a minute")


def test_web_server_asked_to_stop_finishes_the_request_in_hand(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn_conf", "tests.waiting_wsgi"]
    given = {"ATTUNE_DATA_DIR": str(tmp_path), "TMPDIR": str(tmp_path), "LOG_FORMAT": "json"}
    env = {**os.environ, **given, "METRICS_TOKEN": "hush"}
    server = subprocess.Popen(  # noqa: S603 (our own words)
        [*command, f"--bind=127.0.0.1:{port}"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
    )
    answers: list[bytes] = []

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/")
        answers.append(connection.getresponse().read())
        connection.close()

    try:
        assert server.stderr is not None
        until(lambda: "Booting worker" in server.stderr.readline())  # type: ignore[union-attr]
        asking = Thread(target=ask)
        asking.start()
        until((tmp_path / "in_hand").exists)
        server.terminate()
        until(lambda: "Handling signal" in server.stderr.readline())  # type: ignore[union-attr]
        (tmp_path / "go_on").touch()
        asking.join(timeout=60)
        _, rest = server.communicate(timeout=60)
    finally:
        server.kill()
        server.communicate()
    assert (answers, server.returncode) == ([b"finished"], 0)
    assert list(tmp_path.glob("attune-metrics-*")) == []
    # Lines of the server itself are JSON too.
    assert all(line.startswith('{"at"') for line in rest.splitlines())

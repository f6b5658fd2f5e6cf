"""Real processes, really killed: a short round of the campaign in benchmarks/kill_campaign.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from threading import Timer
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT, absent


@pytest.mark.services
def test_killing_workers_web_server_broker_and_connections_loses_and_doubles_nothing() -> None:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("needs PostgreSQL: set DATABASE_URL")
    if shutil.which("redis-server") is None:
        absent("needs the program redis-server")
    server = urlsplit(url)._replace(path="/postgres").geturl()
    kinds = ["--kinds", "workers:rows", "web", "database", "broker", "workers:pieces"]
    size = ["--rounds=1", "--items=6"]
    with subprocess.Popen(  # noqa: S603 (our own words)
        [sys.executable, "-m", "benchmarks.kill_campaign", f"--server={server}", *size, *kinds],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as campaign:
        # Asked, not killed, when it takes too long: it stops what it has started.
        limit = Timer(600, campaign.terminate)
        limit.start()
        told, _ = campaign.communicate()
        limit.cancel()
    assert campaign.returncode == 0, told
    assert "nothing lost, nothing doubled, nothing stuck" in told

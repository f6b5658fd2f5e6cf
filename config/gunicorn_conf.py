"""The web server's own settings: `gunicorn -c python:config.gunicorn_conf config.wsgi`.

Number of processes by WEB_CONCURRENCY, address by `--bind`. On SIGTERM no new request is taken and those in
hand get `graceful_timeout` seconds.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from config.environment import log_format, log_level
from config.logs import logging_settings
from config.readers import secret, whole

worker_class = "gthread"
threads = whole("WEB_THREADS", 8, least=1)
timeout = 60
graceful_timeout = 25
# A process that has grown over weeks is replaced, not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
# Heartbeats are files: on a disk they would wait for it.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (names are drawn)
control_socket_disable = True
# Requests are logged by the program, by route; here are gunicorn's own lines (starting, stopping).
logconfig_dict: dict[str, Any] = {
    **logging_settings(as_json=log_format() == "json", level=log_level()),
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}

# Counts of all processes of this server, and of it alone: another one may share the data folder.
_metrics = mkdtemp(prefix="attune-metrics-") if secret("METRICS_TOKEN") else ""
# Set before the program is loaded: the library reads it when it is imported.
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_metrics}"] if _metrics else []


def child_exit(server: object, worker: Any) -> None:
    del server
    if _metrics:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: object) -> None:
    del server
    if _metrics:
        shutil.rmtree(_metrics, ignore_errors=True)

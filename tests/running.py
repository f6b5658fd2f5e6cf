"""Start the real thing (`manage.py run_attune`) in a data folder of its own, for tests and screenshots."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """This process's environment without what tests set; embedded services unless `more` names others."""
    dropped = {"DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "ATTUNE_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", **more}


@dataclass
class Running:
    """A started program: `lines` are what it has printed up to where somebody read."""

    process: subprocess.Popen[str]
    port: int
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read_until(self, words: str) -> str:
        """The next line that holds `words`; fails with all that was printed when the program ends first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said: str = line.rstrip()
            self.lines.append(said)
            if words in said:
                return said
        raise AssertionError(f"ended without saying {words!r}:\n" + "\n".join(self.lines))

    def interrupt(self) -> int:
        """Ctrl+C; the code it ends with."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate()
        self.lines.extend(rest.splitlines())
        return self.process.returncode


@contextmanager
def run_attune(*arguments: str, env: dict[str, str], seconds: float) -> Iterator[Running]:
    """`manage.py run_attune` on a free port; killed if it still runs after so many seconds."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 (our own words)
        [sys.executable, str(ROOT / "manage.py"), "run_attune", f"--port={port}", *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # SIGTERM first and last: killing the supervisor outright would leave its children alone.
    limit = Timer(seconds, process.terminate)
    limit.start()
    try:
        yield Running(process, port)
    finally:
        limit.cancel()
        if process.poll() is None:
            process.terminate()
            process.communicate()

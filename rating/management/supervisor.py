"""Run web server and worker as children, watch them, and stop both together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from time import monotonic
from types import FrameType

STOP_SECONDS = 12
# A child that was killed is started again; one that keeps dying within so many seconds is not.
MAX_DEATHS, DEATHS_WITHIN = 5, 600.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildDiedError(Exception):
    """A child ended by itself; the message says which, and the end of its log."""


def port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # Without it a port of a server stopped a moment ago counts as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(host: str, port: int, headers: dict[str, str]) -> bool:
    """Whether the health page says yes."""
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers=headers)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@dataclass
class Child:
    """A program of ours in a process of its own; what it prints goes to its log."""

    name: str
    arguments: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self, folder: Path) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A session of its own: Ctrl+C reaches the supervisor alone, which then stops both in order.
            self.process = subprocess.Popen(  # noqa: S603 (our own words)
                [sys.executable, "-m", *self.arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def refuse_dead(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        raise ChildDiedError(
            "\n".join([f"The {self.name} stopped with code {self.process.returncode}:", *lines])
        )

    def revive(self, folder: Path) -> None:
        """Start it again where it has ended; raises ChildDiedError when that happens too often."""
        if self.process is None or self.process.poll() is None:
            return
        self.deaths = [at for at in self.deaths if at > monotonic() - DEATHS_WITHIN] + [monotonic()]
        if len(self.deaths) > MAX_DEATHS:
            self.refuse_dead()
        self.start(folder)

    def stop(self, deadline: float) -> None:
        """Wait for an orderly end until `deadline` (monotonic seconds), then end it at once."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def web_server(host: str, port: int, logs: Path) -> Child:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = ["--worker-class=gthread", "--workers=1", "--threads=8", "--graceful-timeout=10"]
    quiet = ["--log-level=warning", "--no-control-socket"]
    arguments = ["gunicorn", "config.wsgi", f"--bind={address}", *options, *quiet]
    return Child("web server", arguments, logs / "web.log")


def worker(logs: Path) -> Child:
    options = ["--pool=threads", "--concurrency=2", "--loglevel=WARNING"]
    # Nobody else listens on the embedded broker: talk among workers would only write files.
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Child("worker", ["celery", "-A", "config", "worker", *options, *quiet], logs / "worker.log")


@dataclass
class Supervisor:
    """`folder`: where the children run, so that they find `config`."""

    children: Sequence[Child]
    folder: Path
    stopping: Event = field(default_factory=Event)

    def listen(self) -> None:
        """From here on a signal asks for an orderly stop."""

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            self.stopping.set()

        for number in STOP_SIGNALS:
            signal.signal(number, ask_to_stop)

    def start(self) -> None:
        for child in self.children:
            child.start(self.folder)

    def wait_until(self, is_ready: Callable[[], bool], *, seconds: float) -> bool:
        """Whether it became ready in time; False as well when asked to stop meanwhile."""
        deadline = monotonic() + seconds
        while monotonic() < deadline and not self.stopping.wait(0.2):
            self._refuse_dead()
            if is_ready():
                return True
        return False

    def watch(self, tick: Callable[[], None], *, every: float) -> None:
        """Call `tick` every so many seconds until asked to stop.

        A child that ends is started again, what it was at taken up; ChildDiedError when one keeps dying.
        """
        while not self.stopping.wait(every):
            for child in self.children:
                child.revive(self.folder)
            tick()

    def stop(self) -> None:
        """End both: requests and jobs in hand get a few seconds, the rest is taken up at the next start."""
        for child in self.children:
            if child.process is not None:
                with suppress(ProcessLookupError):
                    child.process.terminate()
        deadline = monotonic() + STOP_SECONDS
        for child in self.children:
            child.stop(deadline)

    def _refuse_dead(self) -> None:
        for child in self.children:
            child.refuse_dead()

"""From a copy of the code to pages, at rest and stopped again: `make bench-start`.

Copies what is committed into a folder of its own, installs what the program needs at run time, starts it on
nothing and once more on what is there then, and asks for the sign-in page until it comes. Memory is that of
all processes at rest, code they share counted once (Pss, from /proc/*/smaps_rollup). With DATABASE_URL the
database is the one named, which must be empty, and its processes are not counted.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.installation import ROOT, free_port

REST_SECONDS = 15
MEGABYTE = 1024 * 1024


def copy_of_the_code(folder: Path) -> Path:
    code = folder / "attune"
    code.mkdir()
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S607
    subprocess.run(["tar", "-x", "-C", str(code)], input=packed.stdout, check=True)  # noqa: S603, S607
    return code


def bytes_below(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from family(int(child))


def memory(pids: Sequence[int]) -> dict[str, int]:
    """Bytes by what runs."""
    told: dict[str, int] = {}
    for pid in pids:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        name = next((word for word in ("gunicorn", "celery", "run_attune") if word in words), "other")
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        kilobytes = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        told[name] = told.get(name, 0) + kilobytes * 1024
    return told


def page_comes(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running(code: Path, folder: Path) -> Iterator[tuple[int, float]]:
    """The program: (process, seconds until its first page)."""
    port, begun = free_port(), perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["ATTUNE_DATA_DIR"] = str(folder / "data")
    environment["PYTHONPYCACHEPREFIX"] = str(code / ".venv/compiled")
    command = [str(code / ".venv/bin/python"), "manage.py", "run_attune", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603 (ourselves)
        command, cwd=code, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        while not page_comes(port):
            if process.poll() is not None:
                raise SystemExit("The program did not start.")
            sleep(0.05)
        yield process.pid, perf_counter() - begun
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        begun = perf_counter()
        process.wait(60)
        print(f"{'stopped':44} {perf_counter() - begun:8.1f} s")


def tell(what: str, figure: float, unit: str) -> None:
    print(f"{what:44} {figure:8.1f} {unit}", flush=True)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="attune-start-"))
    print(f"load average {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    try:
        code = copy_of_the_code(folder)
        begun = perf_counter()
        subprocess.run(["make", "-s", ".venv/.base"], cwd=code, check=True, stdout=subprocess.DEVNULL)  # noqa: S607
        tell("run-time installation", perf_counter() - begun, "s")
        tell("its size", bytes_below(code / ".venv") / MEGABYTE, "MB")
        tell("what installs it, beside it", bytes_below(code / ".uv") / MEGABYTE, "MB")
        with running(code, folder) as (_pid, seconds):
            tell("first start, on nothing, until a page comes", seconds, "s")
        with running(code, folder) as (pid, seconds):
            tell("start until a page comes", seconds, "s")
            sleep(REST_SECONDS)
            parts = memory(list(family(pid)))
            for name, size in parts.items():
                tell(f"memory at rest, {name}", size / MEGABYTE, "MB")
            tell("memory at rest, all", sum(parts.values()) / MEGABYTE, "MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

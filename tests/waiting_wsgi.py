"""A program for the web server that answers only once a file is there: a request that takes its time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    del environ
    folder = Path(os.environ["ATTUNE_DATA_DIR"])
    (folder / "in_hand").touch()
    while not (folder / "go_on").exists():
        Event().wait(0.02)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"finished"]

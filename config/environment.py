"""Typed, strict readers of the environment: a wrong value refuses to start and says which."""

from __future__ import annotations

import secrets
from pathlib import Path

from environs import Env

env = Env()


def secret_key(data_dir: Path) -> str:
    """The key from SECRET_KEY, or one made once and kept in the data folder (embedded runs)."""
    given: str | None = env.str("SECRET_KEY", None)
    if given:
        return given
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Exclusive creation: of two processes that start at once, one writes and both read the same.
        try:
            with path.open("x") as handle:
                handle.write(secrets.token_urlsafe(50))
            path.chmod(0o600)
        except FileExistsError:
            pass
    return path.read_text().strip()


def broker_options(url: str, data_dir: Path) -> dict[str, object]:
    """Celery's transport options; the file-system transport needs folders of its own."""
    if not url.startswith("filesystem://"):
        return {}
    folder = data_dir / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    # One folder for both directions: producer and consumer share it, messages are files in it.
    return {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,
    }

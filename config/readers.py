"""Readers of one variable each: a wrong value refuses to start and says which, what it says, what it takes.

An empty value is none: compose files pass on what nobody has set. What a secret says is never told.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from environs import EnvError

YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def wrong(name: str, takes: str, *, got: str | None = None) -> EnvError:
    """The error to raise. `got` stays out where it may be, or hold, a secret."""
    said = f" it says “{got}”." if got is not None else ""
    return EnvError(f'Environment variable "{name}" is wrong:{said} It takes {takes}.')


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    said = text(name)
    if not said:
        return default
    if said.lower() not in YES | NO:
        raise wrong(name, "true or false", got=said)
    return said.lower() in YES


def whole(name: str, default: int, *, least: int = 0) -> int:
    said = text(name)
    if not said:
        return default
    if not said.isdecimal() or int(said) < least:
        raise wrong(name, f"a whole number of {least} or more", got=said)
    return int(said)


def choice(name: str, default: str, *, among: Sequence[str]) -> str:
    """One of `among`, however it is capitalised; "" among them is the empty value."""
    said = text(name, default)
    for one in among:
        if said.lower() == one.lower():
            return one
    raise wrong(name, "one of: " + ", ".join(filter(None, among)), got=said)


def listed(name: str, default: Sequence[str] = ()) -> list[str]:
    """Values between commas."""
    return [one.strip() for one in text(name).split(",") if one.strip()] or list(default)


def folder(name: str, default: Path) -> Path:
    """A folder that is there, or can be made."""
    said = text(name)
    path = Path(said) if said else default
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "it cannot be made"
        raise wrong(name, f"a folder that is there or can be made ({reason})", got=str(path)) from error
    return path


def secret(name: str) -> str:
    """The value of NAME, or of the file that NAME_FILE names (container and service managers do so)."""
    said, path = text(name), text(f"{name}_FILE")
    if said and path:
        raise EnvError(f'Environment variables "{name}" and "{name}_FILE" are both set: keep one of them.')
    if not path:
        return said
    try:
        held = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(f"{name}_FILE", "the path of a file that this process can read", got=path) from error
    if not held:
        raise wrong(f"{name}_FILE", "the path of a file that is not empty", got=path)
    return held

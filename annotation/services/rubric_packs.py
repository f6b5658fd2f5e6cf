"""Rubric documents: those that come with the program, and those somebody uploads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings

from annotation.errors import Code, DomainError

MAX_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Pack:
    key: str
    name: str


def shipped_packs() -> list[Pack]:
    """The rubrics that come with the program, by name."""
    files = sorted((settings.BASE_DIR / "fixtures" / "rubrics").glob("*.json"))
    return [Pack(file.stem, json.loads(file.read_text(encoding="utf-8"))["name"]) for file in files]


def shipped_document(key: str) -> dict[str, Any]:
    """The document of a shipped pack.

    Raises:
        DomainError: there is no pack of this key.
    """
    if key not in {pack.key for pack in shipped_packs()}:
        raise DomainError(Code.INVALID, "There is no shipped rubric of this name.")
    path = settings.BASE_DIR / "fixtures" / "rubrics" / f"{key}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def uploaded_document(file: IO[bytes]) -> dict[str, Any]:
    """The rubric in an uploaded JSON file. Its contents are checked when it is loaded.

    Raises:
        DomainError: too large, not UTF-8, not JSON, or not an object.
    """
    body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise DomainError(Code.TOO_LARGE, "A rubric file may be 1 MB at most.")
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DomainError(Code.INVALID_FILE, "The file is not UTF-8 text. Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        words = f"The file is not JSON: line {error.lineno}, column {error.colno}."
        raise DomainError(Code.INVALID_FILE, words) from error
    except RecursionError as error:
        raise DomainError(Code.INVALID_FILE, "The file is nested too deeply for a rubric.") from error
    if not isinstance(document, dict):
        raise DomainError(Code.INVALID_FILE, "The file does not hold a rubric: expected an object.")
    return document

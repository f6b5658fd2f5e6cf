"""Rubric documents: those that come with the program, and those somebody uploads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError

MAX_BYTES = 1024 * 1024


# Seconds that one answer takes, by kind; of a kind with parts, each part.
SECONDS = {
    "scale": 10,
    "flag": 4,
    "slider": 10,
    "multi": 3,
    "checklist": 6,
    "pair": 15,
    "ranking": 10,
    "best_worst": 10,
    "spans": 15,
    "text": 45,
}
FIRST = "core"


@dataclass(frozen=True)
class Pack:
    """What a rubric says of itself before anybody takes it."""

    key: str
    name: str
    purpose: str
    source: str
    licence: str
    n_questions: int
    minutes: int

    @classmethod
    def of(cls, document: dict[str, Any]) -> Pack:
        words = {field: document.get(field, "") for field in ("key", "name", "purpose", "source", "licence")}
        questions = document["questions"]
        return cls(n_questions=len(questions), minutes=answering_minutes(questions), **words)


def answering_minutes(questions: list[dict[str, Any]]) -> int:
    """A rough estimate, by kinds and parts, of what answering takes once the questions are known.

    One reply; reading it and the conversation is not in it. At least one minute.

    >>> answering_minutes([{"kind": "text"}, {"kind": "multi", "options": [1, 2, 3, 4, 5]}, {}])
    2
    """
    times = [SECONDS[one.get("kind", "scale")] * (len(one.get("options", [])) or 1) for one in questions]
    return -(-sum(times) // 60)


def shipped_packs() -> list[Pack]:
    """The rubrics that come with the program: the core one, then the others by name."""
    files = (settings.BASE_DIR / "fixtures" / "rubrics").glob("*.json")
    packs = [Pack.of(json.loads(file.read_text(encoding="utf-8"))) for file in files]
    return sorted(packs, key=lambda pack: (pack.key != FIRST, pack.name))


def shipped_document(key: str) -> dict[str, Any]:
    """The document of a shipped pack.

    Raises:
        DomainError: there is no pack of this key.
    """
    if key not in {pack.key for pack in shipped_packs()}:
        raise DomainError(Code.INVALID, _("There is no shipped rubric of this name."))
    path = settings.BASE_DIR / "fixtures" / "rubrics" / f"{key}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def uploaded_document(file: IO[bytes]) -> dict[str, Any]:
    """The rubric in an uploaded JSON file. Its contents are checked when it is loaded.

    Raises:
        DomainError: too large, not UTF-8, not JSON, or not an object.
    """
    body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise DomainError(Code.TOO_LARGE, _("A rubric file may be 1 MB at most."))
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DomainError(Code.INVALID_FILE, _("The file is not UTF-8 text. Save it as UTF-8.")) from error
    except json.JSONDecodeError as error:
        words = f"The file is not JSON: line {error.lineno}, column {error.colno}."
        raise DomainError(Code.INVALID_FILE, words) from error
    except RecursionError as error:
        raise DomainError(Code.INVALID_FILE, _("The file is nested too deeply for a rubric.")) from error
    except ValueError as error:  # a number of thousands of digits
        raise DomainError(Code.INVALID_FILE, "The file is not JSON that can be read.") from error
    if not isinstance(document, dict):
        raise DomainError(Code.INVALID_FILE, _("The file does not hold a rubric: expected an object."))
    return document

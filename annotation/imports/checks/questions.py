"""The questions of a ratings file: from a rubric document, or made from the file's dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_SCALE = re.compile(r"(-?\d{1,3})\s*(?:-|–|\.\.)\s*(-?\d{1,3})", re.ASCII)
MAX_LEVELS = 101
MAX_DIMENSIONS = 200


@dataclass(frozen=True)
class AskedQuestion:
    """What a ratings file is checked against: the question's key and the values of its scale."""

    key: str
    levels: frozenset[float]

    @property
    def scale_words(self) -> str:
        return f"{min(self.levels):g}–{max(self.levels):g}"


def scale_of(words: str) -> range:
    """The points of a scale given as “1-5” or “0–10”. Raises ValueError.

    >>> list(scale_of("1-3"))
    [1, 2, 3]
    """
    match = _SCALE.fullmatch(words.strip())
    if match is None:
        raise ValueError(f"“{words}” is not a scale: write the lowest and the highest point, as in 1-5.")
    low, high = int(match[1]), int(match[2])
    if not 1 <= high - low < MAX_LEVELS:
        raise ValueError(f"A scale has between 2 and {MAX_LEVELS} points, the lowest first.")
    return range(low, high + 1)


def key_of(name: str) -> str:
    """A question's key from its name in a file.

    >>> key_of("Guidance & care")
    'guidance-care'
    """
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-_")[:60]


def words_of(name: str) -> str:
    """E.g. "validating_emotions" as "Validating emotions"."""
    spaced = re.sub(r"[_-]+", " ", name).strip()
    return spaced[:1].upper() + spaced[1:]


def document_of(names: Iterable[str], points: range, measurement: str) -> dict[str, Any]:
    """A rubric document with one question per dimension, all on one scale without words.

    Raises:
        ValueError: names without letters or digits, or names that give the same key; too many.
    """
    keys: dict[str, str] = {}
    for name in names:
        key = key_of(name)
        if not key:
            raise ValueError(f"the dimension “{name}” has no letters or digits to make a key from.")
        if keys.setdefault(key, name) != name:
            raise ValueError(f"the dimensions “{keys[key]}” and “{name}” differ only in case or signs.")
    if len(keys) > MAX_DIMENSIONS:
        raise ValueError(f"there are {len(keys)} dimensions; at most {MAX_DIMENSIONS} are expected.")
    levels = [{"value": point, "label": str(point)} for point in points]
    return {
        "key": "imported",
        "name": "Questions of the imported ratings",
        "note": "Made from a file of ratings: the words that its raters read are not known.",
        "scales": {"imported": {"measurement": measurement, "levels": levels}},
        "questions": [_question(key, name) for key, name in sorted(keys.items())],
    }


def _question(key: str, name: str) -> dict[str, Any]:
    return {
        "key": key,
        "text": words_of(name),
        "scale": "imported",
        "target": "item",
        "required": False,
        "allows_evidence": True,
    }


def questions_of(document: Mapping[str, Any]) -> dict[str, AskedQuestion]:
    """The questions of a sound rubric document by key."""
    levels = {
        key: frozenset(float(level["value"]) for level in body["levels"])
        for key, body in document["scales"].items()
    }
    return {body["key"]: AskedQuestion(body["key"], levels[body["scale"]]) for body in document["questions"]}


def with_measurement(document: Mapping[str, Any], measurement: str) -> dict[str, Any]:
    """The document with every ordinal or interval scale declared at this level; "" leaves it as it is."""
    if not measurement:
        return dict(document)
    rated = {"ordinal", "interval"}
    scales = {
        key: {**body, "measurement": measurement} if body["measurement"] in rated else body
        for key, body in document["scales"].items()
    }
    return {**document, "scales": scales}

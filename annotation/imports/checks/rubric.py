"""Every defect of a rubric document, as sentences that name the place. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

KEY = re.compile(r"^[a-z0-9][a-z0-9_-]{0,59}$")
MEASUREMENTS = ("nominal", "ordinal", "interval", "ratio")
KINDS = ("scale", "flag")
TARGETS = ("item", "response")
POLARITIES = ("higher_is_better", "lower_is_better", "neutral")
CHOICES = {"kind": KINDS, "target": TARGETS, "polarity": POLARITIES}
LIMITS = {"text": 500, "standard_text": 500}


def rubric_defects(document: object) -> list[str]:
    """An empty list means that the document can be loaded.

    >>> rubric_defects({"key": "x", "name": "X", "scales": {}, "questions": []})
    ['“scales” is empty: a rubric needs at least one.', '“questions” is empty: a rubric needs at least one.']
    """
    if not isinstance(document, Mapping):
        return ["The file does not hold a rubric: expected an object with key, name, scales and questions."]
    found = [*_top(document)]
    if found:
        return found
    for key, body in document["scales"].items():
        found.extend(_scale(key, body))
    found.extend(_questions(document["questions"], document["scales"]))
    return found


def _top(document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document.get("key"), str) or not KEY.match(document["key"]):
        yield "“key” is missing or has other characters than a-z, 0-9, - and _."
    if not isinstance(document.get("name"), str) or not document["name"].strip():
        yield "“name” is missing."
    for field, kind in (("scales", Mapping), ("questions", list)):
        if not isinstance(document.get(field), kind):
            yield f"“{field}” is missing or of the wrong kind."
        elif not document[field]:
            yield f"“{field}” is empty: a rubric needs at least one."


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _scale(key: str, body: object) -> Iterator[str]:
    place = f"Scale “{key}”"
    if not isinstance(body, Mapping) or not isinstance(body.get("levels"), list):
        yield f"{place}: expected an object with measurement and a list of levels."
        return
    if not KEY.match(key):
        yield f"{place}: the key has other characters than a-z, 0-9, - and _."
    if body.get("measurement") not in MEASUREMENTS:
        yield f"{place}: “measurement” must be one of {', '.join(MEASUREMENTS)}."
    values = [level.get("value") if isinstance(level, Mapping) else None for level in body["levels"]]
    if len(values) < 2:
        yield f"{place}: a scale needs at least two levels."
    if not all(_is_number(value) for value in values):
        yield f"{place}: every level needs a number as “value”."
    elif len(set(values)) < len(values):
        yield f"{place}: two levels have the same value."
    if not all(
        isinstance(level, Mapping) and str(level.get("label", "")).strip() for level in body["levels"]
    ):
        yield f"{place}: every level needs words (“label”)."


def _questions(questions: list[Any], scales: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for number, body in enumerate(questions, start=1):
        if not isinstance(body, Mapping) or not isinstance(body.get("key"), str):
            yield f"Question {number}: expected an object with a “key”."
            continue
        place = f"Question {number} (“{body['key']}”)"
        if not KEY.match(body["key"]):
            yield f"{place}: the key has other characters than a-z, 0-9, - and _."
        if body["key"] in seen:
            yield f"{place}: the key stands there twice."
        seen.add(body["key"])
        yield from _question(place, body, scales)


def _question(place: str, body: Mapping[str, Any], scales: Mapping[str, Any]) -> Iterator[str]:
    if body.get("scale") not in scales:
        yield f"{place}: “scale” names no scale of this rubric."
    if not isinstance(body.get("text"), str) or not body["text"].strip():
        yield f"{place}: “text” is missing."
    for field, allowed in CHOICES.items():
        if field in body and body[field] not in allowed:
            yield f"{place}: “{field}” must be one of {', '.join(allowed)}."
    for field, limit in LIMITS.items():
        if len(str(body.get(field, ""))) > limit:
            yield f"{place}: “{field}” is longer than {limit} characters."

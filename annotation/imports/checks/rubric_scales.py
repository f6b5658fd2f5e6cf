"""Scales of a rubric document: their defects, their points, and those that come by themselves. Pure."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

# \Z: a dollar would let a line end pass.
KEY = re.compile(r"^[a-z0-9][a-z0-9_-]{0,59}\Z")
MEASUREMENTS = ("nominal", "ordinal", "interval", "ratio")
MAX_LEVELS = 201
# What the database keeps of a point's words.
WORDS = {"label": 200, "definition": 500}
BAD_KEY = "the key has other characters than a-z, 0-9, - and _."


def _levels(*pairs: tuple[float, str]) -> list[dict[str, Any]]:
    return [{"value": value, "label": label} for value, label in pairs]


YES_NO = {"measurement": "nominal", "levels": _levels((0, "No"), (1, "Yes"))}
# What a question of this kind is answered on where it names no scale.
USUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "flag": ("yes_no", YES_NO),
    "multi": ("yes_no", YES_NO),
    "spans": ("yes_no", YES_NO),
    "checklist": (
        "coverage",
        {"measurement": "ordinal", "levels": _levels((0, "Missing"), (1, "Partial"), (2, "Covered"))},
    ),
    "pair": (
        "preference",
        {
            "measurement": "ordinal",
            "levels": _levels(
                (-2, "Clearly the first"),
                (-1, "Rather the first"),
                (0, "No difference"),
                (1, "Rather the second"),
                (2, "Clearly the second"),
            ),
        },
    ),
    "ranking": (
        "places",
        {"measurement": "ordinal", "levels": _levels((1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"))},
    ),
    "best_worst": (
        "best_worst",
        {"measurement": "ordinal", "levels": _levels((-1, "Worst"), (0, "Neither"), (1, "Best"))},
    ),
}


def scales_of(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every scale the document's questions use, with its points written out.

    >>> body = {"measurement": "interval", "from": 0, "to": 100, "step": 50, "anchors": {"0": "calm"}}
    >>> scales_of({"scales": {"distress": body}, "questions": []})["distress"]["levels"]
    [{'value': 0, 'label': 'calm'}, {'value': 50, 'label': ''}, {'value': 100, 'label': ''}]
    """
    scales = {key: _written_out(body) for key, body in document.get("scales", {}).items()}
    for question in document["questions"]:
        # What is no question has its own defect.
        usual = _usual(question) if isinstance(question, Mapping) and "scale" not in question else None
        if usual is not None:
            scales.setdefault(*usual)
    return scales


def _usual(question: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    kind = question.get("kind")
    return USUAL.get(kind) if isinstance(kind, str) else None


def scale_key(question: Mapping[str, Any]) -> str | None:
    """Key of the scale a question is answered on; None for free text."""
    if "scale" in question:
        return str(question["scale"])
    usual = _usual(question)
    return usual[0] if usual else None


def _written_out(body: Mapping[str, Any]) -> dict[str, Any]:
    if "levels" in body:
        return dict(body)
    anchors = body.get("anchors", {})
    levels = [{"value": value, "label": str(anchors.get(f"{value:g}", ""))} for value in _points(body)]
    return {"measurement": body["measurement"], "levels": levels}


def _points(body: Mapping[str, Any]) -> list[float]:
    n_steps = round((body["to"] - body["from"]) / body["step"])
    return [body["from"] + n * body["step"] for n in range(n_steps + 1)]


def is_number(value: object) -> TypeGuard[float]:
    """A number that can be stored, and not true or false. `isfinite` breaks at integers of 400 digits."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def scale_defects(key: str, body: object) -> Iterator[str]:
    """Every defect of one scale, as sentences."""
    place = f"Scale “{key}”"
    is_range = isinstance(body, Mapping) and "levels" not in body and "from" in body
    if not isinstance(body, Mapping) or not (is_range or isinstance(body.get("levels"), list)):
        yield f"{place}: expected an object with measurement and a list of levels."
        return
    if not KEY.match(key):
        yield f"{place}: {BAD_KEY}"
    if body.get("measurement") not in MEASUREMENTS:
        yield f"{place}: “measurement” must be one of {', '.join(MEASUREMENTS)}."
    yield from _range_defects(place, body) if is_range else _level_defects(place, body["levels"])


def _range_defects(place: str, body: Mapping[str, Any]) -> Iterator[str]:
    numbers = [body.get(name) for name in ("from", "to", "step")]
    if not all(is_number(number) for number in numbers):
        yield f"{place}: “from”, “to” and “step” must be numbers."
        return
    low, high, step = (float(number) for number in numbers if number is not None)
    if step <= 0 or high <= low or not math.isclose(((high - low) / step) % 1, 0, abs_tol=1e-9):
        yield f"{place}: “to” must lie a whole number of steps above “from”."
        return
    if (high - low) / step >= MAX_LEVELS:
        yield f"{place}: more than {MAX_LEVELS} points."
        return
    anchors = body.get("anchors", {})
    ends = {f"{low:g}", f"{high:g}"}
    if isinstance(anchors, Mapping) and any(len(str(words)) > WORDS["label"] for words in anchors.values()):
        yield f"{place}: words for a point have more than {WORDS['label']} characters."
    if not isinstance(anchors, Mapping) or not ends <= set(anchors):
        yield f"{place}: both ends need words (“anchors”)."
    elif not set(anchors) <= {f"{point:g}" for point in _points(body)}:
        yield f"{place}: words for a point that the scale does not have."


def _level_defects(place: str, levels: list[Any]) -> Iterator[str]:
    values = [level.get("value") if isinstance(level, Mapping) else None for level in levels]
    if len(values) < 2:
        yield f"{place}: a scale needs at least two levels."
    if len(values) > MAX_LEVELS:
        yield f"{place}: more than {MAX_LEVELS} levels."
    if not all(is_number(value) for value in values):
        yield f"{place}: every level needs a number as “value”."
    elif len(set(values)) < len(values):
        yield f"{place}: two levels have the same value."
    if not all(isinstance(level, Mapping) and str(level.get("label", "")).strip() for level in levels):
        yield f"{place}: every level needs words (“label”)."
        return
    for field, limit in WORDS.items():
        if any(len(str(level.get(field, ""))) > limit for level in levels):
            yield f"{place}: “{field}” of a level has more than {limit} characters."
        if not all(isinstance(level.get(field, ""), str) for level in levels):
            yield f"{place}: “{field}” of a level must be text."

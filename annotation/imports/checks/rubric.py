"""Every defect of a rubric document, as sentences that name the place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotation.imports.checks.rubric_questions import order_defects, question_defects, shape_defects
from annotation.imports.checks.rubric_scales import KEY, is_number, scale_defects, scales_of
from annotation.text import is_storable

# What a document says of itself.
ABOUT = {"language": 12, "note": 10_000, "guidelines": 60_000, "purpose": 1_000, "source": 1_000}
ABOUT |= {"licence": 1_000, "sign_off": 1_000}
MAX_NAME, MAX_DEPTH = 200, 12
NO_QUESTIONS = "“questions” is empty: a rubric needs at least one."


def rubric_defects(document: object) -> list[str]:
    """An empty list means that the document can be loaded.

    >>> rubric_defects({"key": "x", "name": "X", "scales": {}, "questions": []})
    ['“questions” is empty: a rubric needs at least one.']
    """
    if not isinstance(document, Mapping):
        return ["The file does not hold a rubric: expected an object with key, name, scales and questions."]
    found = [*_unfit(document)] or [*_top(document)]
    if found:
        return found
    for key, body in document.get("scales", {}).items():
        found.extend(scale_defects(key, body))
    if found or not all(isinstance(body, Mapping) for body in document["questions"]):
        return [*found, *question_defects(document["questions"], document.get("scales", {}))]
    found = list(question_defects(document["questions"], scales_of(document)))
    return found or list(order_defects(document["questions"], document.get("order", [])))


def draft_defects(document: Mapping[str, Any]) -> list[str]:
    """What even a draft may not have. It can be kept without questions, and with questions in an order that
    cannot be published."""
    found = [*_unfit(document)] or [defect for defect in _top(document) if defect != NO_QUESTIONS]
    if found:
        return found
    for key, body in document.get("scales", {}).items():
        found.extend(scale_defects(key, body))
    return found or list(shape_defects(document["questions"], scales_of(document)))


def _unfit(document: Mapping[str, Any]) -> Iterator[str]:
    """What no database keeps, wherever it stands. No recursion: the depth is the file's choice."""
    waiting: list[tuple[object, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            yield "The file is nested too deeply for a rubric."
            return
        if isinstance(value, str) and not is_storable(value):
            yield "A text holds characters that cannot be stored."
            return
        if isinstance(value, int | float) and not isinstance(value, bool) and not is_number(value):
            yield "A number is larger than can be stored."
            return
        inner = [*value, *value.values()] if isinstance(value, Mapping) else value
        waiting += [(one, depth + 1) for one in inner] if isinstance(inner, list) else []


def _top(document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document.get("key"), str) or not KEY.match(document["key"]):
        yield "“key” is missing or has other characters than a-z, 0-9, - and _."
    if not isinstance(document.get("name"), str) or not document["name"].strip():
        yield "“name” is missing."
    elif len(document["name"]) > MAX_NAME:
        yield f"“name” must be text of at most {MAX_NAME} characters."
    for field, limit in ABOUT.items():
        if not isinstance(document.get(field, ""), str) or len(document.get(field, "")) > limit:
            yield f"“{field}” must be text of at most {limit} characters."
    order = document.get("order", [])
    if not isinstance(order, list) or not all(isinstance(construct, str) for construct in order):
        yield "“order” must be a list of constructs."
    if not isinstance(document.get("scales", {}), Mapping):
        yield "“scales” is of the wrong kind."
    if not isinstance(document.get("questions"), list):
        yield "“questions” is missing or of the wrong kind."
    elif not document["questions"]:
        yield NO_QUESTIONS

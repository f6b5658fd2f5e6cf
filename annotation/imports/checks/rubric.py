"""Every defect of a rubric document, as sentences that name the place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotation.imports.checks.rubric_questions import order_defects, question_defects, shape_defects
from annotation.imports.checks.rubric_scales import KEY, scale_defects, scales_of

# What a document says of itself.
ABOUT = {"language": 12, "note": 10_000, "guidelines": 60_000, "purpose": 1_000, "source": 1_000}
ABOUT |= {"licence": 1_000, "sign_off": 1_000}
NO_QUESTIONS = "“questions” is empty: a rubric needs at least one."


def rubric_defects(document: object) -> list[str]:
    """An empty list means that the document can be loaded.

    >>> rubric_defects({"key": "x", "name": "X", "scales": {}, "questions": []})
    ['“questions” is empty: a rubric needs at least one.']
    """
    if not isinstance(document, Mapping):
        return ["The file does not hold a rubric: expected an object with key, name, scales and questions."]
    found = [*_top(document)]
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
    found = [defect for defect in _top(document) if defect != NO_QUESTIONS]
    if found:
        return found
    for key, body in document.get("scales", {}).items():
        found.extend(scale_defects(key, body))
    return found or list(shape_defects(document["questions"], scales_of(document)))


def _top(document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document.get("key"), str) or not KEY.match(document["key"]):
        yield "“key” is missing or has other characters than a-z, 0-9, - and _."
    if not isinstance(document.get("name"), str) or not document["name"].strip():
        yield "“name” is missing."
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

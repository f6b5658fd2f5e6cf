"""A rubric's document as it is built: every edit makes a new document from an earlier one. Pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from annotation.imports.checks.rubric_scales import scale_key

Document = dict[str, Any]
Edit = Callable[[Document], Document]

# The order in which a file is written: a database may keep the entries of an object in an order of its own.
ENTRIES: tuple[str, ...] = (
    "key",
    "name",
    "language",
    "purpose",
    "source",
    "licence",
    "note",
    "sign_off",
    "order",
)
ENTRIES += ("guidelines", "scales", "questions")
QUESTION_ENTRIES: tuple[str, ...] = (
    "key",
    "construct",
    "kind",
    "target",
    "layer",
    "polarity",
    "reverse",
    "scale",
    "required",
)
QUESTION_ENTRIES += ("allows_cannot_judge", "allows_evidence", "text", "standard_text", "help", "options")
SCALE_ENTRIES = ("measurement", "from", "to", "step", "anchors", "levels")
PART_ENTRIES: tuple[str, ...] = (
    "key",
    "value",
    "label",
    "definition",
    "example",
    "counterexample",
    "critical",
)
PART_ENTRIES += ("question", "part", "values", "language", "group", "text", "why", "help", "labels")


def blank_document(key: str, name: str, language: str = "en") -> Document:
    """A rubric without any question."""
    return {"key": key, "name": name, "language": language, "scales": {}, "questions": []}


def question_of(document: Mapping[str, Any], key: str) -> Document | None:
    """The question with this key."""
    return next((one for one in document["questions"] if one["key"] == key), None)


def free_key(wanted: str, taken: set[str]) -> str:
    """The key itself, or the first of key_2, key_3 … that nothing bears.

    >>> free_key("warmth", {"warmth", "warmth_2"})
    'warmth_3'
    """
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted[:55]}_{number}"
    return key


def with_question(document: Document, body: Document, *, instead_of: str = "") -> Document:
    """The question at the place of the one it replaces, or at the end.

    Where its key changed, conditions that wait for it follow.
    """
    made = copy.deepcopy(document)
    places = [place for place, one in enumerate(made["questions"]) if one["key"] == instead_of]
    if not places:
        made["questions"].append(body)
        return made
    made["questions"][places[0]] = body
    for one in made["questions"]:
        if (one.get("condition") or {}).get("question") == instead_of:
            one["condition"]["question"] = body["key"]
    return made


def without_question(document: Document, key: str) -> Document:
    questions = [one for one in document["questions"] if one["key"] != key]
    return {**document, "questions": questions}


def moved(document: Document, key: str, step: int) -> Document:
    """One place towards the beginning (−1) or the end (1); at the edge nothing changes."""
    questions = list(document["questions"])
    place = next((n for n, one in enumerate(questions) if one["key"] == key), None)
    if place is None or not 0 <= place + step < len(questions):
        return document
    questions[place], questions[place + step] = questions[place + step], questions[place]
    return {**document, "questions": questions}


def duplicated(document: Document, key: str) -> Document:
    """A copy right after the question, under a free key."""
    made = copy.deepcopy(document)
    keys = {one["key"] for one in made["questions"]}
    for place, one in enumerate(made["questions"]):
        if one["key"] == key:
            twin = {**copy.deepcopy(one), "key": free_key(key, keys)}
            made["questions"].insert(place + 1, twin)
            break
    return made


def with_scale(document: Document, key: str, body: Document) -> Document:
    return {**document, "scales": {**document.get("scales", {}), key: body}}


def without_scale(document: Document, key: str) -> Document:
    kept = {name: body for name, body in document.get("scales", {}).items() if name != key}
    return {**document, "scales": kept}


def users_of(document: Mapping[str, Any], key: str) -> list[str]:
    """Keys of the questions that are answered on a scale."""
    return [one["key"] for one in document["questions"] if scale_key(one) == key]


def wording_of(body: Mapping[str, Any], language: str, group: str) -> Document:
    """A question's words in a language for a group; empty where it has none."""
    for one in body.get("wordings", []):
        if (one["language"], one.get("group", "")) == (language, group):
            return dict(one)
    return {}


def with_wording(document: Document, key: str, wording: Document) -> Document:
    """The question with these words, instead of earlier ones for the same language and group."""
    return _reworded(document, key, wording["language"], wording.get("group", ""), [wording])


def without_wording(document: Document, key: str, language: str, group: str) -> Document:
    return _reworded(document, key, language, group, [])


def _reworded(document: Document, key: str, language: str, group: str, new: list[Document]) -> Document:
    made = copy.deepcopy(document)
    body = question_of(made, key)
    if body is None:
        return document
    earlier = body.pop("wordings", [])
    place = next(
        (n for n, one in enumerate(earlier) if (one["language"], one.get("group", "")) == (language, group)),
        len(earlier),
    )
    words = [*earlier[:place], *new, *earlier[place + 1 :]]
    if words:
        body["wordings"] = words
    return made


def with_about(document: Document, values: Mapping[str, Any]) -> Document:
    """What the rubric says of itself; an empty entry goes, but its name stays."""
    said = {name: value for name, value in values.items() if name in document or value not in ("", "en", [])}
    made = {**document, **said}
    return {name: value for name, value in made.items() if value or document.get(name) == value}


def languages_of(document: Mapping[str, Any]) -> list[str]:
    """Its own language, then those that some question has words in."""
    others = {words["language"] for one in document["questions"] for words in one.get("wordings", [])}
    own = str(document.get("language", "en"))
    return [own, *sorted(others - {own})]


def written(document: Mapping[str, Any]) -> Document:
    """The same document with its entries in the order of a file; lists and scales by their first use.

    >>> list(written({"questions": [], "scales": {}, "name": "X", "key": "x"}))
    ['key', 'name', 'scales', 'questions']
    """
    found: Document = _sorted(document, ENTRIES)
    if isinstance(found.get("questions"), list):
        found["questions"] = [_sorted(one, QUESTION_ENTRIES) for one in found["questions"]]
    if isinstance(found.get("scales"), Mapping):
        used = [scale_key(one) for one in found.get("questions", [])]
        places = {key: used.index(key) for key in found["scales"] if key in used}
        keys = sorted(found["scales"], key=lambda key: (places.get(key, len(used)), key))
        found["scales"] = {key: _sorted(found["scales"][key], SCALE_ENTRIES) for key in keys}
    return found


def _sorted(body: Any, first: tuple[str, ...]) -> Any:
    """An object's entries: those named first, then the others by name; the same inside it."""
    if isinstance(body, list):
        return [_sorted(one, PART_ENTRIES) for one in body]
    if not isinstance(body, Mapping):
        return body
    keys = [key for key in first if key in body] + sorted(key for key in body if key not in first)
    return {key: _sorted(body[key], PART_ENTRIES) for key in keys}

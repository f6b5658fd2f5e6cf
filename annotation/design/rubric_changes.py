"""What differs between two documents of a rubric, and whether it is words only. Pure.

A change of words leaves every answer what it was: a typo fix may consist of such changes and of no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from annotation.imports.checks.rubric_questions import FIXED_TARGETS, TRUTHS
from annotation.imports.checks.rubric_scales import scale_key, scales_of

Path = tuple[str, ...]
Deed = Literal["added", "removed", "changed", "moved"]
About = Literal["rubric", "question", "scale"]

ABOUT_WORDS = ("name", "purpose", "source", "licence", "note", "guidelines")
ABOUT_RULES = ("language", "sign_off", "order")
QUESTION_WORDS = ("text", "standard_text", "help", "examples")
PART_WORDS = frozenset({"label", "definition", "example", "counterexample"})
# What a question is where its document does not say.
UNSAID: dict[str, Any] = {"required": True, "allows_cannot_judge": True, "polarity": "neutral"}
MAX_POINTS = 12


@dataclass(frozen=True)
class Change:
    """One difference. `path` names the place inside the question, scale or rubric; `before` and `after` are
    what stood there, empty where nothing did."""

    about: About
    key: str
    deed: Deed
    path: Path = ()
    before: str = ""
    after: str = ""
    is_words: bool = False


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference: of the rubric, then its questions, then its scales. The same document: none."""
    found = [*_fields("rubric", "", _flat_about(before), _flat_about(after))]
    old, new = _questions(before), _questions(after)
    found += _came_and_went("question", {k: b["text"] for k, b in old.items()}, new)
    found += _moves([key for key in old if key in new], [key for key in new if key in old])
    for key in new:
        if key in old:
            found += _fields("question", key, _flat_question(old[key]), _flat_question(new[key]))
    scales_before, scales_after = scales_of(dict(before)), scales_of(dict(after))
    found += _came_and_went("scale", dict.fromkeys(scales_before, ""), scales_after)
    for key in scales_after:
        if key in scales_before:
            found += _fields("scale", key, _flat_scale(scales_before[key]), _flat_scale(scales_after[key]))
    return found


def is_words_only(changes: list[Change]) -> bool:
    """Whether answers given before and after mean the same by everything that a program can tell."""
    return all(change.is_words for change in changes)


def _questions(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {body["key"]: body for body in document.get("questions", [])}


def _came_and_went(about: About, old: Mapping[str, str], new: Mapping[str, Any]) -> Iterator[Change]:
    for key, words in old.items():
        if key not in new:
            yield Change(about, key, "removed", before=words)
    for key, body in new.items():
        if key not in old:
            yield Change(about, key, "added", after=str(body.get("text", "")))


def _moves(old: list[str], new: list[str]) -> Iterator[Change]:
    """The fewest questions whose moving explains the new order; what came or went moves nothing."""
    kept = _longest_run([old.index(key) for key in new])
    for place, key in enumerate(new):
        if old.index(key) not in kept:
            yield Change("question", key, "moved", before=str(old.index(key) + 1), after=str(place + 1))


def _longest_run(places: list[int]) -> set[int]:
    """The longest ascending selection of distinct numbers."""
    best: list[list[int]] = []
    for place in places:
        shorter: list[list[int]] = [run for run in best if run[-1] < place]
        best.append([*max(shorter, key=len), place] if shorter else [place])
    if not best:
        return set()
    longest_of_all: list[int] = max(best, key=len)
    return set(longest_of_all)


def _fields(about: About, key: str, old: Mapping[Path, str], new: Mapping[Path, str]) -> Iterator[Change]:
    for path in dict.fromkeys([*new, *old]):
        before, after = old.get(path, ""), new.get(path, "")
        if before != after:
            yield Change(about, key, "changed", path, before, after, _is_words(path, before, after))


def _is_words(path: Path, before: str, after: str) -> bool:
    if path[0] == "wordings":
        # A group that begins to read words of its own, or ceases to, is asked something else.
        return not path[2] or bool(before and after)
    if path[-1] in PART_WORDS and len(path) > 1:
        # A point that gets words, or loses them, is another point.
        return path[-1] != "label" or bool(before and after)
    return path[0] in QUESTION_WORDS or path[0] in ABOUT_WORDS


def _flat_about(document: Mapping[str, Any]) -> dict[Path, str]:
    said: dict[Path, str] = {(name,): _words(document.get(name, "")) for name in (*ABOUT_WORDS, *ABOUT_RULES)}
    return {**said, ("language",): str(document.get("language", "en"))}


def _flat_question(body: Mapping[str, Any]) -> dict[Path, str]:
    kind = body.get("kind", "scale")
    flat: dict[Path, str] = {
        ("text",): body["text"],
        ("kind",): kind,
        ("scale",): scale_key(body) or "",
        ("target",): body.get("target", FIXED_TARGETS.get(kind, "response")),
        ("condition",): _condition(body.get("condition") or {}),
        ("examples",): "; ".join(_example(one) for one in body.get("examples", [])),
        ("options",): _words([one["key"] for one in body.get("options", [])]),
        ("severities",): _words([f"{one['value']:g}" for one in body.get("severities", [])]),
        ("needs_passage",): _words([f"{value:g}" for value in body.get("needs_passage", [])]),
    }
    for name in ("standard_text", "help", "construct", "layer", "polarity", "asked_of", "perspectives"):
        flat[(name,)] = _words(body.get(name, UNSAID.get(name, "")))
    for name in TRUTHS:
        flat[(name,)] = "yes" if body.get(name, UNSAID.get(name, False)) else "no"
    for one in body.get("options", []):
        flat |= _flat_part(("options", one["key"]), one)
        flat[("options", one["key"], "critical")] = "yes" if one.get("critical") else "no"
    for one in body.get("severities", []):
        flat |= _flat_part(("severities", f"{one['value']:g}"), one)
    for one in body.get("wordings", []):
        flat |= _flat_wording(("wordings", one["language"], one.get("group", "")), one)
    return flat


def _flat_part(stem: Path, body: Mapping[str, Any]) -> dict[Path, str]:
    return {(*stem, name): str(body[name]) for name in sorted(PART_WORDS) if body.get(name)}


def _flat_wording(stem: Path, body: Mapping[str, Any]) -> dict[Path, str]:
    said = {(*stem, name): str(body[name]) for name in ("text", "help") if body.get(name)}
    return said | {(*stem, "labels", key): str(words) for key, words in body.get("labels", {}).items()}


def _flat_scale(body: Mapping[str, Any]) -> dict[Path, str]:
    flat: dict[Path, str] = {
        ("measurement",): body["measurement"],
        ("points",): points_words([level["value"] for level in body["levels"]]),
    }
    for level in body["levels"]:
        flat |= _flat_part(("levels", f"{level['value']:g}"), level)
    return flat


def points_words(values: list[float]) -> str:
    """The points of a scale, short.

    >>> points_words([1, 2, 3]), points_words(list(range(0, 101, 5)))
    ('1, 2, 3', '0 to 100 in steps of 5')
    """
    step = values[1] - values[0] if len(values) > 1 else 0
    is_even = all(abs(b - a - step) < 1e-9 for a, b in pairwise(values))
    if len(values) <= MAX_POINTS or not is_even:
        return ", ".join(f"{value:g}" for value in values)
    return f"{values[0]:g} to {values[-1]:g} in steps of {step:g}"


def _condition(condition: Mapping[str, Any]) -> str:
    if not condition:
        return ""
    part = f"__{condition['part']}" if condition.get("part") else ""
    return f"{condition['question']}{part} = {', '.join(f'{value:g}' for value in condition['values'])}"


def _example(one: object) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    return f"{one.get('value', '')}: {one.get('text', '')} ({one.get('why', '')})"


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

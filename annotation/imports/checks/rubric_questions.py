"""Questions of a rubric document: their defects. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotation.imports.checks.rubric_scales import BAD_KEY, KEY, is_number, scale_key

KINDS = (
    "scale",
    "flag",
    "slider",
    "multi",
    "checklist",
    "pair",
    "ranking",
    "best_worst",
    "spans",
    "text",
)
TARGETS = ("item", "response", "pair", "turn", "supporter", "seeker")
POLARITIES = ("higher_is_better", "lower_is_better", "neutral")
CHOICES = {"kind": KINDS, "target": TARGETS, "polarity": POLARITIES}
LIMITS = {"text": 500, "standard_text": 500, "construct": 60, "layer": 4, "help": 4_000}
WORDING_LIMITS = {"language": 12, "group": 40, "text": 500, "help": 4_000}
TRUTHS = (
    "required",
    "reverse",
    "restricted",
    "asks_confidence",
    "allows_cannot_judge",
    "allows_not_applicable",
    "allows_evidence",
    "allows_ties",
)
OF_PARTS = ("multi", "checklist", "spans")
# Kinds that compare responses stand under one heading; what each of them is asked about is fixed.
FIXED_TARGETS = {"pair": "pair", "ranking": "item", "best_worst": "item", "spans": "item"}
TRUST, SAFETY, AUTHORSHIP = "trust", "safety", "authorship"
MAX_OPTIONS = 60
# What may be left out or empty, but not be null or something else that is empty.
SHAPES = {"options": list, "severities": list, "examples": list, "condition": Mapping}


def question_defects(questions: list[Any], scales: Mapping[str, Any]) -> Iterator[str]:
    """Every defect, as sentences that name the question."""
    earlier: dict[str, Mapping[str, Any]] = {}
    for number, body in enumerate(questions, start=1):
        if not isinstance(body, Mapping) or not isinstance(body.get("key"), str):
            yield f"Question {number}: expected an object with a “key”."
            continue
        place = f"Question {number} (“{body['key']}”)"
        if misplaced := list(_not_text(place, body)):
            yield from misplaced
            continue
        yield from _by_itself(place, body, earlier, scales)
        yield from _condition(place, body, earlier, scales)
        yield from _passages(place, body, scales)
        earlier[body["key"]] = body
    yield from _order(list(earlier.values()))


def shape_defects(questions: list[Any], scales: Mapping[str, Any]) -> Iterator[str]:
    """Defects without which a question can be kept in a draft, whatever stands before and after it."""
    seen: dict[str, Mapping[str, Any]] = {}
    for number, body in enumerate(questions, start=1):
        if not isinstance(body, Mapping) or not isinstance(body.get("key"), str):
            yield f"Question {number}: expected an object with a “key”."
            continue
        place = f"Question {number} (“{body['key']}”)"
        yield from list(_not_text(place, body)) or _by_itself(place, body, seen, scales)
        seen[body["key"]] = body


def _not_text(place: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Where something else stands instead of words or lists, nothing further can be asked of the question."""
    for field in (*CHOICES, *LIMITS):
        if not isinstance(body.get(field, ""), str):
            yield f"{place}: “{field}” must be text."
    for field, shape in SHAPES.items():
        if field in body and not body[field] and not isinstance(body[field], shape):
            yield f"{place}: “{field}” is of the wrong kind. Leave it out."


def defects_at(questions: list[Mapping[str, Any]], place: int, scales: Mapping[str, Any]) -> list[str]:
    """What is wrong with one of the questions, as sentences about it: for a form that shows nothing else."""
    body, others = questions[place], [*questions[:place], *questions[place + 1 :]]
    earlier = {one["key"]: one for one in questions[:place]}
    found = [
        *_by_itself("", body, {one["key"]: one for one in others}, scales),
        *_condition("", body, earlier, scales),
        *_passages("", body, scales),
    ]
    return [sentence.removeprefix(": ") for sentence in found]


def _by_itself(
    place: str, body: Mapping[str, Any], others: Mapping[str, Any], scales: Mapping[str, Any]
) -> Iterator[str]:
    if not KEY.match(body["key"]):
        yield f"{place}: {BAD_KEY}"
    if body["key"] in others:
        yield f"{place}: the key stands there twice."
    yield from _question(place, body, scales)


def _question(place: str, body: Mapping[str, Any], scales: Mapping[str, Any]) -> Iterator[str]:
    kind = body.get("kind", "scale")
    key = scale_key(body)
    if key not in scales and kind != "text":
        yield f"{place}: “scale” names no scale of this rubric."
    if kind == "text" and "scale" in body:
        yield f"{place}: a question for free text has no scale."
    if not isinstance(body.get("text"), str) or not body["text"].strip():
        yield f"{place}: “text” is missing."
    if body.get("target", FIXED_TARGETS.get(kind, "")) != FIXED_TARGETS.get(kind, body.get("target", "")):
        yield f"{place}: a question of kind “{kind}” has the target “{FIXED_TARGETS[kind]}”."
    yield from _fields(place, body)
    yield from _options(place, kind, body)
    yield from _lists(place, body)


def _fields(place: str, body: Mapping[str, Any]) -> Iterator[str]:
    for field, allowed in CHOICES.items():
        if field in body and body[field] not in allowed:
            yield f"{place}: “{field}” must be one of {', '.join(allowed)}."
    for field in TRUTHS:
        if not isinstance(body.get(field, True), bool):
            yield f"{place}: “{field}” must be true or false."
    for field, limit in LIMITS.items():
        if len(str(body.get(field, ""))) > limit:
            yield f"{place}: “{field}” is longer than {limit} characters."


def _options(place: str, kind: str, body: Mapping[str, Any]) -> Iterator[str]:
    options = body.get("options", [])
    if kind not in OF_PARTS:
        if options:
            yield f"{place}: a question of kind “{kind}” has no “options”."
        return
    if not isinstance(options, list) or not 1 <= len(options) <= MAX_OPTIONS:
        yield f"{place}: needs between one and {MAX_OPTIONS} “options”."
        return
    keys = [option.get("key") if isinstance(option, Mapping) else None for option in options]
    if not all(isinstance(key, str) and KEY.match(key) for key in keys):
        yield f"{place}: every option needs a “key” of a-z, 0-9, - and _."
    elif len(set(keys)) < len(keys):
        yield f"{place}: two options have the same key."
    if not all(isinstance(option, Mapping) and str(option.get("label", "")).strip() for option in options):
        yield f"{place}: every option needs words (“label”)."
    for field in ("definition", "example", "counterexample"):
        if not all(isinstance(one.get(field, ""), str) for one in options if isinstance(one, Mapping)):
            yield f"{place}: “{field}” of an option must be text."
    severities = body.get("severities", [])
    if severities and not (isinstance(severities, list) and all(map(_is_severity, severities))):
        yield f"{place}: every severity needs a number (“value”) and words (“label”)."


def _is_severity(one: object) -> bool:
    return (
        isinstance(one, Mapping) and is_number(one.get("value")) and bool(str(one.get("label", "")).strip())
    )


def _lists(place: str, body: Mapping[str, Any]) -> Iterator[str]:
    for field in ("perspectives", "asked_of"):
        found = body.get(field, [])
        if not isinstance(found, list) or not all(isinstance(key, str) and KEY.match(key) for key in found):
            yield f"{place}: “{field}” must be a list of keys of groups."
    wordings = body.get("wordings", [])
    if not isinstance(wordings, list) or not all(
        isinstance(one, Mapping) and isinstance(one.get("language"), str) for one in wordings
    ):
        yield f"{place}: every one of “wordings” needs a “language”."
    elif not all(map(_fits_wording, wordings)):
        yield f"{place}: something in “wordings” is no text, or too long."
    elif len({(one["language"], one.get("group", "")) for one in wordings}) < len(wordings):
        yield f"{place}: two of “wordings” are for the same language and group."


def _fits_wording(one: Mapping[str, Any]) -> bool:
    labels = one.get("labels", {})
    return isinstance(labels, Mapping) and all(
        isinstance(one.get(field, ""), str) and len(one.get(field, "")) <= limit
        for field, limit in WORDING_LIMITS.items()
    )


def _condition(
    place: str, body: Mapping[str, Any], earlier: Mapping[str, Any], scales: Mapping[str, Any]
) -> Iterator[str]:
    condition = body.get("condition")
    if not condition:
        return
    values = condition.get("values") if isinstance(condition, Mapping) else None
    if not _are_numbers(values) or not values or not isinstance(condition.get("question"), str):
        yield f"{place}: “condition” needs a “question” and a list of “values”."
        return
    other = earlier.get(condition["question"])
    if other is None:
        yield f"{place}: “condition” names no earlier question."
        return
    if not set(values) <= _points(other, scales):
        yield f"{place}: “condition” waits for a value that “{condition['question']}” cannot have."
    if condition.get("part", "") not in (_option_keys(other) or [""]):
        yield f"{place}: “condition” needs as “part” one of the options of “{condition['question']}”."


def _points(body: Mapping[str, Any], scales: Mapping[str, Any]) -> set[float]:
    """The values a question can have."""
    scale = scales.get(scale_key(body) or "")
    levels = scale.get("levels") if isinstance(scale, Mapping) else []
    found = levels if isinstance(levels, list) else []
    values = [level.get("value") for level in found if isinstance(level, Mapping)]
    return {value for value in values if is_number(value)}


def _option_keys(body: Mapping[str, Any]) -> list[object]:
    options = body.get("options", [])
    options = options if isinstance(options, list) else []
    return [option.get("key") for option in options if isinstance(option, Mapping)]


def _are_numbers(values: object) -> bool:
    return isinstance(values, list) and all(map(is_number, values))


def _passages(place: str, body: Mapping[str, Any], scales: Mapping[str, Any]) -> Iterator[str]:
    needed = body.get("needs_passage", [])
    if not _are_numbers(needed) or not set(needed) <= _points(body, scales):
        yield f"{place}: “needs_passage” must be a list of values of its scale."
    elif needed and not body.get("allows_evidence"):
        yield f"{place}: words can be needed only where “allows_evidence” is true."


def order_defects(questions: list[Mapping[str, Any]], order: list[str]) -> Iterator[str]:
    """Questions that break the order of constructs which the document itself asks for."""
    reached = 0
    for number, body in enumerate(questions, start=1):
        if body.get("construct") in order:
            place = order.index(body["construct"])
            if place < reached:
                yield (
                    f"Question {number} (“{body['key']}”): “{order[place]}” comes before "
                    f"“{order[reached]}” in this rubric’s “order”."
                )
            reached = max(reached, place)


def _order(questions: list[Mapping[str, Any]]) -> Iterator[str]:
    """Trust before safety, the guess who wrote it last: an earlier answer colours a later one."""
    constructs = [question.get("construct", "") for question in questions]
    if TRUST in constructs and SAFETY in constructs:
        last_trust = len(constructs) - 1 - constructs[::-1].index(TRUST)
        if last_trust > constructs.index(SAFETY):
            yield f"Question {last_trust + 1}: questions about trust come before those about safety."
    if AUTHORSHIP in constructs and set(constructs[constructs.index(AUTHORSHIP) :]) != {AUTHORSHIP}:
        place = constructs.index(AUTHORSHIP) + 1
        yield f"Question {place}: the guess who wrote it comes last."

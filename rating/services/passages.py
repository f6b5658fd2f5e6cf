"""Marked passages of a submission: where they lie, and whether they may be marked."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from annotation.models import Question, Response, Turn
from annotation.rich_text import find_visible
from rating.models import Answer, Evidence
from rating.services.answer_inputs import OWN_VIEW, EvidenceInput

MAX_EVIDENCE = 100
MAX_QUOTE = 5_000


def texts_of(responses: Sequence[Response], turns: Sequence[Turn]) -> dict[str, str]:
    """The texts in which a passage can lie, by target, responses first."""
    texts = {f"response:{response.position}": response.text for response in responses}
    return texts | {f"turn:{turn.position}": turn.text for turn in turns}


def check_passages(
    questions: Sequence[Question],
    responses: Sequence[Response],
    turns: Sequence[Turn],
    given: Sequence[EvidenceInput],
) -> tuple[list[Evidence], list[str]]:
    """Evidence rows, and a sentence for every passage that does not fit."""
    by_key = {question.key: question for question in questions}
    texts = texts_of(responses, turns) if given else {}
    rows: list[Evidence] = []
    defects = _limits(given)
    for one in given[:MAX_EVIDENCE]:
        question = by_key.get(one.question_key)
        refusal = _why_not_marked(one, question)
        if refusal:
            defects.append(f"{one.question_key}: {refusal}")
            continue
        try:
            target, start, end = _locate(one, texts)
            quote = texts[target][start:end]
        except ValueError as error:
            defects.append(f"“{one.quote[:60]}”: {error}")
            continue
        place = {"target": target, "start": start, "end": end, "quote": quote}
        rows.append(Evidence(question=question, label=one.label, severity=one.severity, **place))
    return rows, defects


def unmarked(answers: Sequence[Answer], marked: Sequence[Evidence]) -> list[str]:
    """A sentence for every question with an answer that stands only with words of the text marked for it.

    What is said of one reply or turn is shown by its own words; what is said of the item, by any of them.
    """
    places = {(one.question.key, place) for one in marked if one.question for place in ("item", one.target)}
    wanting = [
        row for row in answers if row.perspective == OWN_VIEW and row.value in row.question.needs_passage
    ]
    wanted = gettext("please mark the words of the text that show it.")
    found = [row.question.key for row in wanting if (row.question.key, row.target) not in places]
    return [f"{key}: {wanted}" for key in dict.fromkeys(found)]


def _why_not_marked(one: EvidenceInput, question: Question | None) -> str:
    """Why a passage cannot be marked for this question, with this code and severity; empty if it can."""
    if not one.question_key and not one.label:
        return ""
    is_coded = question is not None and question.kind == Question.Kind.SPANS
    if question is None or not (question.allows_evidence or is_coded):
        return "passages cannot be marked for this question."
    if not is_coded:
        return "this question has no codes for passages." if one.label else ""
    if one.label not in {option["key"] for option in question.options}:
        return "please choose a code for every passage."
    severities = {severity["value"] for severity in question.severities}
    if severities and one.severity not in severities:
        return "please say how severe every marked passage is."
    return "" if severities or one.severity is None else "its passages have no severity."


def _limits(given: Sequence[EvidenceInput]) -> list[str]:
    defects = []
    if len(given) > MAX_EVIDENCE:
        defects.append(gettext("More than %(n)s passages are marked.") % {"n": MAX_EVIDENCE})
    if any(len(one.quote) > MAX_QUOTE for one in given):
        defects.append(gettext("A marked passage is longer than %(n)s characters.") % {"n": MAX_QUOTE})
    return defects


def _locate(one: EvidenceInput, texts: dict[str, str]) -> tuple[str, int, int]:
    """Target and code-point offsets of a passage; ValueError when it does not occur there."""
    if one.start is not None and one.end is not None:
        # A negative start would count from the end.
        is_there = one.start >= 0 and texts.get(one.target, "")[one.start : one.end] == one.quote
        if not is_there or not one.quote:
            raise ValueError(gettext("the marked passage does not match the text."))
        return one.target, one.start, one.end
    for target, text in texts.items():
        if one.target in {"", target} and (start := text.find(one.quote)) >= 0:
            return target, start, start + len(one.quote)
    for target, text in texts.items():
        # Copied from the page, which shows bold words without their stars.
        if one.target in {"", target} and (place := find_visible(text, one.quote)):
            return target, *place
    raise ValueError(gettext("this passage does not occur in the text. Copy it word for word."))

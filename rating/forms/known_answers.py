"""Known answers entered by the rating form, with an explanation beside each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import DomainError
from annotation.imports.checks.known_answers import KeyInput
from annotation.models import GoldKey, KeyedItem, Question
from rating.forms.question_fields import Asked, Entry, inputs_of
from rating.forms.question_numbers import question_numbers
from rating.forms.question_views import QuestionView, Shown, question_view
from rating.forms.stored_fields import fields_of_answers
from rating.forms.workbench_screen import Screen
from rating.queries.keyed_items import answers_of_keys
from rating.queries.presented import PresentedItem
from rating.services.answer_inputs import OWN_VIEW
from rating.services.answer_kinds import Asking, rows_of
from rating.services.answers import askings

MAX_EXPLANATION = 10_000
# Says that a tick left empty is known to be "no".
FLAGS_KNOWN = "flags-known"


@dataclass(frozen=True)
class KeyQuestion:
    """One question of the form with the field of its explanation."""

    view: QuestionView
    explain_name: str
    explanation: str


@dataclass(frozen=True)
class KeyScreen:
    """The page on which the answers of one item are entered."""

    screen: Screen
    questions: list[KeyQuestion]
    source: str
    are_flags_known: bool


def explain_name(asked: Asked) -> str:
    return f"explain--{asked.name}"


def _askings(presented: PresentedItem) -> list[Asking]:
    every = askings(presented.questions, presented.responses, presented.turns)
    return [one for one in every if one.perspective == OWN_VIEW]


def _entry_of(keyed: KeyedItem, questions: list[Question]) -> Entry:
    answers = answers_of_keys(keyed, questions)
    fields: dict[str, list[str]] = dict(fields_of_answers(answers))
    keys = list(GoldKey.objects.filter(keyed=keyed))
    by_key = {question.key: question for question in questions}
    for key in keys:
        if key.question_key in by_key:
            asked = Asked(by_key[key.question_key], _page_target(by_key[key.question_key], key.target))
            fields[explain_name(asked)] = [key.explanation]
    fields["source"] = [next((key.source for key in keys if key.source), "")]
    flags = [answer for answer in answers if answer.question.kind == Question.Kind.FLAG]
    fields[FLAGS_KNOWN] = ["yes"] if flags else []
    return Entry(fields)


def _page_target(question: Question, target: str) -> str:
    return "item" if question.kind in {Question.Kind.RANKING, Question.Kind.BEST_WORST} else target


def key_screen(
    keyed: KeyedItem, presented: PresentedItem, *, entry: Entry | None = None, defects: Sequence[str] = ()
) -> KeyScreen:
    entry = _entry_of(keyed, presented.questions) if entry is None else entry
    asked = [Asked.of(one) for one in _askings(presented)]
    shown = Shown(presented.presentation.language, "", [one.position for one in presented.responses])
    views = [
        replace(
            question_view(one, entry, shown, number=number, group_names={}, errors=[]),
            # "Cannot judge" is no known answer.
            aside=[],
        )
        for number, one in zip(question_numbers(asked), asked, strict=True)
    ]
    errors: list[dict[str, Any]] = [{"text": text, "target": ""} for text in defects]
    questions = [
        KeyQuestion(view, explain_name(view.asked), entry.first(explain_name(view.asked))) for view in views
    ]
    screen = Screen(presented=presented, entry=entry, questions=views, errors=errors)
    return KeyScreen(screen, questions, entry.first("source"), bool(entry.first(FLAGS_KNOWN)))


def entered_keys(
    keyed: KeyedItem, presented: PresentedItem, entry: Entry
) -> tuple[list[KeyInput], list[str]]:
    """The keys to store, and sentences on what does not fit. A question left empty has no known answer."""
    responses = [f"response:{one.position}" for one in presented.responses]
    panels = {(key.question_key, key.target, key.part): key for key in GoldKey.objects.filter(keyed=keyed)}
    found, defects = [], []
    for asking in _askings(presented):
        try:
            found += _keys_of(asking, entry, responses, panels)
        except (ValueError, DomainError) as error:
            defects.append(f"{asking.question.text}: {error}")
    if not found and not defects:
        defects.append(_("Answer at least one question."))
    return found, defects


def _keys_of(
    asking: Asking, entry: Entry, responses: list[str], panels: dict[tuple[str, str, str], GoldKey]
) -> list[KeyInput]:
    asked = Asked.of(asking)
    given = inputs_of(asked, entry, responses)
    is_flag = asking.question.kind == Question.Kind.FLAG
    if not given and not (is_flag and entry.first(FLAGS_KNOWN)):
        return []
    words = entry.first(explain_name(asked)).strip()[:MAX_EXPLANATION]
    source = entry.first("source").strip()[:200]
    rows = rows_of(replace(asking, given=given))
    keys = [
        KeyInput(row.question.key, row.target, row.part, value=row.value, explanation=words, source=source)
        for row in rows
        if row.value is not None
    ]
    return [_with_panel(key, panels.get((key.question_key, key.target, key.part))) for key in keys]


def _with_panel(key: KeyInput, stored: GoldKey | None) -> KeyInput:
    """What a file said of a panel stays when the answer is entered by hand."""
    if stored is None or stored.panel_mean is None:
        return key
    return replace(key, panel_mean=stored.panel_mean, panel_sd=stored.panel_sd, panel_n=stored.panel_n)

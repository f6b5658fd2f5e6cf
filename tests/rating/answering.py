"""An answer to every question that a rater's page shows, whatever the rubric: for tests of whole rubrics."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from annotation.models import Question
from rating.forms.question_fields import Entry
from rating.forms.question_views import QuestionView
from rating.forms.workbench import submission_of
from rating.forms.workbench_screen import Screen, asked_questions, rating_screen, texts_of_presented
from rating.models import Presentation
from rating.services.answer_inputs import Submission

Kind = Question.Kind
Fields = dict[str, list[str]]
WORDS = "Words of the rater’s own."


def wanted_values(questions: list[Question]) -> dict[str, float]:
    """By question: the value that opens every question which depends on it."""
    conditions = [question.condition for question in questions if question.condition]
    return {one["question"]: max(one["values"]) for one in conditions}


def every_answer(screen: Screen) -> Fields:
    """Fields that answer every question from the rater's own point of view, conditional ones too."""
    wanted = wanted_values(screen.presented.questions)
    quotes = {f"response:{one.position}": one.text[:9] for one in screen.presented.responses}
    fields: Fields = {}
    for view in screen.questions:
        if view.is_own_view:
            fields |= _answer(view, wanted.get(view.question.key))
            fields |= _passages(view, quotes)
    return fields


def _answer(view: QuestionView, wanted: float | None) -> Fields:
    name, rows = view.asked.name, view.rows
    by_kind: dict[str, Callable[[], Fields]] = {
        Kind.FLAG: lambda: {name: ["yes"]},
        Kind.TEXT: lambda: {name: [WORDS]},
        Kind.MULTI: lambda: {name: [row["key"] for row in rows]},
        Kind.CHECKLIST: lambda: {row["name"]: [view.levels[0]["value"]] for row in rows},
        Kind.RANKING: lambda: {row["name"]: [str(place)] for place, row in enumerate(rows, start=1)},
        Kind.BEST_WORST: lambda: {
            f"{name}--best": [rows[0]["position"]],
            f"{name}--worst": [rows[-1]["position"]],
        },
        # Its answer is the passages marked for it.
        Kind.SPANS: dict,
    }
    if view.question.kind in by_kind:
        return by_kind[view.question.kind]()
    chosen = view.levels[-1]["value"] if wanted is None else f"{wanted:g}"
    return {name: [chosen], view.asked.sure_name: ["70"] if view.question.asks_confidence else [""]}


def _passages(view: QuestionView, quotes: dict[str, str]) -> Fields:
    quote = quotes.get(view.asked.target) or next(iter(quotes.values()))
    if view.question.kind == Kind.SPANS:
        found = {row["passage_name"]: [quote] for row in view.rows}
        severity = view.severities[-1]["value"] if view.severities else ""
        return found | {f"{row['passage_name']}--severity": [severity] for row in view.rows}
    return {view.asked.passage_name: [quote]} if view.question.needs_passage else {}


def complete_submission(presentation: Presentation, **changes: list[str]) -> Submission:
    """What the service is given when all of that is sent."""
    screen = rating_screen(presentation)
    fields = every_answer(screen) | {"client_id": [str(uuid4())]} | changes
    fields["rubric_version"] = [presentation.rubric_version.code]
    fields["expected_revision"] = [str(screen.expected_revision)]
    return submission_of(
        Entry(fields),
        slot_code=presentation.slot.code,
        asked=asked_questions(screen.presented),
        texts=texts_of_presented(screen.presented),
    )

"""How well the scales of a study's screening measure: alpha and omega over those who answered all items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from annotation.models import ScreeningAnswer, ScreeningQuestion, Study
from annotation.queries.screening import Kind, score_of, screening_questions
from rating import agreement
from rating.agreement.results import Estimate

# With fewer people a coefficient says nothing, and might say something about one of them.
MIN_ANSWERS = 10
PEOPLE = "people"


@dataclass(frozen=True)
class ScaleRow:
    """A construct of two items or more. The numbers are None below `MIN_ANSWERS` complete answers."""

    construct: str
    questions: list[ScreeningQuestion]
    n_complete: int
    alpha: Estimate | None = None
    omega: Estimate | None = None

    @property
    def has_few(self) -> bool:
        return self.n_complete < MIN_ANSWERS


def scale_rows(study: Study) -> list[ScaleRow]:
    """One row for each construct with two scale items or more. Two queries."""
    constructs: dict[str, list[ScreeningQuestion]] = defaultdict(list)
    for question in screening_questions(study):
        if question.kind == Kind.SCALE and question.construct:
            constructs[question.construct].append(question)
    scored = _scored(study)
    return [_row(name, questions, scored) for name, questions in constructs.items() if len(questions) > 1]


def _scored(study: Study) -> dict[int, dict[int, float]]:
    """By rater and question, reversed items turned round."""
    answers = ScreeningAnswer.objects.filter(rater__study=study, value__isnull=False)
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for answer in answers.filter(question__kind=Kind.SCALE).select_related("question"):
        found[answer.rater_id][answer.question_id] = score_of(answer.question, answer.value or 0.0)
    return found


def _row(name: str, questions: Sequence[ScreeningQuestion], scored: dict[int, dict[int, float]]) -> ScaleRow:
    complete = {
        rater: own for rater, own in scored.items() if all(question.pk in own for question in questions)
    }
    if len(complete) < MIN_ANSWERS:
        return ScaleRow(name, list(questions), len(complete))
    tables = _tables(questions, complete)
    # Each person answers for themselves: Feldt's interval, which takes them as independent, fits.
    alpha = agreement.cronbach_alpha(tables, group=PEOPLE, interval="f_distribution")
    omega = agreement.mcdonald_omega(tables, group=PEOPLE, interval="none")
    return ScaleRow(name, list(questions), len(complete), alpha, omega)


def _tables(
    questions: Sequence[ScreeningQuestion], complete: dict[int, dict[int, float]]
) -> dict[str, agreement.Ratings]:
    import pandas as pd

    first = questions[0]
    scale = agreement.Scale(tuple(range(first.low or 0, (first.high or 0) + 1)), "interval")
    numbers = [str(number) for number in range(len(complete))]
    return {
        question.key: agreement.Ratings.from_frame(
            pd.DataFrame(
                {
                    "item": numbers,
                    "rater": numbers,
                    "group": PEOPLE,
                    "value": [own[question.pk] for own in complete.values()],
                }
            ),
            scale,
        )
        for question in questions
    }

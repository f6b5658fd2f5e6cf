"""How steady answers are by question: repeats of all raters through `rating.agreement`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from annotation.models import Question, Rater, RubricVersion, Study
from annotation.study_access import StudyAccess
from annotation.study_numbers import told
from rating.queries.keyed_items import version_in_use
from rating.queries.quality import SMALL_N, Pair, repeat_pairs

# The name of the number that the scheduler keeps.
STEADY = "steady"


@dataclass(frozen=True)
class QuestionConsistency:
    """Percent agreement of raters with themselves, and AC2 or AC1; None where undefined or too few."""

    text: str
    n_pairs: int
    n_raters: int
    n_same: int
    percent: float | None
    low: float | None
    high: float | None
    beyond_chance: float | None

    @property
    def is_small(self) -> bool:
        return self.n_pairs < SMALL_N


def count_steady(study: Study) -> list[dict[str, Any]]:
    """Of all raters, as JSON can hold it. For `annotation.study_numbers`."""
    return [asdict(row) for row in question_consistency(study, version_in_use(study))]


def consistency_seen(
    access: StudyAccess, *, now: datetime
) -> tuple[list[QuestionConsistency], datetime | None]:
    """Of the raters whom the member may see; of a large study as last counted, and when that was."""
    if access.is_bound:
        seen = list(access.raters())
        return question_consistency(access.study, version_in_use(access.study), seen), None
    counted = told(access.study, STEADY, now=now)
    return [QuestionConsistency(**row) for row in counted.number], counted.at


def question_consistency(
    study: Study, version: RubricVersion | None, raters: Sequence[Rater] | None = None
) -> list[QuestionConsistency]:
    """One row per question that somebody answered twice, in the rubric's order; of these raters or of all."""
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for pair in repeat_pairs(study, raters):
        pairs[pair.question].append(pair)
    if not pairs or version is None:
        return []
    questions = Question.objects.filter(version=version, key__in=pairs).select_related("scale")
    pseudonyms = dict(Rater.objects.filter(study=study).values_list("pk", "pseudonym"))
    groups = dict(Rater.objects.filter(study=study).values_list("pk", "group__key"))
    ordered = questions.order_by("position").prefetch_related("scale__levels")
    return [_row(question, pairs[question.key], pseudonyms, groups) for question in ordered]


def _row(
    question: Question, pairs: list[Pair], pseudonyms: dict[int, str], groups: dict[int, str]
) -> QuestionConsistency:
    n_same = sum(pair.steps == 0 for pair in pairs)
    n_raters = len({pair.rater for pair in pairs})
    if len(pairs) < SMALL_N:
        return QuestionConsistency(question.text, len(pairs), n_raters, n_same, None, None, None, None)
    import pandas as pd

    from rating.agreement import Occasions, Scale, repeat_agreement

    rows = [
        {
            "item": f"{pair.item} {pair.target}",
            "cluster": pair.item,
            "rater": pseudonyms[pair.rater],
            "group": groups[pair.rater],
            "occasion": occasion,
            "value": value,
        }
        for pair in pairs
        for occasion, value in ((1, pair.first), (2, pair.second))
    ]
    scale = Scale(tuple(level.value for level in question.levels), question.measurement)  # type: ignore[arg-type]
    pooled = repeat_agreement(Occasions.from_frame(pd.DataFrame(rows), scale)).pooled
    same = pooled["percent_agreement"]
    chance = pooled["ac1" if question.measurement == "nominal" else "ac2"]
    return QuestionConsistency(
        question.text,
        len(pairs),
        n_raters,
        n_same,
        same.estimate,
        same.low,
        same.high,
        chance.estimate,
    )

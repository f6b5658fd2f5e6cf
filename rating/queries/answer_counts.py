"""How often what was answered: one pass over the answers of an export, for everything that counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import BooleanField, Case, Count, Q, Value, When

from annotation.models import Question, Rater, Slot, Study
from rating.models import Answer
from rating.queries.exports import ExportScope, WideColumn, exported_ratings

if TYPE_CHECKING:
    from rating.queries.export_columns import ColumnPage
    from rating.queries.export_stream import KnownAnswers


class AskedQuestion(NamedTuple):
    """What of a question its answers are counted by."""

    key: str
    kind: str
    position: int
    has_scale: bool


class AnswerCount(NamedTuple):
    """How often a question, or a part of one, was answered so by raters of a group.

    `group`: its key, whatever the files tell of it. `is_counting`: in planned ratings, newest revisions:
    those that default analyses use. `n_sure`: of them how many with a number how sure the rater was.
    """

    asked: AskedQuestion
    target: str
    part: str
    perspective: str
    missing: str
    group: int
    is_counting: bool
    n: int
    n_sure: int


def asked_questions(study: Study) -> dict[int, AskedQuestion]:
    """Of all rubrics of the study, by key. One query."""
    questions = Question.objects.filter(version__rubric__study=study)
    rows = questions.values_list("pk", "key", "kind", "position", "scale_id")
    return {
        pk: AskedQuestion(key, kind, position, scale is not None) for pk, key, kind, position, scale in rows
    }


def answer_counts(scope: ExportScope) -> list[AnswerCount]:
    """Of all ratings of the scope. Two queries, the second of which reads every answer."""
    is_counting = Q(rating__slot__purpose=Slot.Purpose.QUOTA)
    if not scope.is_current_only:
        is_counting &= Q(rating__current_of__isnull=False)
    answers = Answer.objects.filter(rating__in=exported_ratings(scope).order_by().values("pk")).order_by()
    counting = Case(
        When(is_counting, then=Value(value=True)),
        default=Value(value=False),
        output_field=BooleanField(),
    )
    names = ("question_id", "target", "part", "perspective", "missing", "rating__rater__group_id", "counting")
    rows = answers.annotate(counting=counting).values_list(*names)
    asked = asked_questions(scope.study)
    counted = rows.annotate(n=Count("pk"), n_sure=Count("confidence"))
    return [AnswerCount(asked[question], *rest) for question, *rest in counted]


class AnswerTally:
    """The same, gathered from pages while they are written."""

    def __init__(self, known: KnownAnswers) -> None:
        self._known = known
        # By number of the answer, name of the rater and whether the rating counts.
        self._n: Counter[tuple[int, str, bool]] = Counter()
        self._n_sure: Counter[tuple[int, str, bool]] = Counter()

    def add(self, page: ColumnPage) -> None:
        import numpy as np
        import pyarrow.compute as pc

        raters, purposes = page.ratings["rater"], page.ratings["purpose"].cast("string")
        counting = pc.and_(page.ratings["is_current"], pc.equal(purposes, Slot.Purpose.QUOTA.value))
        of_rating = raters.indices.to_numpy().astype(np.int64) * 2
        of_rating += counting.to_numpy(zero_copy_only=False).astype(np.int64)
        n_kinds, names = 2 * len(raters.dictionary), raters.dictionary.to_pylist()
        codes = page.numbers * n_kinds + of_rating[page.places]
        is_sure = page.confidence.is_valid().to_numpy(zero_copy_only=False)
        for counter, given in ((self._n, codes), (self._n_sure, codes[is_sure])):
            for code, n in zip(*(one.tolist() for one in np.unique(given, return_counts=True)), strict=True):
                number, kind = divmod(code, n_kinds)
                counter[number, names[kind // 2], bool(kind % 2)] += n

    def counts(self, keys: Mapping[str, int]) -> list[AnswerCount]:
        """What was gathered. `keys`: of raters by the names that pages have. One query."""
        groups = dict(Rater.objects.filter(pk__in=keys.values()).values_list("pk", "group_id"))
        known = self._known
        return [
            AnswerCount(
                known.asked[number],
                row.target,
                row.part,
                row.perspective,
                row.missing,
                groups[keys[name]],
                is_counting,
                n,
                self._n_sure[number, name, is_counting],
            )
            for (number, name, is_counting), n in self._n.items()
            for row in (known.rows[number],)
        ]


def wide_columns(counts: Iterable[AnswerCount]) -> list[WideColumn]:
    """The columns that ratings with these answers need, in the order of the form."""
    found: dict[tuple[str, str, str, str], WideColumn] = {}
    for one in counts:
        asked, of_it = one.asked, (one.asked.key, one.target, one.part, one.perspective)
        column = WideColumn(asked.position, *of_it, asked.kind == Question.Kind.TEXT, one.n_sure > 0)
        same = found.get(of_it, column)
        # Versions may ask a question at another place: the later one counts.
        is_sure = same.has_confidence or column.has_confidence
        found[of_it] = replace(max(same, column), has_confidence=is_sure)
    return sorted(found.values())

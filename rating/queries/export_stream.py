"""Ratings with their answers, a page at a time: what the formats of an export are written from.

Nothing is held but one page, so memory does not grow with the study, and a million answers cost little: what
is the same in two answers is read and put into words once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.db.models.sql.compiler import SQLCompiler

from annotation.models import Level
from rating.models import Answer, Rating
from rating.queries.answer_counts import AskedQuestion, asked_questions
from rating.queries.exports import (
    RATING_NAMES,
    AnswerRow,
    ExportScope,
    RatingRow,
    exported_ratings,
    rating_row,
)
from rating.queries.shown_raters import ShownRater

PAGE = 5000
# How many ratings of others may lie between those of a page, for each of its own.
DENSE = 3
# Ratings whose answers PostgreSQL puts into one text.
N_TOGETHER = 50
# Never in a key of a question, target, part or perspective.
MARK = "|"


class Given(NamedTuple):
    """An answer of a rating: its number among those known, and how sure the rater was."""

    number: int
    confidence: float | None


class RatingPage(NamedTuple):
    """Ratings, and of each, at the same place, its answers in the order of the form."""

    ratings: list[RatingRow]
    answers: list[list[Given]]


class KnownAnswers:
    """Every answer that differs from the others in more than who gave it, met so far, by number.

    There are as many as questions have targets, parts and levels, however many ratings there are.
    """

    def __init__(self, questions: dict[int, AskedQuestion], labels: dict[int, str]) -> None:
        self.rows: list[AnswerRow] = []
        self.places: list[tuple[int, str, str, str]] = []
        self.asked: list[AskedQuestion] = []
        self._given: dict[tuple[str, float | None], Given] = {}
        self._questions, self._labels = questions, labels

    def given(self, said: str, value: float | None, confidence: float | None) -> Given:
        """The answer, learnt if it is new; the same object for all who did not say how sure they were."""
        found = self._given.get((said, value)) or self._learn(said, value)
        return found if confidence is None else Given(found.number, confidence)

    def _learn(self, said: str, value: float | None) -> Given:
        question, target, part, perspective, level, missing, has_text, is_exception = said.split(MARK)
        asked = self._questions[int(question)]
        label = self._labels[int(level)] if level else ""
        self.rows.append(
            AnswerRow(
                question=asked.key,
                kind=asked.kind,
                target=target,
                part=part,
                perspective=perspective,
                value=value,
                label=label,
                missing=missing,
                confidence=None,
                has_text=has_text == "1",
                is_exception=is_exception == "1",
            )
        )
        self.asked.append(asked)
        self.places.append((asked.position, target, part, perspective))
        found = self._given[said, value] = Given(len(self.rows) - 1, None)
        return found

    def ranks(self) -> list[int]:
        """Of every answer known by now, where its place stands among theirs in the order of the form."""
        order = {place: rank for rank, place in enumerate(sorted(set(self.places)))}
        return [order[place] for place in self.places]


def known_answers(scope: ExportScope) -> KnownAnswers:
    """None met yet; the questions and levels of the study's rubrics. Two queries."""
    levels = Level.objects.filter(scale__version__rubric__study=scope.study)
    return KnownAnswers(asked_questions(scope.study), dict(levels.values_list("pk", "label")))


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=_text("1")), default=_text(""), output_field=TextField())


def _text(text: str) -> Value:
    return Value(text, output_field=TextField())


class _Marked(Func):
    """Texts with a mark between them: one call on PostgreSQL, half of what Django's Concat costs there."""

    template = "(%(expressions)s)"
    arg_joiner = f" || '{MARK}' || "
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return self.as_sql(
            compiler, connection, template=f"CONCAT_WS('{MARK}', %(expressions)s)", arg_joiner=", "
        )


def _said() -> _Marked:
    """What distinguishes answers, as one text: a single column is several times as fast to fetch."""
    return _Marked(
        F("question_id"),
        F("target"),
        F("part"),
        F("perspective"),
        # Nothing where there is none: a null would be left out on one database, and be all on another.
        Coalesce(Cast("level_id", TextField()), _text("")),
        F("missing"),
        _truth(~Q(text="")),
        _truth(Q(is_exception=True)),
    )


def answers_between(keys: Sequence[int]) -> QuerySet[Answer]:
    """The answers of ratings by their keys, which ascend; maybe others' among them.

    By the bounds of the page where nearly all between them is its own: thousands of keys as parameters take
    longer than their rows, and the page's own query a second time reads every slot.
    """
    if keys[-1] - keys[0] < DENSE * len(keys):
        return Answer.objects.filter(rating_id__gte=keys[0], rating_id__lte=keys[-1])
    return Answer.objects.filter(rating__in=keys)


def answer_lines(keys: Sequence[int]) -> list[str]:
    """The same on PostgreSQL as texts of many lines: rating, what was said, value and how sure, with tabs
    between."""
    from django.contrib.postgres.aggregates import StringAgg

    line = Func(
        Value("\t"),
        F("rating_id"),
        _said(),
        *(Coalesce(Cast(name, TextField()), _text("")) for name in ("value", "confidence")),
        function="CONCAT_WS",
        output_field=TextField(),
    )
    blocks = answers_between(keys).order_by().values(block=F("rating_id") / N_TOGETHER)
    texts = blocks.annotate(lines=StringAgg(line, "\n")).values_list("lines", flat=True)
    return [str(text) for text in texts]


def _answers_of(ratings: list[RatingRow], known: KnownAnswers) -> list[list[Given]]:
    given: dict[int, list[Given]] = {row.key: [] for row in ratings}
    answers = answers_between(list(given)).annotate(said=_said())
    given_of = known.given
    for key, said, value, confidence in answers.values_list("rating_id", "said", "value", "confidence"):
        mine = given.get(key)
        if mine is not None:
            mine.append(given_of(said, value, confidence))
    # Numbers tell order faster than places, which are tuples of texts.
    ranks = known.ranks()
    for answers_of_one in given.values():
        answers_of_one.sort(key=lambda one: ranks[one[0]])
    return list(given.values())


def by_key(ratings: QuerySet[Rating, tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Page after page from the last key on. SQLite finds it at once, and nothing stays open between: the
    worker could not write there how far it is."""
    last, is_more = 0, True
    while is_more:
        rows = list(ratings.filter(pk__gt=last)[:size])
        is_more = len(rows) == size
        if rows:
            last = rows[-1][0]
            yield rows


def rows_in_order(scope: ExportScope) -> QuerySet[Rating, tuple[Any, ...]]:
    """Values of RATING_NAMES, the key first, in the order the ratings came in."""
    return exported_ratings(scope).order_by("pk").values_list(*RATING_NAMES)


def rating_pages(
    scope: ExportScope, known: KnownAnswers, shown: dict[int, ShownRater], *, size: int = 0
) -> Iterator[RatingPage]:
    """All ratings of the scope with their answers, in the order they came in. A query or two a page."""
    for values in by_key(rows_in_order(scope), size or PAGE):
        ratings = [rating_row(one, shown) for one in values]
        yield RatingPage(ratings, _answers_of(ratings, known))

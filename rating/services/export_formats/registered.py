"""What a format of an export is, and what it is written from.

To add a format: write a module in this folder whose `FORMAT` is an `ExportFormat`, and name it in the list of
`rating/services/export_formats/__init__.py`. It then stands on the page, in the command, in the leak test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation.models import Question, Rater
from rating.queries.answer_counts import AnswerCount, AnswerTally, answer_counts, wide_columns
from rating.queries.export_columns import ColumnPage, column_pages
from rating.queries.export_stream import Given, KnownAnswers, RatingPage, answers_in_full, known_answers
from rating.queries.export_stream import rating_pages as pages_of
from rating.queries.exports import (
    AnswerRow,
    ExportScope,
    RatingRow,
    WideColumn,
    exported_questions,
    rated_counts,
)
from rating.queries.shown_raters import ShownRater, shown_raters
from rating.services.comment_scan import CommentGate, comment_gate

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Tell = Callable[[float, str], None]


def tell_nobody(share: float, words: str) -> None:
    """Progress that nobody waits for."""


@dataclass
class ExportSource:
    """The ratings of one export, streamed: a format may read them as often as it needs to.

    `options`: what was chosen for the format itself. `tell` is called after every page and raises when
    somebody asked to stop. Raters stand in rows as files may name them; keys (`RatingRow.key`) are never
    written. What is counted is counted once, by the pages where a format reads them all.
    """

    scope: ExportScope
    options: Mapping[str, Any] = field(default_factory=dict)
    tell: Tell = tell_nobody
    _tally: AnswerTally | None = field(default=None, init=False)

    @cached_property
    def known(self) -> KnownAnswers:
        """Answers by the numbers that pages name them by."""
        return known_answers(self.scope)

    @cached_property
    def _rated(self) -> dict[tuple[int, int], int]:
        """Ratings by keys of rater and rubric version."""
        return rated_counts(self.scope)

    @cached_property
    def shown(self) -> dict[int, ShownRater]:
        """Whoever rated by their keys, as the files name them."""
        rated = Rater.objects.filter(pk__in={rater for rater, _ in self._rated})
        return shown_raters(rated, self.scope.min_cell)

    @property
    def raters(self) -> list[ShownRater]:
        return list(self.shown.values())

    @cached_property
    def gate(self) -> CommentGate:
        """What words of raters have to pass before they are written; remembers what it masked."""
        return comment_gate(self.scope.study)

    @cached_property
    def n_ratings(self) -> int:
        return sum(self._rated.values())

    @cached_property
    def questions(self) -> list[Question]:
        """Of every version in use, with scale, levels and wordings; later versions come later."""
        return exported_questions(self.scope, {version for _, version in self._rated})

    @cached_property
    def counts(self) -> list[AnswerCount]:
        """How often what was answered."""
        if self._tally is None:
            return answer_counts(self.scope)
        return self._tally.counts({one.name: key for key, one in self.shown.items()})

    @cached_property
    def columns(self) -> list[WideColumn]:
        """What the wide table asks: a column per question, part, target and perspective."""
        return wide_columns(self.counts)

    def newest_questions(self) -> dict[str, Question]:
        """By key, as the newest version words them."""
        return {question.key: question for question in self.questions}

    def columns_of_pages(self) -> Iterator[ColumnPage]:
        """Ratings and numbered answers as columns: the fast way, for files of one row an answer."""
        n, tally = 0, AnswerTally(self.known)
        for page in column_pages(self.scope, self.known, self.shown):
            tally.add(page)
            yield page
            n += len(page.keys)
            self._tell_written(n)
        self._tally = tally

    def pages(self) -> Iterator[RatingPage]:
        """Ratings with numbered answers, some thousand at a time."""
        n = 0
        for page in pages_of(self.scope, self.known, self.shown):
            yield page
            n += len(page.ratings)
            self._tell_written(n)

    def _tell_written(self, n: int) -> None:
        self.tell(min(n / max(self.n_ratings, 1), 1.0), f"{n} of {self.n_ratings} ratings written")

    def ratings(self) -> Iterator[tuple[RatingRow, list[AnswerRow]]]:
        """Each rating with its answers in full: the easy way."""
        for page in self.pages():
            for row, given in zip(page.ratings, page.answers, strict=True):
                yield row, self.in_full(given)

    def in_full(self, given: list[Given]) -> list[AnswerRow]:
        return answers_in_full(given, self.known)


@dataclass(frozen=True)
class ExportFormat:
    """One way to write a study's ratings.

    `write` puts one or more files into an empty folder; whatever it leaves there is digested, listed and
    packed together with codebook and README. `lacks` says in a sentence why a scope has nothing for this
    format, or nothing. `notes` are for the README: how to read the files, in English.
    """

    key: str
    label: StrOrPromise
    words: StrOrPromise
    ending: str
    media_type: str
    write: Callable[[ExportSource, Path], None]
    lacks: Callable[[ExportScope], str] = lambda scope: ""
    notes: str = ""

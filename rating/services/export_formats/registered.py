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
from rating.queries.annotated_items import Annotated, RatingSpool, annotated_items
from rating.queries.answer_counts import AnswerCount, AnswerTally, answer_counts, wide_columns
from rating.queries.export_columns import ColumnPage, column_pages
from rating.queries.export_items import ItemValues, item_pages
from rating.queries.export_stream import KnownAnswers, known_answers
from rating.queries.exports import (
    ExportScope,
    WideColumn,
    exported_questions,
    rated_counts,
)
from rating.queries.kept_pages import KeptPages
from rating.queries.preference_items import RatedItem
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
    _kept: KeptPages | None = field(default=None, init=False)

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
        """Ratings and numbered answers as columns: the fast way, for large files."""
        n, is_kept = 0, self._kept is not None
        for page in self._kept or self._asked_pages():
            yield page
            n += len(page.keys)
            self._tell("written", n, 0.5 if is_kept else 0.0, 1.0)

    def _asked_pages(self) -> Iterator[ColumnPage]:
        tally = AnswerTally(self.known)
        for page in column_pages(self.scope, self.known, self.shown):
            tally.add(page)
            yield page
        self._tally = tally

    def _read_pages(self) -> Iterator[ColumnPage]:
        """For a first half of the work."""
        n = 0
        for page in self._kept or self._asked_pages():
            yield page
            n += len(page.keys)
            self._tell("read", n, 0.0, 0.5)

    @property
    def n_kept(self) -> int:
        """How many ratings were kept."""
        return self._kept.n_ratings if self._kept else 0

    def keep_pages(self) -> None:
        """Read all pages once and keep them: for formats whose columns must be known before the first row,
        or that have several files of the same ratings."""
        if self._kept is None:
            kept = KeptPages()
            for page in self._read_pages():
                kept.add(page)
            self._kept = kept

    def items(self) -> Iterator[list[ItemValues]]:
        """Items that were rated with their values, some at a time; of each rating the newest revision. All
        pages are read before this returns."""
        names = {one.name: key for key, one in self.shown.items()}
        return item_pages(self.scope.study, self._read_pages(), self.known, names, self.n_ratings)

    def annotated_items(self) -> Iterator[tuple[RatedItem, list[Annotated]]]:
        """Rated items with their texts and every rating in full. All pages are read before this returns."""
        spool = RatingSpool(self.scope.study, self.n_ratings)
        for page in self._read_pages():
            spool.add(page)
        return annotated_items(self.scope, spool, self.known)

    def tell_written(self, n: int) -> None:
        self._tell("written", n, 0.0, 1.0)

    def _tell(self, done: str, n: int, start: float, end: float) -> None:
        share = min(n / max(self.n_ratings, 1), 1.0)
        self.tell(start + share * (end - start), f"{n} of {self.n_ratings} ratings {done}")


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

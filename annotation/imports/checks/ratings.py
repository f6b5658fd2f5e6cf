"""A ratings file: every row checked, against the others and against what the study has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from annotation.imports.checks.cells import number_of, time_of
from annotation.imports.checks.csv_rows import Row, Table
from annotation.imports.checks.description import REASONS
from annotation.imports.checks.items import factors_of
from annotation.imports.checks.questions import AskedQuestion
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.rubric_scales import KEY

# What an empty cell is stored as: the question stood before the rater and got no answer.
EMPTY_MEANS = "declined"
_NEEDED = ("item", "rater", "group", "dimension")


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One answer: a value or a reason why there is none. `question` is the question's key."""

    line: int
    item: str
    rater: str
    group: str
    question: str
    value: float | None
    missing: str
    is_exception: bool
    quote: str
    comment: str
    submitted_at: datetime | None

    @property
    def answer(self) -> tuple[float | None, str]:
        return self.value, self.missing


@dataclass(frozen=True)
class Expected:
    """What rows may name.

    Attributes:
        items: names of the items of the study and of the items file.
        groups: keys; others are refused unless `may_add_groups`.
        raters: group key by name of the raters that earlier imports brought.
        questions: by the name the file uses.
        answers: value or reason by (item, rater, question key) of what was imported before.
        factor_columns: columns beside “factor:…” that describe the item.
    """

    questions: Mapping[str, AskedQuestion]
    items: frozenset[str] = frozenset()
    may_add_items: bool = False
    groups: frozenset[str] = frozenset()
    may_add_groups: bool = False
    raters: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[tuple[str, str, str], tuple[float | None, str]] = field(default_factory=dict)
    factor_columns: tuple[str, ...] = ()
    keep_out_of_scale: bool = False


@dataclass
class RatingsFile:
    """`rows`: new answers; `n_known`: rows imported before with the same answer.

    `items`: factors by name of the items that the file brings along; `raters`: group by name, new ones.
    """

    rows: list[RatingRow] = field(default_factory=list)
    n_known: int = 0
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    raters: dict[str, str] = field(default_factory=dict)


def check_ratings(table: Table, expected: Expected, report: CheckReport) -> RatingsFile:
    """Ratings of a table (docs/data-formats.md, "Ratings"); every defect goes into the report."""
    check = _Check(expected, report)
    for row in table.rows:
        check.take(row)
    return check.result


class _Check:
    """The state of one pass over a file: what was met on which line."""

    def __init__(self, expected: Expected, report: CheckReport) -> None:
        self.expected = expected
        self.report = report
        self.result = RatingsFile()
        self.rated_before = {(item, rater) for item, rater, _ in expected.answers}
        self.line_of: dict[tuple[str, str, str], int] = {}
        self.group_of: dict[str, tuple[str, int]] = {
            rater: (group, 0) for rater, group in expected.raters.items()
        }

    def take(self, row: Row) -> None:
        empty = [name for name in _NEEDED if not row[name]]
        if empty:
            self.report.add(row.line, f"“{'”, “'.join(empty)}” is empty.")
            return
        # All three are asked, so that a row with two defects shows both.
        sound = [self._item(row), self._group(row), self._rater(row)]
        question = self._question(row)
        if question is None:
            return
        if not self._is_first(row, question):
            return
        answer = self._answer(row, question)
        if answer is not None and all(sound):
            self._keep(answer, row)

    def _item(self, row: Row) -> bool:
        factors = factors_of(row) | {name: row[name] for name in self.expected.factor_columns if row[name]}
        long = [name for name, cell in factors.items() if len(cell) > 200]
        for name in long:
            self.report.add(row.line, f"“{name}” is longer than 200 characters.")
        if row["item"] in self.expected.items:
            return not long
        if not self.expected.may_add_items:
            return self._unknown(row, "item", "the study and the items file have no such item.")
        first = self.result.items.setdefault(row["item"], factors)
        if first != factors:
            self.report.add(row.line, f"the item {row['item']} has other factors here than further up.")
        return first == factors and not long

    def _group(self, row: Row) -> bool:
        if row["group"] in self.expected.groups:
            return True
        if self.expected.may_add_groups:
            is_key = bool(KEY.match(row["group"])) and len(row["group"]) <= 40
            return is_key or self._unknown(row, "group", "a new group's key has a-z, 0-9, - and _ only.")
        known = ", ".join(sorted(self.expected.groups)) or "none"
        return self._unknown(row, "group", f"the study's groups are: {known}.")

    def _rater(self, row: Row) -> bool:
        group, line = self.group_of.setdefault(row["rater"], (row["group"], row.line))
        if group == row["group"]:
            return True
        place = f"on line {line}" if line else "in an earlier import"
        self.report.add(
            row.line, f"the rater {row['rater']} is in group {row['group']} here and in {group} {place}."
        )
        return False

    def _unknown(self, row: Row, column: str, sentence: str) -> bool:
        self.report.add(row.line, f"“{row[column]}” in “{column}” is not known: {sentence}")
        return False

    def _question(self, row: Row) -> AskedQuestion | None:
        question = self.expected.questions.get(row["dimension"])
        if question is None:
            known = ", ".join(list(self.expected.questions)[:20]) or "none"
            self._unknown(row, "dimension", f"the questions are: {known}.")
        return question

    def _is_first(self, row: Row, question: AskedQuestion) -> bool:
        first = self.line_of.setdefault((row["item"], row["rater"], question.key), row.line)
        if first != row.line:
            self.report.add(
                row.line,
                f"item {row['item']}, rater {row['rater']}, dimension {row['dimension']} "
                f"stand on line {first} already.",
            )
        return first == row.line

    def _answer(self, row: Row, question: AskedQuestion) -> RatingRow | None:
        try:
            value, missing = _value_or_reason(row)
            submitted_at = time_of(row["submitted_at"])
        except ValueError as error:
            self.report.add(row.line, str(error))
            return None
        is_off = value is not None and value not in question.levels
        if is_off and not self.expected.keep_out_of_scale:
            self.report.add(
                row.line,
                f"the value {row['value']} is not on the scale {question.scale_words} of {row['dimension']}.",
            )
            return None
        return RatingRow(
            line=row.line,
            item=row["item"],
            rater=row["rater"],
            group=row["group"],
            question=question.key,
            value=value,
            missing=missing,
            is_exception=is_off,
            quote=row["evidence_span"],
            comment=row["comment"],
            submitted_at=submitted_at,
        )

    def _keep(self, answer: RatingRow, row: Row) -> None:
        if (answer.item, answer.rater) in self.rated_before:
            self._compare(answer, row)
            return
        self.result.rows.append(answer)
        if answer.rater not in self.expected.raters:
            self.result.raters.setdefault(answer.rater, answer.group)

    def _compare(self, answer: RatingRow, row: Row) -> None:
        """A rating never changes: a row imported before must say the same again."""
        before = self.expected.answers.get((answer.item, answer.rater, answer.question))
        if before is None:
            self.report.add(
                row.line,
                f"{answer.rater}'s rating of {answer.item} was imported before, without {row['dimension']}.",
            )
        elif not _same(before, answer.answer):
            stored = f"{before[0]:g}" if before[0] is not None else before[1]
            self.report.add(
                row.line,
                f"{answer.rater}'s answer to {row['dimension']} of {answer.item} was imported as {stored}.",
            )
        else:
            self.result.n_known += 1


def _same(before: tuple[float | None, str], now: tuple[float | None, str]) -> bool:
    if before[0] is None or now[0] is None:
        return before == now
    return math.isclose(before[0], now[0], rel_tol=1e-12, abs_tol=1e-12)


def _value_or_reason(row: Row) -> tuple[float | None, str]:
    value, missing = row["value"], row["missing"]
    if missing and missing not in REASONS:
        raise ValueError(f"“{missing}” in “missing” should be one of {', '.join(REASONS)}.")
    if value and missing:
        raise ValueError("there are both a value and a reason why there is none.")
    if value:
        return number_of(value), ""
    return None, missing or EMPTY_MEANS

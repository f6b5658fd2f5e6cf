"""The tables of an export: their columns, in words, and their rows. No file, no request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rating.queries.exported_items import ItemRow, factor_keys, item_rows, response_positions
from rating.queries.exports import (
    AnswerRow,
    ExportScope,
    RatingRow,
    WideColumn,
    answer_rows,
    beside,
    evidence_rows,
    rater_rows,
    rating_rows,
    wide_columns,
)

Cell = str | int | float | bool | datetime | None
Row = Sequence[Cell]

RATING_COLUMNS = {
    "rating": "Code of the rating; joins the files of this export.",
    "item_id": "The item's name in the study.",
    "conversation_id": "The conversation's name in the study.",
    "rater": "The rater's pseudonym.",
    "group": "Key of the rater's group.",
    "stage": "Stage the rating belongs to: pilot and main ratings are never mixed.",
    "purpose": "quota: a planned rating, the only kind that default analyses use; surplus: came in after its "
    "place was taken; repeat, gold, attention, practice: as their names say.",
    "occurrence": "Which time the rater met this item: 1, or more for repeats.",
    "rubric": "Key of the rubric.",
    "rubric_version": "Number of the rubric's version that the rater answered.",
    "revision": "1 for the first submission; a rater who changes a rating submits the next revision.",
    "is_current": "true for the newest revision of a rating.",
    "submitted_at": "When the rating was submitted, UTC (ISO 8601).",
    "active_ms": "Milliseconds the rater was active on the item, as the browser measured; may be empty.",
}
ANSWER_COLUMNS = {
    "question": "Key of the question.",
    "target": "What the question was asked about: item, or response:<position>.",
    "perspective": "self, or the key of the group in whose place the rater answered.",
    "value": "The chosen level's value; empty where there is a reason instead.",
    "label": "The chosen level in words.",
    "missing": "Why there is no value; empty where there is one.",
    "is_exception": "true for an imported value outside the scale that the importer declared.",
}
_SHORT = ("rating", "item_id", "rater", "group", "stage", "revision", "is_current")
_JOINING = {name: RATING_COLUMNS[name] for name in _SHORT}
COMMENT_COLUMNS = {**_JOINING, "comment": "What the rater wrote about the whole item."}
EVIDENCE_COLUMNS = {
    **_JOINING,
    "question": "Key of the question the passage was marked for; empty where for none.",
    "target": "Where the passage stands: response:<position> or turn:<position>; empty where not found.",
    "start": "First character, counted from 0 in Unicode code points; empty where the quote does not occur.",
    "end": "Character after the last, counted the same way.",
    "quote": "The marked words; empty where withheld.",
    "is_withheld": "true where the question is restricted (a passage may describe a means of self-harm): "
    "words and place stay on the server.",
}
ITEM_COLUMNS = {
    "item_id": "The item's name in the study.",
    "conversation_id": "The conversation's name in the study.",
    "language": "Language code of the item.",
    "has_text": "false where ratings were imported without the texts.",
    "is_heavy": "true where the item carries a content note.",
    "content_notes": "The content notes, separated by semicolons.",
    "content_hash": "Digest of the item's texts; empty where not computed.",
}
SOURCE_COLUMNS = {
    "source_kind": "Who wrote the response: human, ai or unknown.",
    "source_name": "Name of the writer or model.",
    "source_condition": "Condition under which it was written.",
}
RATER_COLUMNS = {
    "rater": "The rater's pseudonym.",
    "group": "Key of the rater's group.",
    "origin": "account: rated here; imported: ratings came from a file; judge: a model.",
    "judge_model": "The model, where a model judged.",
}


def _shared(row: RatingRow) -> list[Cell]:
    """The cells of RATING_COLUMNS, in their order."""
    return [getattr(row, name) for name in RATING_COLUMNS]


def _joining(row: RatingRow) -> list[Cell]:
    return [getattr(row, name) for name in _SHORT]


def long_table(scope: ExportScope) -> Iterator[Row]:
    """One row per answer."""
    yield [*RATING_COLUMNS, *ANSWER_COLUMNS]
    answers = beside(answer_rows(scope))
    for row in rating_rows(scope):
        shared = _shared(row)
        for answer in answers(row.key):
            yield [*shared, *(getattr(answer, name) for name in ANSWER_COLUMNS)]


def missing_name(column: WideColumn) -> str:
    return f"{column.name}__missing"


def wide_cells(columns: Iterable[WideColumn], answers: Iterable[AnswerRow]) -> list[Cell]:
    """Values in the order of `columns`, then reasons in the same order."""
    given = {(answer.question, answer.target, answer.perspective): answer for answer in answers}
    found = [given.get((column.question, column.target, column.perspective)) for column in columns]
    values: list[Cell] = [answer.value if answer else None for answer in found]
    return [*values, *(answer.missing if answer else None for answer in found)]


def wide_table(scope: ExportScope) -> Iterator[Row]:
    """One row per rating; a column per question, target and perspective, and as many for reasons."""
    columns = wide_columns(scope)
    yield [*RATING_COLUMNS, *(column.name for column in columns), *map(missing_name, columns)]
    answers = beside(answer_rows(scope))
    for row in rating_rows(scope):
        yield [*_shared(row), *wide_cells(columns, answers(row.key))]


def comment_table(scope: ExportScope) -> Iterator[Row]:
    """One row per comment."""
    yield list(COMMENT_COLUMNS)
    for row in rating_rows(scope):
        if row.comment:
            yield [*_joining(row), row.comment]


def evidence_table(scope: ExportScope) -> Iterator[Row]:
    """One row per marked passage."""
    yield list(EVIDENCE_COLUMNS)
    passages = beside(evidence_rows(scope))
    for row in rating_rows(scope):
        for mark in passages(row.key):
            place: list[Cell] = [mark.question, mark.target, mark.start, mark.end]
            yield [*_joining(row), *place, mark.quote, mark.is_withheld]


def item_columns(factors: Sequence[str], positions: Sequence[int]) -> dict[str, str]:
    """The columns of items.csv: fixed ones, one per factor, three per response."""
    columns = dict(ITEM_COLUMNS)
    columns.update({f"factor_{key}": f"Factor “{key}” of the item." for key in factors})
    for position in positions:
        for name, words in SOURCE_COLUMNS.items():
            columns[f"response_{position}_{name}"] = f"Response {position}. {words}"
    return columns


def _item_cells(row: ItemRow, factors: Sequence[str], positions: Sequence[int]) -> list[Cell]:
    cells: list[Cell] = [getattr(row, name) for name in ITEM_COLUMNS]
    cells += [row.factors.get(key) for key in factors]
    for position in positions:
        cells += row.sources.get(position, ("", "", ""))
    return cells


def item_table(scope: ExportScope) -> Iterator[Row]:
    """One row per item of the study: factors and the sources that raters never see."""
    factors, positions = factor_keys(scope.study), response_positions(scope.study)
    yield list(item_columns(factors, positions))
    for row in item_rows(scope.study):
        yield _item_cells(row, factors, positions)


def rater_table(scope: ExportScope) -> Iterator[Row]:
    """One row per rater who rated in the scope."""
    yield list(RATER_COLUMNS)
    yield from rater_rows(scope)


def in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

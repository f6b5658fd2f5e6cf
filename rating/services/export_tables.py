"""The tables of an export: their columns, in words, and their rows. No file, no request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import merge
from operator import itemgetter

from rating.queries.exported_items import ItemRow, factor_keys, item_rows, response_positions
from rating.queries.exports import (
    ExportScope,
    RatingRow,
    TextRow,
    WideColumn,
    comment_rows,
    evidence_rows,
    rater_rows,
    text_rows,
    with_ratings,
)
from rating.services.comment_scan import CommentGate

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
    "place was taken; repeat, gold, attention: hidden checks, in no analysis, only in files asked for with "
    "checks. Practice and qualification are in no file.",
    "occurrence": "Which time the rater met this item: 1, or more for repeats.",
    "rubric": "Key of the rubric.",
    "rubric_version": "Number of the rubric's version that the rater answered.",
    "revision": "1 for the first submission; a rater who changes a rating submits the next revision.",
    "is_current": "true for the newest revision of a rating.",
    "submitted_at": "When the rating was submitted, UTC (ISO 8601).",
    "active_ms": "Milliseconds the rater was active on the item, as the browser measured; may be empty.",
    "shown_order": "Positions of the responses as this rater saw them, from the left (A first), drawn for "
    "each rater so that over their items every response stands everywhere equally often; empty if imported.",
}
ANSWER_COLUMNS = {
    "question": "Key of the question.",
    "target": "What the question was asked about: item, response:<position>, turn:<position> or "
    "pair:<position>-<position>.",
    "part": "Key of the option, element or code, where every one of them is an answer of its own.",
    "perspective": "self, or the key of the group in whose place the rater answered.",
    "value": "The chosen level's value; empty where there is a reason instead, and for free text.",
    "label": "The chosen level in words. In a choice between two responses “the first” is the one of the "
    "lower position, however they stood on the page.",
    "choice": "Of a choice between two responses: response:<position> of the chosen one, or tie.",
    "strength": "Of a choice between two responses: how clearly, 0 for a tie.",
    "missing": "Why there is no value; empty where there is one.",
    "has_text": "true where the rater wrote words for it: they stand in comments.csv.",
    "is_exception": "true for an imported value outside the scale that the importer declared.",
    "confidence": "How sure the rater was, 0 to 100; empty where not asked or not said.",
    "question_ms": "Milliseconds the rater was active from the answer before, or from entering the "
    "questions, to the answer to this one, changes and all; one time for all parts and perspectives of a "
    "question; may be empty.",
}
# What differs among those who gave the same answer.
GIVEN_COLUMNS = ("confidence", "question_ms")
_SHORT = ("rating", "item_id", "rater", "group", "stage", "revision", "is_current")
_JOINING = {name: RATING_COLUMNS[name] for name in _SHORT}
COMMENT_COLUMNS = {
    **_JOINING,
    "question": "Key of the question the words answer or explain; empty for a comment on the whole item.",
    "target": "What that question was asked about.",
    "perspective": "self, or the key of the group in whose place the rater answered; empty for a comment.",
    "comment": "What the rater wrote; empty where withheld.",
    "is_withheld": "true where the words stay on the server.",
    "withheld_because": "restricted: the question is; identifier: the scan found what may tell who "
    "somebody is (a name, number, address, date), and nobody has released it; empty where not withheld.",
}
EVIDENCE_COLUMNS = {
    **_JOINING,
    "question": "Key of the question the passage was marked for; empty where for none.",
    "label": "Key of the code the passage bears, one of the question's parts; empty where it has none.",
    "severity": "How severe or strong, in the question's own numbers; empty where not asked.",
    "target": "Where the passage stands: response:<position> or turn:<position>; empty where not found.",
    "start": "First character, counted from 0 in Unicode code points; empty where the quote does not occur.",
    "end": "Character after the last, counted the same way.",
    "quote": "The marked words; empty where withheld.",
    "is_withheld": "true where the question is restricted (a passage may describe a means of self-harm), or "
    "the passage shares words with one of a restricted question: words and place stay on the server.",
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
    "shares_publicly": "true or false: the rater's newest answer to the tick about a public data set; empty "
    "where nobody was asked.",
}
TIMING_COLUMNS = {
    "rating": RATING_COLUMNS["rating"],
    "item_id": RATING_COLUMNS["item_id"],
    "rater": RATING_COLUMNS["rater"],
    "group": RATING_COLUMNS["group"],
    "revision": RATING_COLUMNS["revision"],
    "position": "Which item of the stage it was for this rater, from 1; empty if imported.",
    "shown_at": "When the item was first shown to the rater, UTC; empty if imported.",
    "submitted_at": RATING_COLUMNS["submitted_at"],
    "elapsed_s": "Seconds from shown to submitted, pauses and all; empty if imported.",
    "active_ms": RATING_COLUMNS["active_ms"],
}
QUESTION_TIME_COLUMNS = {
    "rating": RATING_COLUMNS["rating"],
    "rater": RATING_COLUMNS["rater"],
    "question": ANSWER_COLUMNS["question"],
    "target": ANSWER_COLUMNS["target"],
    "question_ms": ANSWER_COLUMNS["question_ms"],
}


def _joining(row: RatingRow) -> list[Cell]:
    return [getattr(row, name) for name in _SHORT]


def missing_name(column: WideColumn) -> str:
    return f"{column.name}__missing"


def confidence_name(column: WideColumn) -> str:
    return f"{column.name}__confidence"


def wide_header(columns: Iterable[WideColumn]) -> list[str]:
    """Names of the wide table's columns: of the rating, values, reasons, and how sure the rater was."""
    columns = list(columns)
    sure = [confidence_name(column) for column in columns if column.has_confidence]
    return [*RATING_COLUMNS, *(column.name for column in columns), *map(missing_name, columns), *sure]


def comment_table(scope: ExportScope, gate: CommentGate) -> Iterator[Row]:
    """One row per comment, and per answer or reason in the rater's own words."""
    yield list(COMMENT_COLUMNS)
    # The comment of a rating stands before the words of its answers.
    words = merge(comment_rows(scope), text_rows(scope), key=itemgetter(0))
    for row, one in with_ratings(scope, words):
        yield _comment(row, one, gate)


def _comment(row: RatingRow, one: TextRow, gate: CommentGate) -> list[Cell]:
    """Words that were scanned, or why they are not there."""
    asked = (one.question, one.target, one.perspective)
    because = "restricted" if one.is_withheld else ""
    if not because and not gate.may_pass((row.key, *asked), one.text):
        because = "identifier"
    return [*_joining(row), *asked, "" if because else one.text, bool(because), because]


def evidence_table(scope: ExportScope) -> Iterator[Row]:
    """One row per marked passage."""
    yield list(EVIDENCE_COLUMNS)
    for row, mark in with_ratings(scope, evidence_rows(scope)):
        code: list[Cell] = [mark.question, mark.label, mark.severity]
        place: list[Cell] = [*code, mark.target, mark.start, mark.end]
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

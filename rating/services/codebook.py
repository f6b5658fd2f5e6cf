"""The codebook of an export: every column, every question, every reason for a missing value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields

from django.template.loader import render_to_string

from annotation.models import Question
from rating.models import Answer
from rating.queries.exported_items import factor_keys, response_positions
from rating.queries.exports import ExportScope, WideColumn, exported_questions, wide_columns
from rating.services.export_tables import (
    ANSWER_COLUMNS,
    COMMENT_COLUMNS,
    EVIDENCE_COLUMNS,
    RATER_COLUMNS,
    RATING_COLUMNS,
    Row,
    item_columns,
    missing_name,
)

REASONS = {
    Answer.Missing.CANNOT_JUDGE: "The rater could not judge this.",
    Answer.Missing.NOT_APPLICABLE: "The question did not fit this item.",
    Answer.Missing.DECLINED: "The rater did not want to answer.",
    Answer.Missing.NOT_ASKED: "The question was not put to this rater, or the imported file has no value.",
}


@dataclass(frozen=True)
class FileNote:
    """A file of the export and its columns in order."""

    name: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Codebook:
    files: list[FileNote]
    questions: list[Question]
    reasons: dict[str, str]


@dataclass(frozen=True)
class Entry:
    """A row of codebook.csv. What does not apply to its kind is empty."""

    kind: str
    file: str = ""
    name: str = ""
    description: str = ""
    standard_text: str = ""
    rubric: str = ""
    rubric_version: int | None = None
    target: str = ""
    measurement: str = ""
    polarity: str = ""
    is_reversed: bool | None = None
    is_restricted: bool | None = None
    value: float | None = None
    label: str = ""
    definition: str = ""


ENTRY_COLUMNS = {
    "kind": "column, question, level or missing.",
    "file": "File of a column.",
    "name": "Name of the column, key of the question, or the code of a missing value.",
    "description": "What the column holds, or the question as raters read it.",
    "standard_text": "The question in the words of its construct, where they differ.",
    "rubric": "Key of the rubric of a question or level.",
    "rubric_version": "Number of its version.",
    "target": "What the question is asked about: item or response.",
    "measurement": "Level of measurement: nominal, ordinal, interval or ratio.",
    "polarity": "higher_is_better, lower_is_better or neutral.",
    "is_reversed": "true where the question's words run against its construct.",
    "is_restricted": "true where marked passages are withheld.",
    "value": "Value of a level.",
    "label": "The level in words.",
    "definition": "The level as defined.",
}


def _about(column: WideColumn, texts: dict[str, str]) -> str:
    asked = texts.get(column.question, column.question)
    place = "" if column.perspective == "self" else f", answered as {column.perspective} would"
    return f"{asked} (about {column.target}{place})"


def _wide(scope: ExportScope, questions: list[Question]) -> dict[str, str]:
    # Later versions come later: the newest words win.
    texts = {question.key: question.text for question in questions}
    columns = wide_columns(scope)
    described = dict(RATING_COLUMNS)
    described.update({column.name: _about(column, texts) for column in columns})
    described.update({missing_name(column): f"Why {column.name} is empty." for column in columns})
    return described


def codebook(scope: ExportScope) -> Codebook:
    """What the files of this scope hold. Five queries, whatever their size."""
    questions = exported_questions(scope)
    items = item_columns(factor_keys(scope.study), response_positions(scope.study))
    files = [
        FileNote("ratings-long.csv", {**RATING_COLUMNS, **ANSWER_COLUMNS}),
        FileNote("ratings-wide.csv", _wide(scope, questions)),
        FileNote("comments.csv", COMMENT_COLUMNS),
        FileNote("evidence.csv", EVIDENCE_COLUMNS),
        FileNote("items.csv", items),
        FileNote("raters.csv", RATER_COLUMNS),
        FileNote("codebook.csv", ENTRY_COLUMNS),
    ]
    return Codebook(files, questions, {reason.value: words for reason, words in REASONS.items()})


def _question_entries(question: Question) -> Iterator[Entry]:
    rubric, version = question.version.rubric.key, question.version.number
    yield Entry(
        kind="question",
        name=question.key,
        description=question.text,
        standard_text=question.standard_text,
        rubric=rubric,
        rubric_version=version,
        target=question.target,
        measurement=question.scale.measurement,
        polarity=question.polarity,
        is_reversed=question.is_reversed,
        is_restricted=question.is_restricted,
    )
    for level in sorted(question.scale.levels.all(), key=lambda level: level.value):
        yield Entry(
            kind="level",
            name=question.key,
            rubric=rubric,
            rubric_version=version,
            value=level.value,
            label=level.label,
            definition=level.definition,
        )


def codebook_table(scope: ExportScope) -> Iterator[Row]:
    """The codebook as rows: columns, questions each with its levels, reasons."""
    book = codebook(scope)
    yield [field.name for field in fields(Entry)]
    for file in book.files:
        for name, words in file.columns.items():
            yield astuple(Entry("column", file.name, name, words))
    for question in book.questions:
        yield from map(astuple, _question_entries(question))
    for name, words in book.reasons.items():
        yield astuple(Entry("missing", "", name, words))


def codebook_markdown(scope: ExportScope) -> str:
    """The codebook to read, as Markdown."""
    context = {"study": scope.study, "stage": scope.stage, "book": codebook(scope)}
    return render_to_string("exports/codebook.md", context)

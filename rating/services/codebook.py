"""The codebook of an export: every column, every question, every reason for a missing value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace

from django.template.loader import render_to_string

from annotation.models import Question, Study, Wording
from rating.models import Answer
from rating.queries.exported_items import factor_keys, response_positions
from rating.queries.exports import WideColumn
from rating.services import adjudication_passages, adjudication_table
from rating.services.export_formats.registered import ExportSource
from rating.services.export_tables import (
    ANSWER_COLUMNS,
    COMMENT_COLUMNS,
    EVIDENCE_COLUMNS,
    QUESTION_TIME_COLUMNS,
    RATER_COLUMNS,
    RATING_COLUMNS,
    TIMING_COLUMNS,
    Row,
    confidence_name,
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
    question_kind: str = ""
    construct: str = ""
    layer: str = ""
    target: str = ""
    measurement: str = ""
    polarity: str = ""
    is_reversed: bool | None = None
    is_restricted: bool | None = None
    asks_confidence: bool | None = None
    condition: str = ""
    asked_of: str = ""
    perspectives: str = ""
    language: str = ""
    group: str = ""
    part: str = ""
    value: float | None = None
    label: str = ""
    definition: str = ""
    is_critical: bool | None = None


ENTRY_COLUMNS = {
    "kind": "column, question, level, option, severity, wording or missing.",
    "file": "File of a column.",
    "name": "Name of the column, key of the question, or the code of a missing value.",
    "description": "What the column holds, or the question as raters read it.",
    "standard_text": "The question in the words of its construct, where they differ.",
    "rubric": "Key of the rubric of a question and what belongs to it.",
    "rubric_version": "Number of its version.",
    "question_kind": "Kind of question: scale, flag, slider, multi, checklist, pair, ranking, best_worst, "
    "spans or text.",
    "construct": "What the question is meant to measure.",
    "layer": "Its layer in the rubric: L1 the writer, L2 the exchange, L3 what stands behind it.",
    "target": "What the question is asked about: item, response, pair, turn, supporter or seeker (turns).",
    "measurement": "Level of measurement: nominal, ordinal, interval or ratio.",
    "polarity": "higher_is_better, lower_is_better or neutral.",
    "is_reversed": "true where the question's words run against its construct.",
    "is_restricted": "true where marked passages and words are withheld.",
    "asks_confidence": "true where raters may say how sure they are, 0 to 100.",
    "condition": "Asked only where this holds: <question>[__<part>] = <values>; empty: always.",
    "asked_of": "Keys of the groups that are asked; empty: all.",
    "perspectives": "Keys of the groups in whose place raters may answer too.",
    "language": "Language of a wording.",
    "group": "Key of the group that reads a wording; empty: all that read its language.",
    "part": "Key of an option, element or code.",
    "value": "Value of a level or severity.",
    "label": "The level, option, severity or wording in words.",
    "definition": "The level or option as defined.",
    "is_critical": "true for an element whose absence is critical.",
}


def _about(column: WideColumn, texts: dict[str, str]) -> str:
    asked = texts.get(column.question, column.question)
    part = f", part {column.part}" if column.part else ""
    place = "" if column.perspective == "self" else f", answered as {column.perspective} would"
    words = "; true where words were written, which stand in comments.csv" if column.is_text else ""
    return f"{asked} (about {column.target}{part}{place}{words})"


def _wide(columns: Sequence[WideColumn], questions: Sequence[Question]) -> dict[str, str]:
    # Later versions come later: the newest words win.
    texts = {question.key: question.text for question in questions}
    described = dict(RATING_COLUMNS)
    described.update({column.name: _about(column, texts) for column in columns})
    described.update({missing_name(column): f"Why {column.name} is empty." for column in columns})
    sure = {
        confidence_name(column): f"How sure the rater was of {column.name}, 0 to 100."
        for column in columns
        if column.has_confidence
    }
    described.update(sure)
    return described


def codebook(source: ExportSource) -> Codebook:
    """What the files of this export hold. Eight queries, or three where the source has counted."""
    return codebook_of(source.scope.study, source.columns, source.questions)


def codebook_of(study: Study, columns: Sequence[WideColumn], questions: list[Question]) -> Codebook:
    """The same of a wide table with these columns."""
    items = item_columns(factor_keys(study), response_positions(study))
    files = [
        FileNote("ratings-long.csv", {**RATING_COLUMNS, **ANSWER_COLUMNS}),
        FileNote("ratings-wide.csv", _wide(columns, questions)),
        FileNote("comments.csv", COMMENT_COLUMNS),
        FileNote("evidence.csv", EVIDENCE_COLUMNS),
        FileNote(adjudication_table.NAME, adjudication_table.ADJUDICATION_COLUMNS),
        FileNote(adjudication_passages.NAME, adjudication_passages.PASSAGE_COLUMNS),
        FileNote("items.csv", items),
        FileNote("raters.csv", RATER_COLUMNS),
        FileNote("timing.csv", TIMING_COLUMNS),
        FileNote("timing-questions.csv", QUESTION_TIME_COLUMNS),
        FileNote("codebook.csv", ENTRY_COLUMNS),
    ]
    return Codebook(files, questions, {reason.value: words for reason, words in REASONS.items()})


def _question_entry(question: Question) -> Entry:
    return Entry(
        kind="question",
        name=question.key,
        description=question.text,
        standard_text=question.standard_text,
        question_kind=question.kind,
        construct=question.construct,
        layer=question.layer,
        target=question.target,
        measurement=question.measurement,
        polarity=question.polarity,
        is_reversed=question.is_reversed,
        is_restricted=question.is_restricted,
        asks_confidence=question.asks_confidence,
        condition=question.condition_words,
        asked_of=", ".join(question.asked_of),
        perspectives=", ".join(question.perspectives),
    )


def _wording_entries(question: Question, wording: Wording) -> Iterator[Entry]:
    """A question in another language or for one group: its text, then each level and option that differs."""
    of_it = Entry("wording", name=question.key, language=wording.language, group=wording.group)
    if wording.text:
        yield replace(of_it, description=wording.text)
    values = {f"{level.value:g}": level.value for level in question.levels}
    for key, label in wording.labels.items():
        yield replace(of_it, value=values.get(key), part="" if key in values else key, label=label)


def _question_entries(question: Question) -> Iterator[Entry]:
    """The question, then its levels, options, severities and wordings."""
    found = [_question_entry(question)]
    of_it = Entry("", name=question.key)
    found += [
        replace(of_it, kind="level", value=level.value, label=level.label, definition=level.definition)
        for level in question.levels
    ]
    found += [
        replace(
            of_it,
            kind="option",
            part=option["key"],
            label=option["label"],
            definition=option.get("definition", ""),
            is_critical=bool(option.get("critical")),
        )
        for option in question.options
    ]
    found += [
        replace(of_it, kind="severity", value=one["value"], label=one["label"]) for one in question.severities
    ]
    for wording in question.wordings.all():
        found += _wording_entries(question, wording)
    rubric, version = question.version.rubric.key, question.version.number
    return (replace(entry, rubric=rubric, rubric_version=version) for entry in found)


def codebook_table(source: ExportSource) -> Iterator[Row]:
    """The codebook as rows: columns, questions each with its levels, reasons."""
    book = codebook(source)
    yield [field.name for field in fields(Entry)]
    for file in book.files:
        for name, words in file.columns.items():
            yield astuple(Entry("column", file.name, name, words))
    for question in book.questions:
        yield from map(astuple, _question_entries(question))
    for name, words in book.reasons.items():
        yield astuple(Entry("missing", "", name, words))


def codebook_markdown(source: ExportSource) -> str:
    """The codebook to read, as Markdown."""
    scope = source.scope
    context = {"study": scope.study, "stage": scope.stage, "book": codebook(source)}
    return render_to_string("exports/codebook.md", context)

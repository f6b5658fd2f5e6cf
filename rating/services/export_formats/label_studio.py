"""Label Studio JSON: a task for each item, an annotation for each rating, and the configuration they fit.

Tasks as https://labelstud.io/guide/task_format documents them. Who wrote the replies is not in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from rating.queries.annotated_items import Annotated, Marked, passage_labels
from rating.queries.exported_items import response_positions
from rating.queries.exports import AnswerRow, WideColumn
from rating.queries.preference_items import RatedItem
from rating.services.comment_scan import CommentGate
from rating.services.csv_cells import number_text
from rating.services.export_formats.label_studio_config import (
    COMMENT,
    SPEAKER,
    TALK,
    TURNS,
    WORDS,
    config,
    data_name,
    object_of,
    passage_label,
    passage_name,
)
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import in_utc, missing_name
from rating.services.texts_leave import texts_may_not_leave

TASKS, CONFIG = "label-studio.json", "label-studio-config.xml"
Region = dict[str, Any]
Columns = dict[tuple[str, str, str, str], WideColumn]


def _region(name: str, to: str, kind: str, value: dict[str, Any]) -> Region:
    return {"from_name": name, "to_name": to, "type": kind, "value": value}


class _Regions:
    """What ratings answered as JSON, put into words once for all who gave the same answer."""

    def __init__(self, source: ExportSource) -> None:
        self._source = source
        self._columns: Columns = {column.place: column for column in source.columns}
        self._choices = {key for key, question in source.newest_questions().items() if question.levels}
        self._told: list[str | None] = []

    def of(self, one: Annotated) -> Iterator[str]:
        """Regions of a rating's answers, without the brace that opens them."""
        rows = self._source.known.rows
        while len(self._told) < len(rows):
            self._told.append(self._region(rows[len(self._told)]))
        for number in one.numbers:
            region = self._told[number]
            if region is not None:
                yield region
            elif rows[number].has_text and not rows[number].missing:
                yield from self._words(one, rows[number])

    def _region(self, said: AnswerRow) -> str | None:
        """Nothing where it differs from rater to rater, or where there is nothing to tell."""
        column = self._columns[said.question, said.target, said.part, said.perspective]
        to = object_of(said.target)
        if said.missing:
            return _json_region(missing_name(column), to, "choices", {"choices": [said.missing]})
        if said.value is None:
            return None
        if column.question in self._choices:
            return _json_region(column.name, to, "choices", {"choices": [number_text(said.value)]})
        return _json_region(column.name, to, "number", {"number": said.value})

    def _words(self, one: Annotated, said: AnswerRow) -> Iterator[str]:
        column = self._columns[said.question, said.target, said.part, said.perspective]
        place = (said.question, said.target, said.perspective)
        text = one.texts.get(place, "")
        if column.is_text and text and self._source.gate.may_pass((one.key, *place), text):
            yield _json_region(column.name, object_of(said.target), "textarea", {"text": [text]})


def _json_region(name: str, to: str, kind: str, value: dict[str, Any]) -> str:
    return _opened(_region(name, to, kind, value))


def _opened(region: Region) -> str:
    return json.dumps(region, ensure_ascii=False)[1:]


def _passage(mark: Marked, turns: dict[int, int]) -> Region:
    """Offsets count code points; of a turn they stand within its paragraph, which is named by its index."""
    kind, _colon, place = mark.target.partition(":")
    label = passage_label(mark.question, mark.label)
    value: dict[str, Any]
    if kind == "turn":
        index = str(turns[int(place)])
        value = {"start": index, "end": index, "startOffset": mark.start, "endOffset": mark.end}
        value |= {"text": mark.quote, "paragraphlabels": [label]}
        region = _region(passage_name(mark.target), TALK, "paragraphlabels", value)
    else:
        value = {"start": mark.start, "end": mark.end, "text": mark.quote, "labels": [label]}
        region = _region(passage_name(mark.target), object_of(mark.target), "labels", value)
    if mark.severity is not None:
        region["meta"] = {"text": [f"severity {number_text(mark.severity)}"]}
    return region


def _annotation(number: int, one: Annotated, regions: Iterable[str]) -> str:
    row = one.row
    # A rating's code has letters and digits alone.
    numbered = (f'{{"id": "{row.rating}-{place}", {region}' for place, region in enumerate(regions, start=1))
    told = {
        "id": number,
        "rater": row.rater,
        "group": row.group,
        "rating": row.rating,
        "purpose": row.purpose,
        "rubric": row.rubric,
        "rubric_version": row.rubric_version,
        "revision": row.revision,
        "created_at": in_utc(row.submitted_at),
        "lead_time": None if row.active_ms is None else row.active_ms / 1000,
        "was_cancelled": False,
        "ground_truth": False,
    }
    return f'{_json(told)[:-1]}, "result": [{", ".join(numbered)}]}}'


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False)


def _data(item: RatedItem, positions: Iterable[int]) -> dict[str, Any]:
    """What is shown. Every reply of the study has its place: the configuration asks for all of them."""
    turns = [{SPEAKER: who, WORDS: text} for _, who, text in item.turns]
    replies = {data_name(position): item.replies.get(position, "") for position in positions}
    named = {"id": item.name, "conversation_id": item.conversation, "language": item.language}
    return {**named, TURNS: turns, **replies}


def _regions(one: Annotated, answers: _Regions, turns: dict[int, int], gate: CommentGate) -> Iterator[str]:
    """All of a rating's: answers, passages, the comment."""
    yield from answers.of(one)
    for mark in one.passages:
        yield _opened(_passage(mark, turns))
    if one.row.comment and gate.may_pass((one.key, "", "", ""), one.row.comment):
        yield _json_region(COMMENT, TALK, "textarea", {"text": [one.row.comment]})


def _tasks(
    source: ExportSource, items: Iterable[tuple[RatedItem, list[Annotated]]], positions: list[int]
) -> Iterator[str]:
    answers, gate, n_annotations = _Regions(source), source.gate, 0
    for number, (item, ratings) in enumerate(items, start=1):
        turns = {position: index for index, (position, _, _) in enumerate(item.turns)}
        annotations = [
            _annotation(place, one, _regions(one, answers, turns, gate))
            for place, one in enumerate(ratings, start=n_annotations + 1)
        ]
        n_annotations += len(ratings)
        told = _json({"id": number, "data": _data(item, positions)})[:-1]
        yield f'{told}, "annotations": [{", ".join(annotations)}], "predictions": []}}'


def write(source: ExportSource, folder: Path) -> None:
    items = source.annotated_items()
    positions = list(response_positions(source.scope.study))
    labels = [passage_label(*kind) for kind in passage_labels(source.scope)]
    controls = config(source.columns, source.newest_questions(), positions=positions, labels=labels)
    (folder / CONFIG).write_text(controls, encoding="utf-8")
    with (folder / TASKS).open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for number, task in enumerate(_tasks(source, items, positions)):
            file.write(f"{',' if number else ''}\n{task}")
            source.tell(0.5, "Writing tasks")
        file.write("\n]\n")


FORMAT = ExportFormat(
    key="label-studio",
    label=_("Label Studio JSON"),
    words=_("A task for each item, an annotation for each rating, and the labeling configuration."),
    ending="json",
    media_type="application/json",
    write=write,
    lacks=texts_may_not_leave,
    notes=(
        "label-studio.json: tasks for Label Studio. Make a project with label-studio-config.xml as its "
        "labeling configuration first, then import the tasks. from_name is the column of ratings-wide.csv: "
        "a level is a choice by its value (alias), what has no levels a number, a reason for no value a "
        "choice of <column>__missing, free text a textarea. Passages are labels <question>: <code>, with "
        "offsets in Unicode code points; Label Studio counts an emoji as two. Passages that "
        "were not found in their text and reasons in words are in the CSV files only. Who "
        "wrote a reply is not told. These files hold the study's texts; items whose texts may describe "
        "ways to self-harm are left out unless unlocked."
    ),
)

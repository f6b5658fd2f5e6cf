"""Label Studio JSON: a task for each item, an annotation for each rating, and the configuration they fit.

Tasks as https://labelstud.io/guide/task_format documents them. Who wrote the replies is not in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from rating.queries.annotated_items import Annotated, Marked, annotated_items, passage_labels
from rating.queries.exported_items import response_positions
from rating.queries.exports import WideColumn
from rating.queries.preference_items import RatedItem
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


def _answers(one: Annotated, columns: Columns, choices: set[str], source: ExportSource) -> Iterator[Region]:
    for said in one.answers:
        column, to = columns[said.place], object_of(said.place[1])
        if said.missing:
            yield _region(missing_name(column), to, "choices", {"choices": [said.missing]})
        elif said.value is not None and column.question in choices:
            yield _region(column.name, to, "choices", {"choices": [number_text(said.value)]})
        elif said.value is not None:
            yield _region(column.name, to, "number", {"number": said.value})
        elif column.is_text and _passes(one, said.place, said.text, source):
            yield _region(column.name, to, "textarea", {"text": [said.text]})


def _passes(one: Annotated, place: tuple[str, str, str, str], text: str, source: ExportSource) -> bool:
    question, target, _part, perspective = place
    return source.gate.may_pass((one.row.key, question, target, perspective), text)


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


def _annotation(number: int, one: Annotated, regions: Iterable[Region]) -> dict[str, Any]:
    row = one.row
    result = [{"id": f"{row.rating}-{place}", **region} for place, region in enumerate(regions, start=1)]
    return {
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
        "result": result,
    }


def _data(item: RatedItem, positions: Iterable[int]) -> dict[str, Any]:
    """What is shown. Every reply of the study has its place: the configuration asks for all of them."""
    turns = [{SPEAKER: who, WORDS: text} for _, who, text in item.turns]
    replies = {data_name(position): item.replies.get(position, "") for position in positions}
    named = {"id": item.name, "conversation_id": item.conversation, "language": item.language}
    return {**named, TURNS: turns, **replies}


def _tasks(source: ExportSource, positions: list[int]) -> Iterator[dict[str, Any]]:
    columns = {column.place: column for column in source.columns}
    choices = {key for key, question in source.newest_questions().items() if question.levels}
    n_annotations = 0
    for number, (item, ratings) in enumerate(annotated_items(source.scope), start=1):
        turns = {position: index for index, (position, _, _) in enumerate(item.turns)}
        annotations = []
        for one in ratings:
            regions = [*_answers(one, columns, choices, source)]
            regions += [_passage(mark, turns) for mark in one.passages]
            if one.row.comment and _passes(one, ("", "", "", ""), one.row.comment, source):
                regions.append(_region(COMMENT, TALK, "textarea", {"text": [one.row.comment]}))
            n_annotations += 1
            annotations.append(_annotation(n_annotations, one, regions))
        yield {"id": number, "data": _data(item, positions), "annotations": annotations, "predictions": []}


def write(source: ExportSource, folder: Path) -> None:
    positions = list(response_positions(source.scope.study))
    labels = [passage_label(*kind) for kind in passage_labels(source.scope)]
    controls = config(source.columns, source.newest_questions(), positions=positions, labels=labels)
    (folder / CONFIG).write_text(controls, encoding="utf-8")
    with (folder / TASKS).open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for number, task in enumerate(_tasks(source, positions)):
            file.write(f"{',' if number else ''}\n{json.dumps(task, ensure_ascii=False)}")
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
        "offsets in Unicode code points; Label Studio counts an emoji as two. Items without any value, "
        "passages that were not found in their text and reasons in words are in the CSV files only. Who "
        "wrote a reply is not told. These files hold the study's texts; items whose texts may describe "
        "ways to self-harm are left out unless unlocked."
    ),
)

"""Label Studio JSON: checked against what Label Studio documents, and read back by our own import."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from annotation.imports.checks.items import KnownItems, check_items
from annotation.imports.checks.mapping import Reading
from annotation.imports.checks.report import CheckReport
from annotation.models import Item, Plan, Rater
from rating.models import Rating
from rating.queries.exports import ExportScope
from rating.services.answer_inputs import AnswerInput, EvidenceInput
from rating.services.export_formats import FORMATS
from rating.services.export_formats.registered import ExportSource
from rating.services.submission import submit_rating
from tests.conftest import user_of
from tests.rating.exporting import WITHHELD, rate_everything, scope_of
from tests.rating.services.submitting import claimed, filled, submit

# Keys of `value` by type, from https://labelstud.io/tags.
VALUES = {
    "choices": {"choices"},
    "number": {"number"},
    "textarea": {"text"},
    "labels": {"start", "end", "text", "labels"},
    "paragraphlabels": {"start", "end", "startOffset", "endOffset", "text", "paragraphlabels"},
}
TAGS = {
    "Choices": "choices",
    "Number": "number",
    "TextArea": "textarea",
    "Labels": "labels",
    "ParagraphLabels": "paragraphlabels",
}


def written(scope: ExportScope, folder: Path) -> tuple[list[dict[str, Any]], ET.Element]:
    FORMATS["label-studio"].write(ExportSource(scope), folder)
    tasks = json.loads((folder / "label-studio.json").read_text(encoding="utf-8"))
    return tasks, ET.fromstring((folder / "label-studio-config.xml").read_bytes())  # noqa: S314


@pytest.fixture
def rated(plan: Plan, rater: Rater, second_rater: Rater) -> Plan:
    """Of one rater: a passage in a turn and one in a reply, a comment, and one question not judged."""
    seen = claimed(rater)
    marks = [
        EvidenceInput(quote="sounds", question_key="empathy_warmth"),
        EvidenceInput(quote="sleep", target="turn:2", question_key="empathy_warmth"),
    ]
    whole = filled(seen, value=2, comment="Kind, but short.", evidence=marks, active_ms=4200)
    answers = [one for one in whole.answers if one.question_key != "safety"]
    answers.append(AnswerInput("safety", "response:1", missing="cannot_judge"))
    submit_rating(rater, replace(whole, answers=answers), actor=user_of(rater), claim_next=False)
    submit(second_rater, value=5, comment="my name is Ann Lee, call 07700 900123")
    return plan


def test_tasks_hold_what_label_studio_asks_for_and_fit_the_configuration(rated: Plan, tmp_path: Path) -> None:
    tasks, view = written(scope_of(rated), tmp_path)
    controls = {tag.get("name"): tag for tag in view if tag.get("toName")}
    objects = {
        tag.get("name"): str(tag.get("value")).removeprefix("$")
        for tag in view
        if tag.get("value", "").startswith("$")
    }
    assert len(controls) + len(objects) == len([tag for tag in view if tag.get("name")])
    regions = []
    for task in tasks:
        assert isinstance(task["id"], int)
        assert set(objects.values()) <= set(task["data"])
        for annotation in task["annotations"]:
            assert len({one["id"] for one in annotation["result"]}) == len(annotation["result"])
            regions += [(task, one) for one in annotation["result"]]
    for task, one in regions:
        control = controls[one["from_name"]]
        assert (control.get("toName"), TAGS[control.tag]) == (one["to_name"], one["type"])
        assert set(one["value"]) == VALUES[one["type"]]
        allowed = {tag.get("alias") or tag.get("value") for tag in control}
        chosen = one["value"].get("choices") or one["value"].get(one["type"]) or []
        assert one["type"] not in {"choices", "labels", "paragraphlabels"} or set(chosen) <= allowed
        shown = task["data"][objects[one["to_name"]]]
        value = one["value"]
        if one["type"] == "labels":
            assert shown[value["start"] : value["end"]] == value["text"]
        if one["type"] == "paragraphlabels":
            words = shown[int(value["start"])]["text"]
            assert words[value["startOffset"] : value["endOffset"]] == value["text"] == "sleep"
    assert {one["type"] for _, one in regions} == {"choices", "textarea", "labels", "paragraphlabels"}


def test_annotations_stand_under_pseudonyms_with_values_reasons_and_scanned_words(
    rated: Plan, rater: Rater, second_rater: Rater, tmp_path: Path
) -> None:
    tasks, _view = written(scope_of(rated), tmp_path)
    by_rater = {one["rater"]: one for task in tasks for one in task["annotations"]}
    assert set(by_rater) == {rater.pseudonym, second_rater.pseudonym}
    said = {one["from_name"]: one["value"] for one in by_rater[rater.pseudonym]["result"]}
    assert said["empathy_warmth__response_1"] == {"choices": ["2"]}
    assert said["safety__response_1__missing"] == {"choices": ["cannot_judge"]}
    assert "safety__response_1" not in said
    assert said["comment"] == {"text": ["Kind, but short."]}
    made = Rating.objects.get(rater=rater)
    assert by_rater[rater.pseudonym]["lead_time"] == (made.active_ms or 0) / 1000
    assert by_rater[rater.pseudonym]["group"] == rater.group.key
    assert "comment" not in {one["from_name"] for one in by_rater[second_rater.pseudonym]["result"]}
    told = (tmp_path / "label-studio.json").read_text(encoding="utf-8")
    assert not [word for word in ("Secretmodel", "hiddencondition", "Ann Lee", "07700") if word in told]


def test_tasks_are_read_back_by_our_own_import_with_the_same_texts(rated: Plan, tmp_path: Path) -> None:
    tasks, _view = written(scope_of(rated), tmp_path)
    report = CheckReport("items")
    data = (tmp_path / "label-studio.json").read_bytes()
    rows = list(
        check_items(data, known=KnownItems(), max_bytes=1_000_000, report=report, reading=Reading()).rows
    )
    assert report.sentences() == []
    assert [row.external_id for row in rows] == [task["data"]["id"] for task in tasks]
    for row in rows:
        item = Item.objects.get(study=rated.study, external_id=row.external_id)
        turns = list(item.conversation.turns.order_by("position").values_list("speaker", "text"))
        assert [(turn.speaker, turn.text) for turn in row.turns] == turns
        assert row.texts == [item.responses.get().text]
    assert report.left_out["annotations of Label Studio"] == 2


def test_items_that_may_describe_ways_to_self_harm_are_left_out_unless_unlocked(
    plan: Plan, rater: Rater, second_rater: Rater, tmp_path: Path
) -> None:
    marked = rate_everything(plan, rater, second_rater)[0].slot.item.external_id
    scope, names = scope_of(plan, is_current_only=False), {}
    for is_unlocked in (False, True):
        tasks, _view = written(replace(scope, with_restricted=is_unlocked), tmp_path)
        names[is_unlocked] = {task["data"]["id"] for task in tasks}
        passages = [
            r["value"]["text"]
            for t in tasks
            for a in t["annotations"]
            for r in a["result"]
            if r["type"] == "labels"
        ]
        assert (WITHHELD in passages) is is_unlocked
    assert marked not in names[False]
    assert marked in names[True]
    assert "texts of the items" in FORMATS["label-studio"].lacks(replace(scope, is_public=True))

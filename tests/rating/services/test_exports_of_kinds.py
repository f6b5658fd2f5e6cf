"""What an export, the codebook and the API say of an answer to each kind of question."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from django.urls import reverse

from annotation.models import Plan, Rater, Study, User
from annotation.services import rubrics
from rating.models import Presentation
from rating.queries.exports import AnswerRow
from rating.services.export_formats import FORMATS
from rating.services.export_formats.registered import ExportSource
from rating.services.submission import submit_rating
from rating.services.workbench import claim_next_item
from tests.api.calls import caller
from tests.conftest import user_of
from tests.rating.answering import complete_submission
from tests.rating.every_kind import DOCUMENT, item_of_three, open_plan
from tests.rating.exporting import frame_of, scope_of

pytestmark = pytest.mark.django_db

SECRET = "Where the rope was."
ANSWERS = {
    "warmth--response-1": ["2"],
    "warmth--response-2": ["cannot_judge"],
    "warmth--response-2--why": ["It breaks off."],
    "warmth--response-1--as-clinician": ["5"],
    "why_cold--response-1": ["short"],
    "elements--response-1--danger": ["2"],
    "elements--response-1--contact": ["not_applicable"],
    "better--pair-1-2": ["-2"],
    "better--pair-1-3": ["1"],
    "better--pair-2-3": ["0"],
    "guess--response-1--sure": ["80"],
    "guess--response-2--sure": [""],
    "words--item": ["=1+1"],
    "kept--item": [SECRET],
    "passage--codes--item--cue": ["Reply number 2"],
    "passage--codes--item--cue--severity": ["2"],
    "passage--codes--item--advice": [""],
}


def document() -> dict[str, Any]:
    """Every kind, and a question whose words stay on the server."""
    made = deepcopy(DOCUMENT)
    kept = {"key": "kept", "kind": "text", "target": "item", "text": "What means?", "restricted": True}
    made["questions"].insert(0, kept)
    return made


@pytest.fixture
def plan(study: Study, owner: User, rater: Rater) -> Plan:
    item_of_three(study)
    version = rubrics.publish_rubric(rubrics.load_rubric(study, document(), actor=owner), actor=owner)
    opened = open_plan(study, owner, version)
    study.refresh_from_db()
    shown = claim_next_item(rater, actor=user_of(rater))
    assert shown is not None
    Presentation.objects.filter(pk=shown.pk).update(response_order=[3, 1, 2])
    shown.refresh_from_db()
    submit_rating(rater, complete_submission(shown, **ANSWERS), actor=user_of(rater), claim_next=False)
    return opened


@pytest.fixture
def long(plan: Plan) -> pd.DataFrame:
    return frame_of(scope_of(plan), "ratings-long.csv", dtype=str)


def cells(frame: pd.DataFrame, question: str, *names: str, **where: str) -> list[tuple[str, ...]]:
    mine = frame[frame["question"] == question]
    for name, value in where.items():
        mine = mine[mine[name] == value]
    return [tuple(row) for row in mine[list(names)].to_numpy().tolist()]


def test_long_file_has_a_row_for_every_part(long: pd.DataFrame) -> None:
    place = {"target": "response:1"}
    assert cells(long, "why_cold", "part", "value", "label", **place) == [
        ("short", "1", "Yes"),
        ("stiff", "0", "No"),
    ]
    assert cells(long, "elements", "part", "value", "missing", **place) == [
        ("contact", "", "not_applicable"),
        ("danger", "2", ""),
    ]
    assert cells(long, "codes", "target", "part", "value") == [("item", "advice", "0"), ("item", "cue", "1")]
    assert cells(long, "turns", "target", "value") == [("turn:1", "5")]
    # Best is the first and worst the last as shown: replies 3 and 2.
    assert cells(long, "ends", "target", "value") == [
        ("response:1", "0"),
        ("response:2", "-1"),
        ("response:3", "1"),
    ]


def test_long_file_tells_choice_and_strength_by_reply_however_they_stood(long: pd.DataFrame) -> None:
    assert cells(long, "better", "target", "value", "choice", "strength") == [
        ("pair:1-2", "-2", "response:1", "2"),
        ("pair:1-3", "1", "response:3", "1"),
        ("pair:2-3", "0", "tie", "0"),
    ]
    assert set(long.loc[long["question"] != "better", "choice"]) == {""}


def test_choice_of_a_pair_without_a_value_is_empty() -> None:
    row = AnswerRow("better", "pair", "pair:1-2", "", "self", None, "", "cannot_judge", None, False, False)
    assert (row.choice, row.strength) == ("", None)


def test_long_file_tells_confidence_and_the_point_of_view(long: pd.DataFrame) -> None:
    sure = cells(long, "guess", "target", "confidence")
    assert sure == [("response:1", "80"), ("response:2", ""), ("response:3", "70")]
    views = cells(long, "warmth", "perspective", "value", target="response:1")
    assert views == [("clinician", "5"), ("self", "2")]


def test_words_stand_in_the_comments_file_alone_and_restricted_ones_nowhere(plan: Plan) -> None:
    scope = scope_of(plan)
    names = ["question", "target", "perspective", "comment", "is_withheld"]
    told = frame_of(scope, "comments.csv", dtype=str)[names].to_numpy().tolist()
    assert told == [
        ["kept", "item", "self", "", "true"],
        ["warmth", "response:2", "self", "It breaks off.", "false"],
        ["words", "item", "self", "'=1+1", "false"],
    ]
    for name in ("ratings-long.csv", "ratings-wide.csv"):
        text = frame_of(scope, name, dtype=str).to_csv()
        assert "1+1" not in text
        assert "breaks off" not in text
    assert cells(frame_of(scope, "ratings-long.csv", dtype=str), "kept", "value", "has_text") == [
        ("", "true")
    ]


def test_wide_file_has_a_column_for_every_part_view_and_confidence(plan: Plan) -> None:
    row = frame_of(scope_of(plan), "ratings-wide.csv", dtype=str).iloc[0]
    assert row["elements__danger__response_1"] == "2"
    assert row["elements__contact__response_1__missing"] == "not_applicable"
    assert row["better__pair_1_2"] == "-2"
    assert row["warmth__response_1__as_clinician"] == "5"
    assert row["guess__response_1__confidence"] == "80"
    assert row["words__item"] == "true"
    assert "better__pair_1_2__confidence" not in row.index


def test_evidence_file_tells_code_and_severity(plan: Plan) -> None:
    frame = frame_of(scope_of(plan), "evidence.csv", dtype=str)
    assert frame[["question", "label", "severity", "target", "quote"]].to_numpy().tolist() == [
        ["codes", "cue", "2", "response:2", "Reply number 2"]
    ]


def test_codebook_tells_kinds_options_severities_conditions_views_and_wordings(plan: Plan) -> None:
    book = frame_of(scope_of(plan), "codebook.csv", dtype=str)
    told = book[book["kind"] == "question"].set_index("name")
    assert told.loc["why_cold", "condition"] == "warmth = 1, 2"
    assert told.loc["warmth", "perspectives"] == "clinician"
    assert told.loc["fits", "asked_of"] == "clinician"
    assert told.loc["guess", "asks_confidence"] == "true"
    assert told.loc["turns", "target"] == "supporter"
    elements = book[(book["kind"] == "option") & (book["name"] == "elements")]
    assert elements[["part", "label", "is_critical"]].to_numpy().tolist() == [
        ["danger", "Asks about danger", "true"],
        ["contact", "Names a contact", "false"],
    ]
    severities = book[book["kind"] == "severity"]
    assert severities[["name", "value", "label"]].to_numpy().tolist() == [
        ["codes", "1", "Slight"],
        ["codes", "2", "Strong"],
    ]
    wordings = book[book["kind"] == "wording"]
    assert wordings[["name", "language", "group", "value", "description", "label"]].to_numpy().tolist() == [
        ["warmth", "en", "clinician", "", "Rate warmth.", ""],
        ["warmth", "en", "clinician", "1", "", "Cold"],
    ]


def test_api_tells_parts_words_confidence_and_codes_and_keeps_restricted_words(
    plan: Plan, researcher: User
) -> None:
    body = caller(researcher).get(reverse("api_ratings", args=[plan.study.code])).json()
    rating = body["results"][0]
    by_place = {
        (one["question"], one["target"], one["part"], one["perspective"]): one for one in rating["answers"]
    }
    assert by_place["elements", "response:1", "danger", "self"]["value"] == 2
    assert by_place["guess", "response:1", "", "self"]["confidence"] == 80
    assert by_place["words", "item", "", "self"]["text"] == "=1+1"
    assert by_place["warmth", "response:2", "", "self"]["text"] == "It breaks off."
    assert by_place["kept", "item", "", "self"]["text"] == ""
    assert SECRET not in str(body)
    assert [(one["label"], one["severity"]) for one in rating["evidence"]] == [("cue", 2)]


def test_label_studio_has_a_fitting_control_for_every_kind(plan: Plan, tmp_path: Path) -> None:
    scope = replace(scope_of(plan), with_restricted=True)
    FORMATS["label-studio"].write(ExportSource(scope), tmp_path)
    view = ET.fromstring((tmp_path / "label-studio-config.xml").read_bytes())  # noqa: S314
    controls = {tag.get("name"): tag for tag in view if tag.get("toName")}
    tasks = json.loads((tmp_path / "label-studio.json").read_text(encoding="utf-8"))
    regions = [one for task in tasks for made in task["annotations"] for one in made["result"]]
    for one in regions:
        control = controls[one["from_name"]]
        assert (control.tag.lower(), control.get("toName")) == (one["type"], one["to_name"])
        allowed = {tag.get("alias") or tag.get("value") for tag in control}
        assert one["type"] == "textarea" or set(one["value"].get(one["type"], [])) <= allowed, one
    assert {one["type"] for one in regions} >= {"choices", "labels", "textarea"}

"""Files with the texts of the items: preference sets and Le-Wi-Di, read back and worked out by hand."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlcroissant
import pandas as pd
import pytest
from django.utils import timezone

from annotation.models import Item, Level, Plan, Question, Rater, Response, ResponseSource, Slot, Study, User
from annotation.services import plans, rubrics
from rating.models import Answer, CurrentRating, Presentation, Rating
from rating.queries.exports import export_scope
from rating.services.export_formats import FORMATS
from rating.services.export_formats.registered import ExportSource
from rating.services.export_packing import write_members
from tests.conftest import make_item
from tests.rating.rated import START, make_raters

# The validator's own use of its libraries.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]
DOCUMENT: dict[str, Any] = {
    "key": "replies",
    "name": "Replies",
    "scales": {
        "three": {
            "measurement": "ordinal",
            "levels": [{"value": value, "label": f"Point {value}"} for value in (1, 2, 3)],
        }
    },
    "questions": [
        {"key": "warmth", "scale": "three", "text": "How warm?", "polarity": "higher_is_better"},
        {"key": "better", "kind": "pair", "text": "Which is better?"},
        {
            "key": "harm",
            "kind": "flag",
            "text": "Is it unsafe?",
            "construct": "safety",
            "polarity": "lower_is_better",
        },
        {"key": "ways", "kind": "flag", "text": "Ways to self-harm?", "restricted": True},
    ],
}
# Fields of every instance of the shared task of 2025.
PUBLISHED = (
    "annotation task",
    "text",
    "number of annotators",
    "annotators",
    "number of annotations",
    "annotations",
    "soft_label",
    "split",
    "lang",
    "other_info",
)
LONG = "A second reply, with so many more words in it that it is the longer one of the two."
# By item: the choice of every peer, of every clinician (−2 the first … 2 the second).
CHOICES = {1: (2, -2), 2: (-2, -1), 3: (1, 2), 4: (2, 2)}


def rate(plan: Plan, rater: Rater, item: Item, number: int, answers: list[tuple[str, str, float]]) -> None:
    """One finished rating; the second reply stood on the left."""
    slot = Slot.objects.get(plan=plan, item=item, group=rater.group, number=number)
    Slot.objects.filter(pk=slot.pk).update(state="done", rater=rater, completed_at=START)
    version = plan.rubric_version
    seen = Presentation.objects.create(
        slot=slot, rater=rater, rubric_version=version, position=1, shown_at=START, response_order=[2, 1]
    )
    rating = Rating.objects.create(
        slot=slot,
        rater=rater,
        rubric_version=version,
        presentation=seen,
        client_id=uuid.uuid4(),
        submitted_at=START,
    )
    CurrentRating.objects.create(slot=slot, rating=rating)
    for key, target, value in answers:
        question = Question.objects.get(version=version, key=key)
        level = Level.objects.get(scale=question.scale, value=value)
        Answer.objects.create(rating=rating, question=question, target=target, value=value, level=level)


@pytest.fixture
def replies(study: Study, owner: User) -> Plan:
    """Four items with two replies each, rated by two peers and two clinicians.

    Item 1: the groups prefer opposite replies. Item 2: all prefer the first, which one clinician calls
    unsafe. Item 3: all prefer the second. Item 4: somebody says that its text describes ways to self-harm.
    """
    version = rubrics.publish_rubric(rubrics.load_rubric(study, DOCUMENT, actor=owner), actor=owner)
    items = []
    for number in CHOICES:
        item = make_item(study, number)
        second = Response.objects.create(item=item, position=2, text=LONG)
        ResponseSource.objects.create(response=second, kind="human", name="", condition="")
        items.append(item)
    plan = plans.make_plan(
        study,
        actor=owner,
        stage=Plan.Stage.MAIN,
        rubric_version=version,
        quotas={"peer": 2, "clinician": 2},
        seed=7,
    )
    for place, group in enumerate(("peer", "clinician")):
        for number, rater in enumerate(make_raters(plan, group, 2), start=1):
            for name, item in enumerate(items, start=1):
                is_unsafe = name == 2 and group == "clinician" and number == 1
                answers = [
                    ("better", "pair:1-2", float(CHOICES[name][place])),
                    ("warmth", "response:1", 1.0),
                    ("warmth", "response:2", 3.0 if number == 1 else 2.0),
                    ("harm", "response:1", float(is_unsafe)),
                    ("ways", "response:1", float(name == 4 and number == 2)),
                ]
                rate(plan, rater, item, number, answers)
    return plan


def written(study: Study, folder: Path, form: str, *, k: int = 1, **options: Any) -> Path:
    scope = replace(export_scope(study, stage="main", is_current_only=True), min_cell=k)
    FORMATS[form].write(ExportSource(scope, options=options), folder)
    return folder


def rows_of(path: Path) -> list[dict[str, Any]]:
    frame = pd.read_json(path, lines=True)
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def test_preference_sets_by_group_over_all_in_conflict_and_vetoed(
    study: Study, replies: Plan, tmp_path: Path
) -> None:
    folder = written(study, tmp_path, "preferences")
    chosen = {}
    for group in ("peer", "clinician", "all"):
        rows = rows_of(folder / f"dpo-better-{group}.jsonl")
        chosen[group] = [(row["item_id"], row["chosen_response"], row["margin"]) for row in rows]
    assert chosen["peer"] == [("item1", "response:2", 1.0), ("item3", "response:2", 0.5)]
    assert chosen["clinician"] == [("item1", "response:1", 1.0), ("item3", "response:2", 1.0)]
    # Item 1 is in conflict; of item 3 the mean of the groups' means, ½ and 1.
    assert chosen["all"] == [("item3", "response:2", 0.75)]
    (conflict,) = rows_of(folder / "conflicts-better.jsonl")
    assert (conflict["group_a"], conflict["response_a"]) == ("peer", "response:2")
    assert (conflict["group_b"], conflict["response_b"]) == ("clinician", "response:1")
    row = rows_of(folder / "dpo-better-all.jsonl")[0]
    assert row["chosen"] == [{"role": "assistant", "content": LONG}]
    assert [message["role"] for message in row["prompt"]] == ["assistant", "user"]
    assert row["n_raters"] == 4


def test_preference_sets_say_what_was_left_out_and_what_they_lean_on(
    study: Study, replies: Plan, tmp_path: Path
) -> None:
    folder = written(study, tmp_path, "preferences")
    body = json.loads((folder / "preferences.json").read_text())
    assert body["n_items_left_out"] == {"restricted text": 1}
    compared = {(one["question"], one["group"]): one["compared"] for one in body["sets"]}
    assert compared["better", "clinician"] == {"pair": 2, "vetoed: unsafe": 1}
    assert compared["better", "all"] == {
        "groups prefer opposite replies": 1, "pair": 1, "vetoed: unsafe": 1,
    }  # fmt: skip
    balance = pd.read_csv(folder / "preferences-balance.csv")
    rows = {tuple(row[:4]): row[4:] for row in balance.itertuples(index=False)}
    # Pairs, chosen, rejected, share: the second reply is the longer one.
    assert list(rows["better", "peer", "length", "longer"]) == [2, 2, 0, 1.0]
    assert list(rows["better", "clinician", "length", "longer"]) == [2, 1, 1, 0.5]
    # Peers voted four times for the second reply, on the left, and twice for the first.
    assert rows["better", "peer", "side", "left"][1:] == (4, 2, pytest.approx(4 / 6))


def test_ratings_of_replies_make_pairs_and_labels(study: Study, replies: Plan, tmp_path: Path) -> None:
    """The second reply was one or two points warmer on a scale that reaches two: margin ¾. Nobody
    preferred the first, so the veto on it is no matter."""
    folder = written(study, tmp_path, "preferences")
    rows = rows_of(folder / "dpo-warmth-peer.jsonl")
    assert [(row["item_id"], row["chosen_response"], row["margin"]) for row in rows] == [
        (f"item{number}", "response:2", 0.75) for number in (1, 2, 3)
    ]
    labels = [(row["response"], bool(row["label"])) for row in rows_of(folder / "kto-warmth-peer.jsonl")]
    assert labels == [("response:1", False), ("response:2", True)] * 3


def test_preference_sets_do_not_tell_small_groups(study: Study, replies: Plan, tmp_path: Path) -> None:
    folder = written(study, tmp_path, "preferences", k=5)
    names = {path.name for path in folder.iterdir()}
    assert "dpo-warmth-suppressed.jsonl" in names
    assert not any("peer" in name or "clinician" in name for name in names)


def test_lewidi_holds_every_answer_and_the_soft_label(study: Study, replies: Plan, tmp_path: Path) -> None:
    body = json.loads((written(study, tmp_path, "lewidi") / "lewidi-warmth.json").read_text())
    assert set(body) == {f"item{number}#response:{reply}" for number in (1, 2, 3) for reply in (1, 2)}
    one = body["item1#response:2"]
    assert one["annotations"] == {"clinician-1": "3", "clinician-2": "2", "peer-1": "3", "peer-2": "2"}
    assert one["annotators"].split(",") == list(one["annotations"])
    assert one["soft_label"] == {"1": 0.0, "2": 0.5, "3": 0.5}
    assert one["hard_label"] == ""
    assert one["other_info"]["soft_label_by_group"]["peer"] == {"1": 0.0, "2": 0.5, "3": 0.5}
    assert one["text"]["reply"] == LONG
    # As the task's own tools read it (https://le-wi-di.github.io, third edition).
    frame = pd.read_json(tmp_path / "lewidi-warmth.json", orient="index")
    assert list(frame["number of annotations"]) == list(frame["number of annotators"]) == [4] * 6
    assert set(PUBLISHED) <= set(frame.columns)
    about = json.loads((tmp_path / "lewidi_annotators_meta.json").read_text())
    assert about["peer-1"] == {"Group": "peer"}
    assert set(about) == set(one["annotations"])


@pytest.mark.parametrize("form", ["preferences", "lewidi", "label-studio"])
def test_export_with_texts_tells_nobody_and_its_metadata_satisfy_the_validator(
    study: Study, replies: Plan, owner: User, tmp_path: Path, form: str
) -> None:
    """Few raters, so neither groups nor pseudonyms, whose first letters tell them."""
    raters = Rater.objects.filter(study=study)
    for rater in raters:
        Rater.objects.filter(pk=rater.pk).update(external_id=f"Dr Quenneville of Ward 7, {rater.pk}")
    secrets = {"Quenneville", "Ward 7", owner.email, *raters.values_list("code", flat=True)}
    secrets |= set(raters.values_list("pseudonym", flat=True))
    scope = export_scope(study, stage="main", is_current_only=True)
    write_members(ExportSource(scope), FORMATS[form], tmp_path, timezone.now())
    names = {file.name for file in tmp_path.iterdir()}
    assert {"codebook.md", "protocol-card.json", "protocol-card.pdf", "README.txt"} < names
    for file in tmp_path.iterdir():
        told = file.read_bytes().decode("utf-8", "replace")
        assert not [secret for secret in secrets if secret in told], file.name
        assert "rater_id" not in told, file.name
    dataset = mlcroissant.Dataset(jsonld=tmp_path / "croissant.json")
    assert "error" not in dataset.metadata.issues.report()


@pytest.mark.parametrize("form", ["preferences", "lewidi"])
def test_files_with_texts_are_not_made_for_the_public(study: Study, replies: Plan, form: str) -> None:
    scope = export_scope(study, stage="main", is_current_only=True)
    assert FORMATS[form].lacks(scope) == ""
    assert "texts of the items" in FORMATS[form].lacks(replace(scope, is_public=True))

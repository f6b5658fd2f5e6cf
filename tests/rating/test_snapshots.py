from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyarrow import parquet

from annotation.errors import Code, DomainError
from annotation.models import AuditEvent, Factor, Item, ItemFactor, Plan, Study, User
from annotation.services import plans, rubrics
from rating.models import Answer, Snapshot
from rating.services.snapshot_rows import FIRST_COLUMNS, SnapshotTable, read_parquet, write_parquet
from rating.services.snapshots import read_snapshot, take_snapshot
from tests.conftest import core_document
from tests.rating.conftest import Raters
from tests.rating.rated import START, make_raters, rate_item

pytestmark = pytest.mark.django_db


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def add_factor(study: Study, crisis: list[Item]) -> None:
    """The factor "crisis", with a level on these items only."""
    factor = Factor.objects.create(study=study, key="crisis", name="Crisis")
    ItemFactor.objects.bulk_create(ItemFactor(item=item, factor=factor, value="yes") for item in crisis)


def rows_by_hand(study: Study, head: dict[str, Any]) -> list[list[Any]]:
    """The rows of a snapshot as docs say they are, put together without its code."""
    answers = Answer.objects.filter(rating__slot__plan__study=study).select_related(
        "rating__slot__item__conversation", "rating__rater__group", "question"
    )
    ratings = sorted({(a.rating.submitted_at, a.rating_id) for a in answers})
    places = {pk: place for place, (_, pk) in enumerate(ratings, start=1)}
    factors = dict(ItemFactor.objects.filter(factor__key="crisis").values_list("item_id", "value"))
    rows = [
        [
            a.rating.slot.item.code,
            a.rating.slot.item.conversation.code,
            a.rating.rater.pseudonym,
            a.rating.rater.group.key,
            a.rating.rater.group.kind,
            "main",
            a.question.key,
            a.target,
            a.missing,
            head["rubric_versions"][0],
            a.value,
            places[a.rating_id],
            None,
            factors.get(a.rating.slot.item_id, ""),
        ]
        for a in answers
    ]
    return sorted(rows, key=lambda row: (row[0], row[2], row[6], row[7]))


def test_take_snapshot_when_taken_has_the_digest_of_its_canonical_rows(
    rated: Raters, study: Study, researcher: User, items: list[Item]
) -> None:
    add_factor(study, items[:1])
    snapshot = take_snapshot(study, actor=researcher)
    head = {
        key: snapshot.description[key]
        for key in ("format", "stage", "groups", "questions", "rubric_versions", "factors")
    }
    lines = [canonical(head), *(canonical(row) for row in rows_by_hand(study, head))]
    expected = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert snapshot.digest == expected
    assert snapshot.file_name == f"snapshots/{expected}.parquet"


def test_read_snapshot_when_written_by_an_earlier_format_reads_it(
    rated: Raters, study: Study, researcher: User
) -> None:
    """Format 1 had neither seconds nor factors: its files keep their digest and are read as they are."""
    now = read_snapshot(take_snapshot(study, actor=researcher))
    head = {key: value for key, value in now.head.items() if key != "factors"} | {"format": 1}
    early = SnapshotTable(head, now.rows[list(FIRST_COLUMNS)])
    again = read_parquet(BytesIO(write_parquet(early)))
    assert again.digest() == early.digest() != now.digest()
    assert list(again.rows) == list(FIRST_COLUMNS)


def test_take_snapshot_when_time_was_measured_keeps_its_seconds(
    rated: Raters, study: Study, researcher: User, plan: Plan, items: list[Item]
) -> None:
    rating = rate_item(plan, rated["peer"][0], items[0], {"safety": 4, "flag_gushing": 0}, active_ms=12_500)
    rows = read_snapshot(take_snapshot(study, actor=researcher)).rows
    assert rows["seconds"].notna().sum() == rating.answers.count() == 2
    assert rows["seconds"].max() == 12.5


def test_take_snapshot_when_taken_twice_is_one_row_and_one_file(
    rated: Raters, study: Study, researcher: User, files: Path
) -> None:
    first = take_snapshot(study, actor=researcher)
    assert take_snapshot(study, actor=researcher) == first
    assert Snapshot.objects.count() == 1
    assert len(list(files.rglob("*.parquet"))) == 1
    assert AuditEvent.objects.filter(kind="snapshot.taken").count() == 1


def test_take_snapshot_when_an_answer_is_revised_has_another_digest(
    rated: Raters, study: Study, researcher: User, plan: Plan, items: list[Item]
) -> None:
    first = take_snapshot(study, actor=researcher)
    rate_item(plan, rated["peer"][0], items[0], {"safety": 4, "flag_gushing": 0})
    second = take_snapshot(study, actor=researcher)
    assert second.digest != first.digest
    # The earlier revision is not in it: as many answers as before.
    assert second.description["counts"] == first.description["counts"]


def test_take_snapshot_when_read_again_counts_what_was_planted(
    rated: Raters, study: Study, researcher: User
) -> None:
    snapshot = take_snapshot(study, actor=researcher)
    table = read_snapshot(snapshot)
    assert snapshot.description["counts"] == {
        "n_items": 4,
        "n_raters": 6,
        "n_ratings": 24,
        "n_answers": 48,
        "missing": {"cannot_judge": 1},
    }
    safety = table.rows[table.rows["question"] == "safety"]
    assert safety.groupby("group", observed=True)["value"].sum().to_dict() == {
        "peer": 38.0,
        "clinician": 31.0,
    }


def test_take_snapshot_when_pilot_repeat_and_surplus_exist_leaves_them_out_and_counts_them(
    rated: Raters, study: Study, researcher: User, plan: Plan, items: list[Item], owner: User
) -> None:
    rate_item(plan, rated["peer"][0], items[0], {"safety": 1}, purpose="surplus")
    pilot = plans.make_plan(
        study, actor=owner, stage="pilot", rubric_version=plan.rubric_version, quotas={"peer": 1}, seed=1
    )
    rate_item(pilot, rated["peer"][1], items[1], {"safety": 1})
    snapshot = take_snapshot(study, actor=researcher)
    assert snapshot.description["counts"]["n_ratings"] == 24
    assert snapshot.description["left_out"] == [
        {"stage": "main", "purpose": "surplus", "n": 1},
        {"stage": "pilot", "purpose": "quota", "n": 1},
    ]


def test_take_snapshot_when_a_rater_meets_an_item_in_two_plans_keeps_the_later_answer(
    rated: Raters, study: Study, researcher: User, plan: Plan, items: list[Item], owner: User
) -> None:
    plans.close_plan(plan, actor=owner)
    second = plans.make_plan(
        study, actor=owner, stage="main", rubric_version=plan.rubric_version, quotas={"peer": 1}, seed=2
    )
    later = START + timedelta(days=1)
    rate_item(second, rated["peer"][0], items[0], {"safety": 3}, at=later)
    snapshot = take_snapshot(study, actor=researcher)
    rows = read_snapshot(snapshot).rows
    mine = rows[
        (rows["rater"] == "peer-1") & (rows["item"] == items[0].code) & (rows["question"] == "safety")
    ]
    assert mine["value"].tolist() == [3.0]
    assert {"stage": "main", "purpose": "answered_again", "n": 1} in snapshot.description["left_out"]


def test_take_snapshot_when_written_holds_no_name_and_no_key(
    rated: Raters, study: Study, researcher: User, files: Path
) -> None:
    snapshot = take_snapshot(study, actor=researcher)
    table = parquet.read_table(files / snapshot.file_name)
    text = json.dumps([table.to_pylist(), table.schema.metadata[b"attune"].decode(), snapshot.description])
    assert "Secret" not in text
    assert "olive" not in text
    integers = {
        name
        for name, column in zip(table.column_names, table.schema.types, strict=True)
        if "int" in str(column) and "dictionary" not in str(column)
    }
    assert integers == {"order"}


def test_take_snapshot_when_nobody_rated_is_refused(study: Study, plan: Plan, researcher: User) -> None:
    with pytest.raises(DomainError) as refusal:
        take_snapshot(study, actor=researcher)
    assert refusal.value.code is Code.STATE_FORBIDS
    assert not Snapshot.objects.exists()


def test_take_snapshot_when_only_imported_ratings_exist_takes_that_stage(
    study: Study, researcher: User, owner: User, plan: Plan, items: list[Item], files: Path
) -> None:
    imported = plans.make_plan(
        study, actor=owner, stage="imported", rubric_version=plan.rubric_version, quotas={"peer": 1}, seed=1
    )
    rater = make_raters(plan, "peer", 1)[0]
    rate_item(imported, rater, items[0], {"safety": 2})
    assert take_snapshot(study, actor=researcher).stage == "imported"


def test_take_snapshot_when_a_scale_changed_between_versions_keeps_both_apart(
    rated: Raters, study: Study, researcher: User, owner: User, items: list[Item], plan: Plan
) -> None:
    document = core_document()
    document["scales"]["harm"]["levels"] = document["scales"]["harm"]["levels"][:4]
    version = rubrics.publish_rubric(rubrics.load_rubric(study, document, actor=owner), actor=owner)
    plans.close_plan(plan, actor=owner)
    second = plans.make_plan(
        study, actor=owner, stage="main", rubric_version=version, quotas={"peer": 1}, seed=3
    )
    rate_item(
        second, rated["peer"][0], items[0], {"safety": 4, "flag_gushing": 0}, at=START + timedelta(days=1)
    )
    snapshot = take_snapshot(study, actor=researcher, versions={"use": "pooled"})
    scales = {
        q["key"]: q["scale"]["values"] for q in snapshot.description["questions"] if q["stem"] == "safety"
    }
    assert scales == {"safety": [1.0, 2.0, 3.0, 4.0], "safety-v1": [1.0, 2.0, 3.0, 4.0, 5.0]}
    assert set(read_snapshot(snapshot).rows["question"]) == {"safety", "safety-v1", "flag_gushing"}


@pytest.mark.parametrize("damage", ["gone", "no parquet", "another value"])
def test_read_snapshot_when_the_file_is_not_what_it_was_is_refused(
    rated: Raters, study: Study, researcher: User, files: Path, damage: str
) -> None:
    snapshot = take_snapshot(study, actor=researcher)
    path = files / snapshot.file_name
    if damage == "gone":
        path.unlink()
    elif damage == "no parquet":
        path.write_bytes(b"PAR1 but nothing else")
    else:
        table = parquet.read_table(path)
        values = table["value"].to_pylist()
        values[0] = 3.0 if values[0] != 3.0 else 4.0
        place = table.column_names.index("value")
        parquet.write_table(table.set_column(place, "value", [values]), path)
    with pytest.raises(DomainError, match=r"gone|cannot be read|has changed"):
        read_snapshot(snapshot)


def test_take_snapshot_when_there_are_more_ratings_asks_no_more_queries(
    rated: Raters, study: Study, researcher: User, plan: Plan, items: list[Item]
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        take_snapshot(study, actor=researcher)
    for number, rater in enumerate(rated["peer"]):
        rate_item(plan, rater, items[3], {"safety": 3, "flag_gushing": 0}, number=number + 1)
    with CaptureQueriesContext(connection) as more:
        take_snapshot(study, actor=researcher)
    assert len(more) == len(few)

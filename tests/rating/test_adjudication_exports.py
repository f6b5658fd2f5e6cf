"""Decisions of adjudicators in exports: beside the ratings, under a number, their words scanned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pytest_django import DjangoAssertNumQueries

from annotation.models import Item, Plan, Question, Rater, Role, Study, User
from annotation.services import people
from rating.queries.preference_items import rated_items
from rating.services.adjudication import judge
from rating.services.adjudication_passages import NAME as PASSAGES
from rating.services.adjudication_passages import PASSAGE_COLUMNS
from rating.services.adjudication_table import ADJUDICATION_COLUMNS, NAME
from rating.services.answer_inputs import EvidenceInput
from rating.services.export_formats import FORMATS
from rating.services.export_formats.registered import ExportSource
from tests.conftest import make_user
from tests.rating.adjudicating import DECIDED, JUDGED, adjudicate, given, taken
from tests.rating.exporting import MARKED, frame_of, scope_of, text_of
from tests.rating.services.submitting import submit

# As `make_item` writes it.
TURN = "I can't sleep again, night 1."
BECAUSE = "=The last turn was missed."


@pytest.fixture
def adjudicators(study: Study, owner: User) -> list[User]:
    users = [make_user("ada-lovelock"), make_user("bertram-ives")]
    for user in users:
        people.add_member(study, actor=owner, user=user, roles=[Role.ADJUDICATOR])
    return users


def test_decided_items_stand_in_a_table_of_their_own_and_open_ones_do_not(
    plan: Plan, items: list[Item], adjudicators: list[User], owner: User
) -> None:
    adjudicate(plan, items[1], adjudicators[1], actor=owner, comment=BECAUSE)
    adjudicate(plan, items[0], adjudicators[0], actor=owner, comment="A second reason.")
    judged = taken(plan, items[2], adjudicators[0], actor=owner)
    judge(judged, given(judged, 5, "alone"), actor=adjudicators[0], step="own", now=JUDGED)
    frame = frame_of(scope_of(plan), NAME, dtype=str)
    assert list(frame.columns) == list(ADJUDICATION_COLUMNS)
    scales = list(
        Question.objects.filter(version=plan.rubric_version, kind="scale")
        .order_by("position")
        .values_list("key", flat=True)
    )
    first = frame[(frame["item_id"] == "item2") & frame["question"].isin(scales)]
    assert first["question"].tolist() == scales
    assert first["target"].unique().tolist() == ["response:1"]
    assert first["own_value"].tolist() == ["3"] * 6
    assert first["decision_value"].tolist() == ["", *["1"] * 5]
    assert first["decision_missing"].tolist() == ["cannot_judge", *[""] * 5]
    assert first["own_label"].tolist() == [
        one.scale.levels.get(value=3).label
        for one in Question.objects.filter(version=plan.rubric_version, kind="scale").order_by("position")
        if one.scale
    ]
    # Once for every row of the item, and never run by a spreadsheet.
    assert set(first["rests_on"]) == {f"'{BECAUSE}"}
    assert set(first["judged_on"] + " " + first["decided_on"]) == {"2026-03-02 2026-03-04"}
    assert dict(zip(frame["item_id"], frame["adjudicator"], strict=True)) == {"item1": "2", "item2": "1"}
    assert set(first["own_comment"]) == {"alone"}
    assert set(frame["item_id"]) == {"item1", "item2"}
    assert len(frame_of(scope_of(plan, stage="pilot"), NAME)) == 0


def test_words_that_may_tell_who_somebody_is_or_are_for_the_team_only_stay(
    plan: Plan, items: list[Item], adjudicators: list[User], owner: User
) -> None:
    adjudicate(plan, items[0], adjudicators[0], actor=owner, comment="As Ann Lee, ann@lee.example, said.")
    adjudicate(plan, items[1], adjudicators[0], actor=owner, comment="The reply was short.")
    scope = scope_of(plan)
    frame = frame_of(scope, NAME, dtype=str).drop_duplicates("item_id").set_index("item_id")
    told = frame[["rests_on", "is_withheld", "withheld_because"]]
    assert list(told.loc["item1"]) == ["", "true", "identifier"]
    assert list(told.loc["item2"]) == ["The reply was short.", "false", ""]
    public = frame_of(replace(scope, is_public=True), NAME, dtype=str)
    assert set(public["rests_on"] + public["withheld_because"]) == {"public"}
    everything = text_of(scope, NAME)
    assert not [user for user in adjudicators if user.username in everything or user.email in everything]


def test_decisions_are_in_every_table_format_that_holds_comments(
    plan: Plan, items: list[Item], adjudicators: list[User], owner: User, tmp_path: Path
) -> None:
    adjudicate(plan, items[0], adjudicators[0], actor=owner, comment=BECAUSE)
    for form in ("csv", "r", "xlsx"):
        (tmp_path / form).mkdir()
        FORMATS[form].write(ExportSource(scope_of(plan)), tmp_path / form)
    assert (tmp_path / "csv" / NAME).read_bytes() == (tmp_path / "r" / NAME).read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "xlsx" / "ratings.xlsx")["Adjudications"]
    assert [cell.value for cell in sheet[1]] == list(ADJUDICATION_COLUMNS)
    assert sheet.max_row == 1 + len(frame_of(scope_of(plan), NAME))
    codebook = frame_of(scope_of(plan), "codebook.csv")
    assert codebook[codebook["file"] == NAME]["name"].tolist() == list(ADJUDICATION_COLUMNS)


def test_table_of_decisions_asks_no_more_often_for_more_items(
    plan: Plan,
    items: list[Item],
    adjudicators: list[User],
    owner: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for item in items[:3]:
        adjudicate(plan, item, adjudicators[0], actor=owner, comment=BECAUSE)
        scope = scope_of(plan)
        with django_assert_num_queries(4):
            text_of(scope, NAME)


def marked(quote: str, question: str = "") -> EvidenceInput:
    start = TURN.index(quote)
    return EvidenceInput(quote, "turn:2", question, start=start, end=start + len(quote))


def test_passages_of_both_steps_stand_in_a_table_and_restricted_places_stay(
    plan: Plan, items: list[Item], adjudicators: list[User], owner: User
) -> None:
    # The question of the core rubric whose passages may describe a means of self-harm.
    restricted = Question.objects.get(version=plan.rubric_version, is_restricted=True).key
    one = taken(plan, items[0], adjudicators[0], actor=owner)
    own = replace(given(one, 3, ""), evidence=[marked("I can't"), marked("night 1", restricted)])
    judge(one, own, actor=adjudicators[0], step="own", now=JUDGED)
    decision = replace(given(one, 3, "Both."), evidence=[marked("again, night")])
    judge(one, decision, actor=adjudicators[0], step="decision", now=DECIDED)
    frame = frame_of(scope_of(plan), PASSAGES, dtype=str)
    assert list(frame.columns) == list(PASSAGE_COLUMNS)
    assert frame[["step", "question", "quote", "start", "withheld_because"]].to_numpy().tolist() == [
        ["own", "", "I can't", "0", ""],
        ["own", restricted, "", "", "restricted"],
        # It shares words with the restricted one.
        ["decision", "", "", "", "restricted"],
    ]
    public = frame_of(replace(scope_of(plan), is_public=True), PASSAGES, dtype=str)
    assert public["withheld_because"].tolist() == ["public", "restricted", "restricted"]
    everything = frame_of(replace(scope_of(plan), with_restricted=True), PASSAGES, dtype=str)
    assert everything["quote"].tolist() == ["I can't", "night 1", "again, night"]


def test_what_an_adjudicator_marked_for_a_restricted_question_stays_whoever_else_marked_it(
    plan: Plan, rater: Rater, adjudicators: list[User], owner: User
) -> None:
    restricted = Question.objects.get(version=plan.rubric_version, is_restricted=True).key
    rating = submit(rater, quote=MARKED).rating
    mark = rating.evidence.get()
    scope = scope_of(plan)
    assert frame_of(scope, "evidence.csv")["quote"].tolist() == [MARKED]
    assert [item.is_restricted for item in rated_items(scope, ExportSource(scope).items())] == [False]
    # Their own rating alone: nothing is decided yet.
    one = taken(plan, rating.slot.item, adjudicators[0], actor=owner)
    same = EvidenceInput(MARKED[1:], mark.target, restricted, start=(mark.start or 0) + 1, end=mark.end)
    judge(one, replace(given(one, 3, ""), evidence=[same]), actor=adjudicators[0], step="own", now=JUDGED)
    told = frame_of(scope, "evidence.csv", dtype=str)[["target", "quote", "start", "is_withheld"]]
    assert told.to_numpy().tolist() == [[mark.target, "", "", "true"]]
    assert [item.is_restricted for item in rated_items(scope, ExportSource(scope).items())] == [True]
    assert frame_of(replace(scope, with_restricted=True), "evidence.csv")["quote"].tolist() == [MARKED]

"""Every shipped rubric: without a defect, drawn as real controls, answered, found again in the exports."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotation.imports.checks.rubric import rubric_defects
from annotation.models import Plan, Question, Rater, Response, RubricVersion, Study, User
from annotation.services import plans, rubrics, studies
from annotation.services.rubric_packs import shipped_document, shipped_packs
from rating.models import Answer, Evidence, Presentation
from rating.services.submission import submit_rating
from rating.services.workbench import claim_next_item
from tests.conftest import make_item, user_of
from tests.rating.answering import WORDS, complete_submission
from tests.rating.exporting import frame_of, scope_of
from tests.rating.workbench_forms import rate_url

PACKS = (
    "behavioural-safety",
    "core",
    "core-full",
    "crisis-fit",
    "distress",
    "eight-pillars",
    "empathy-mechanisms",
    "expert-evaluation",
    "omission",
    "reference-panel",
    "trust",
    "turn-codes",
)
CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def open_pack(key: str, study: Study, owner: User) -> Plan:
    """A stage of one item with two replies, open with this pack."""
    Response.objects.create(item=make_item(study, 1), position=2, text="Another reply, which is shorter.")
    draft = rubrics.load_rubric(study, shipped_document(key), actor=owner)
    version = rubrics.publish_rubric(draft, actor=owner, signed_off_by="Dr Example")
    made = plans.make_plan(
        study, actor=owner, stage=Plan.Stage.MAIN, rubric_version=version, quotas={"peer": 1}, seed=1
    )
    opened = plans.open_plan(made, actor=owner)
    studies.change_state(study, Study.State.OPEN, actor=owner)
    return opened


def assert_real_controls(page: str, questions: list[Question]) -> None:
    """Every question's part of the form has controls with a name, and every one of them a label."""
    form = page[page.index('id="rating-form"') :]
    tags = CONTROL.findall(form[: form.index("</form>")])
    named = [attribute(tag, "name") for tag in tags if attribute(tag, "type") != "hidden"]
    labelled = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', form))
    for tag in tags:
        if attribute(tag, "type") != "hidden" and attribute(tag, "name") != "mark":
            assert attribute(tag, "name")
            assert attribute(tag, "id") in labelled, tag
    for question in questions:
        mine = [
            name for name in named if name.startswith((f"{question.key}--", f"passage--{question.key}--"))
        ]
        assert mine, question.key
        if question.kind == "scale":
            name = next(name for name in mine if not name.endswith(("--why", "--sure")))
            values = [attribute(tag, "value") for tag in tags if attribute(tag, "name") == name]
            assert [f"{level.value:g}" for level in question.levels] == values[: len(question.levels)]


@pytest.fixture
def presented(
    request: pytest.FixtureRequest, study: Study, owner: User, rater: Rater
) -> tuple[Plan, Presentation]:
    plan = open_pack(request.param, study, owner)
    study.refresh_from_db()
    shown = claim_next_item(rater, actor=user_of(rater))
    assert shown is not None
    return plan, shown


def test_shipped_packs_are_the_library() -> None:
    keys = [pack.key for pack in shipped_packs()]
    assert sorted(keys) == sorted(PACKS)
    assert keys[0] == "core"


@pytest.mark.parametrize("key", PACKS)
def test_pack_is_without_defect_and_says_what_it_is(key: str) -> None:
    document = shipped_document(key)
    assert rubric_defects(document) == []
    assert document["key"] == key
    for field in ("name", "purpose", "source", "licence", "note", "guidelines"):
        assert document[field].strip(), field
    if "spired" in document["source"]:
        assert "unvalidated" in document["note"]
        assert "not comparable with published scores" in document["note"]
    for name, scale in document["scales"].items():
        assert all(level["label"] for level in scale.get("levels", [])), name


@pytest.mark.django_db
@pytest.mark.parametrize("presented", PACKS, indirect=True)
def test_pack_when_rated_is_drawn_stored_and_exported_whole(
    presented: tuple[Plan, Presentation],
    rater: Rater,
    study: Study,
    client_of: Callable[[User], Client],
) -> None:
    plan, shown = presented
    questions = list(Question.objects.filter(version=shown.rubric_version).select_related("scale"))
    asked = [question for question in questions if not question.asked_of or "peer" in question.asked_of]
    page = client_of(user_of(rater)).get(rate_url(study, f"{shown.slot.code}/")).content.decode()
    assert_real_controls(page, asked)
    submit_rating(rater, complete_submission(shown), actor=user_of(rater), claim_next=False)
    assert_stored(asked)
    assert_exported(plan, questions)


def assert_stored(asked: list[Question]) -> None:
    answered = Answer.objects.filter(missing="").values_list("question__key", flat=True)
    assert set(answered) == {question.key for question in asked}
    for question in asked:
        if question.kind == "spans":
            codes = Evidence.objects.filter(question=question, severity=3)
            assert set(codes.values_list("label", flat=True)) == {one["key"] for one in question.options}


def assert_exported(plan: Plan, questions: list[Question]) -> None:
    scope = scope_of(plan)
    long = frame_of(scope, "ratings-long.csv", dtype=str)
    wide = frame_of(scope, "ratings-wide.csv", dtype=str)
    book = frame_of(scope, "codebook.csv", dtype=str)
    comments = frame_of(scope, "comments.csv", dtype=str)
    for question in questions:
        mine = long[long["question"] == question.key]
        parts = {option["key"] for option in question.options} or {""}
        assert set(mine["part"]) == parts
        for row in mine.to_dict("records"):
            place = row["target"].replace(":", "_").replace("-", "_")
            name = "__".join(word for word in (row["question"], row["part"], place) if word)
            if question.kind == "text":
                assert (row["has_text"], wide.iloc[0][name]) == ("true", "true")
                assert WORDS in set(comments.loc[comments["question"] == row["question"], "comment"])
            else:
                assert wide.iloc[0][name] == row["value"]
            assert wide.iloc[0][f"{name}__missing"] == row["missing"]
        told = book[(book["name"] == question.key) & (book["kind"] != "column")]
        assert list(told.loc[told["kind"] == "question", "question_kind"]) == [question.kind]
        assert set(told.loc[told["kind"] == "option", "part"]) == parts - {""}
        assert (told["kind"] == "level").sum() == len(question.levels)


@pytest.mark.django_db
@pytest.mark.parametrize("presented", ["empathy-mechanisms"], indirect=True)
def test_pack_that_needs_marked_words_when_none_are_marked_says_so(
    presented: tuple[Plan, Presentation], rater: Rater, study: Study, client_of: Callable[[User], Client]
) -> None:
    shown = presented[1]
    fields: dict[str, Any] = {"rubric_version": shown.rubric_version.code, "client_id": ""}
    for place in (1, 2):
        fields |= {f"{key}--response-{place}": "0" for key in ("reaction", "interpretation", "exploration")}
    fields |= {"reaction--response-1": "1", "passage--reaction--response-1": "Another reply"}
    url = rate_url(study, f"{shown.slot.code}/submit/")
    client = client_of(user_of(rater))
    response = client.post(url, fields)
    # The words marked for it stand in the other reply.
    assert response.status_code == 400
    assert "Please mark the words of the text that show it." in response.content.decode()
    assert client.post(url, fields | {"passage--reaction--response-1": "That sounds"}).status_code == 302
    assert Evidence.objects.get().target == "response:1"


@pytest.mark.django_db
def test_pack_that_needs_approval_when_nobody_is_named_stays_a_draft(study: Study, owner: User) -> None:
    draft = rubrics.load_rubric(study, shipped_document("omission"), actor=owner)
    with pytest.raises(Exception, match="Say who has approved"):
        rubrics.publish_rubric(draft, actor=owner)
    draft.refresh_from_db()
    assert draft.state == RubricVersion.State.DRAFT
    rubrics.publish_rubric(draft, actor=owner, signed_off_by="Dr Example")
    draft.refresh_from_db()
    assert (draft.state, draft.signed_off_by) == ("published", "Dr Example")

"""Ratings made with several versions of a rubric: together only by a correction or by what somebody chose."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from annotation.errors import DomainError
from annotation.models import Item, Plan, Rater, RubricVersion, Study, User
from annotation.services.rubric_drafts import begin_draft, edit_draft
from annotation.services.rubrics import publish_rubric
from rating.models import Analysis, AnalysisPlan, Rating
from rating.services.analyses import start_analysis
from rating.services.analysis_plans import lock_plan, write_plan
from rating.services.snapshots import read_snapshot, take_snapshot
from rating.services.verification import verify_snapshot
from tests.rating.rated import START, rate_item

pytestmark = pytest.mark.django_db
Raters = dict[str, list[Rater]]
ClientOf = Callable[[User], Client]
THREE = {
    "measurement": "ordinal",
    "levels": [{"value": value, "label": f"Harm {value}"} for value in (1, 2, 3)],
}
# Five points into three.
LEVELS = {"1": 1, "2": 1, "3": 2, "4": 3, "5": 3}
MAPPING = {"core 1": {"safety": {"to": "harm_risk", "levels": LEVELS}}}
QUICK = {"n_permutations": 99}


def next_version(
    version: RubricVersion, owner: User, edit: Callable[[dict[str, Any]], dict[str, Any]], reason: str = ""
) -> RubricVersion:
    draft = edit_draft(begin_draft(version, actor=owner), edit, actor=owner, deed="changed")
    return publish_rubric(draft, actor=owner, equivalence_reason=reason)


def with_safety(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def edit(document: dict[str, Any]) -> dict[str, Any]:
        questions = [one | changes if one["key"] == "safety" else one for one in document["questions"]]
        return {**document, "questions": questions, "scales": {**document["scales"], "three": THREE}}

    return edit


def rate_with(version: RubricVersion, plan: Plan, rater: Rater, item: Item, key: str, value: float) -> Rating:
    """One more rating of an item, given with another version than the plan's."""
    plan.rubric_version = version
    answers = {key: value, "flag_gushing": 1}
    return rate_item(plan, rater, item, answers, number=9, at=START + timedelta(days=1))


def _values(rows: Any, question: str) -> dict[tuple[str, str], float]:
    """The values given to a question, by item and rater."""
    mine = rows[(rows["question"] == question) & rows["value"].notna()]
    return {(item, rater): value for item, rater, value in mine[["item", "rater", "value"]].to_numpy()}


@pytest.fixture
def corrected(rated: Raters, plan: Plan, owner: User, make_rater: Any, items: list[Item]) -> RubricVersion:
    """Version 2 corrects words of version 1; a fourth peer has rated one item with it."""

    def edit(document: dict[str, Any]) -> dict[str, Any]:
        document["scales"]["harm"]["levels"][0]["label"] += " indeed"
        return document

    version = next_version(
        plan.rubric_version, owner, lambda there: edit(deepcopy(there)), "The same, said better."
    )
    rate_with(version, plan, make_rater("new"), items[0], "safety", 5)
    return version


@pytest.fixture
def changed(rated: Raters, plan: Plan, owner: User, make_rater: Any, items: list[Item]) -> RubricVersion:
    """Version 2 asks about safety under another key and on three points; a fourth peer rated with it."""
    version = next_version(plan.rubric_version, owner, with_safety(key="harm_risk", scale="three"))
    rate_with(version, plan, make_rater("new"), items[0], "harm_risk", 3)
    return version


def test_versions_that_differ_in_words_only_are_counted_together_and_the_report_says_so(
    corrected: RubricVersion, study: Study, researcher: User, analyse: Any, client_of: ClientOf
) -> None:
    snapshot = take_snapshot(study, actor=researcher)
    rows = read_snapshot(snapshot).rows
    assert set(rows["question"]) == {"safety", "flag_gushing"}
    assert set(rows["rubric_version"]) == {"core 1", "core 2"}
    assert snapshot.description["pooling"]["use"] == "equivalent"
    analysis = analyse(questions=["safety"], **QUICK)
    page = client_of(researcher).get(f"/studies/{study.code}/analyses/{analysis.code}/").content.decode()
    assert "each corrects only words of another" in page
    assert "core 2 corrects words of core 1: The same, said better." in page
    assert verify_snapshot(analysis.snapshot).differences == []
    assert (
        "Versions of the rubric"
        not in client_of(researcher).get(f"/studies/{study.code}/analyses/").content.decode()
    )


def test_a_chain_of_corrections_is_followed_through_a_version_that_nobody_rated_with(
    rated: Raters, plan: Plan, owner: User, study: Study, items: list[Item], make_rater: Any
) -> None:
    second = next_version(
        plan.rubric_version, owner, lambda there: {**there, "note": "Read twice."}, "A note only."
    )
    third = next_version(second, owner, lambda there: {**there, "guidelines": "Read."}, "Guidelines only.")
    rate_with(third, plan, make_rater("new"), items[1], "safety", 4)
    told = take_snapshot(study, actor=owner).description["pooling"]
    assert told["classes"] == [["core 3", "core 1"]]
    assert told["corrections"] == [{"version": "core 3", "of": "core 2", "reason": "Guidelines only."}]


def test_versions_that_differ_are_refused_until_somebody_says_what_to_do(
    changed: RubricVersion, study: Study, researcher: User
) -> None:
    for refused in (
        lambda: take_snapshot(study, actor=researcher),
        lambda: start_analysis(study, actor=researcher),
    ):
        with pytest.raises(DomainError, match=r"versions of the rubric that differ: core 2, core 1\."):
            refused()
    assert not Analysis.objects.exists()
    assert set(Rating.objects.values_list("rubric_version__number", flat=True)) == {1, 2}


def test_versions_kept_apart_share_no_question(
    changed: RubricVersion, study: Study, researcher: User
) -> None:
    snapshot = take_snapshot(study, actor=researcher, versions={"use": "apart"})
    rows = read_snapshot(snapshot).rows
    n_of = rows.groupby("question", observed=True).size().to_dict()
    assert n_of == {"harm_risk": 1, "flag_gushing": 1, "safety-v1": 24, "flag_gushing-v1": 24}
    assert snapshot.description["pooling"]["use"] == "apart"


def test_one_version_analysed_leaves_the_others_out_and_counts_them(
    changed: RubricVersion, study: Study, researcher: User
) -> None:
    choice = {"use": "only", "version": "core 1"}
    snapshot = take_snapshot(study, actor=researcher, versions=choice)
    assert set(read_snapshot(snapshot).rows["rubric_version"]) == {"core 1"}
    assert snapshot.description["counts"]["n_ratings"] == 24
    assert {"stage": "main", "purpose": "other_version", "n": 1} in snapshot.description["left_out"]
    assert snapshot.description["rubric_versions"] == ["core 1"]


def test_a_mapping_turns_questions_and_values_and_is_kept_with_the_snapshot(
    changed: RubricVersion, study: Study, researcher: User
) -> None:
    plain = take_snapshot(study, actor=researcher, versions={"use": "apart"})
    before = read_snapshot(plain).rows
    snapshot = take_snapshot(study, actor=researcher, versions={"use": "pooled", "map": MAPPING})
    rows = read_snapshot(snapshot).rows
    assert set(rows["question"]) == {"harm_risk", "flag_gushing"}
    given, counted = (_values(before, "safety-v1"), _values(rows, "harm_risk"))
    for place, value in given.items():
        assert counted[place] == LEVELS[f"{value:g}"]
    entry = next(one for one in snapshot.description["questions"] if one["key"] == "harm_risk")
    assert (entry["scale"]["values"], entry["versions"]) == ([1, 2, 3], ["core 2", "core 1"])
    told = [one for one in snapshot.description["pooling"]["mapping"] if one["question"] == "safety"]
    assert told == [{"version": "core 1", "question": "safety", "to": "harm_risk", "levels": LEVELS}]
    assert read_snapshot(snapshot).head["pooling"] == snapshot.description["pooling"]


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"use": "together"}, "“use” must be one of"),
        ({"use": "only"}, "say which “version”"),
        ({"use": "only", "version": "core 7"}, "nobody rated with core 7"),
        ({"use": "pooled", "map": {"core 1": ["safety"]}}, "“map” names a version"),
        ({"use": "pooled", "map": {"core 2": {}}}, "core 2 is no earlier version"),
        (
            {"use": "pooled", "map": {"core 1": {"safety": {"to": "harm_risk"}}}},
            "which value of harm_risk the",
        ),
        (
            {
                "use": "pooled",
                "map": {"core 1": {"safety": {"to": "harm_risk", "levels": LEVELS | {"5": 9}}}},
            },
            "harm_risk has no value 9",
        ),
        ({"use": "pooled", "map": {"core 1": {"safety": {"to": "nowhere"}}}}, "has no question nowhere"),
        ({"use": "pooled", "map": {"core 1": {"nothing": {"to": "harm_risk"}}}}, "there is no such question"),
        (
            {"use": "pooled", "map": {"core 1": {"flag_untrue_belief": {"to": "flag_gushing"}}}},
            "two of its questions become flag_gushing",
        ),
    ],
)
def test_a_choice_that_does_not_fit_is_refused_with_its_reason(
    choice: dict[str, Any], sentence: str, changed: RubricVersion, study: Study, researcher: User
) -> None:
    with pytest.raises(DomainError) as refused:
        start_analysis(study, actor=researcher, options={"versions": choice})
    assert any(sentence in detail for detail in refused.value.details), refused.value.details


def test_start_page_asks_for_the_mapping_and_the_report_shows_it(
    changed: RubricVersion,
    study: Study,
    researcher: User,
    client_of: ClientOf,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, page = client_of(researcher), f"/studies/{study.code}/analyses/"
    shown = client.get(page)
    assert [label for _value, label in shown.context["versions"].fields["use"].choices][2:] == [
        "Only those made with core 2",
        "Only those made with core 1",
    ]
    # Fifteen questions are as they were; the one that is not is asked about.
    assert shown.context["versions"].mapped[0][1] == "safety"
    assert shown.context["versions"].n_same == 15
    base = {"stage": "main", "level": "scale", "n_permutations": "99", "confidence": "0.95", "seed": "4"}
    silent = client.post(page, base)
    assert silent.status_code == 400
    assert "Say what to do with them." in silent.content.decode()
    pooled = base | {"versions-use": "pooled", "versions-to-0": "harm_risk"}
    lacking = client.post(page, pooled | {"versions-levels-0": "1=1, 2=1"})
    assert lacking.status_code == 400
    assert "say which value of harm_risk the value 3 is" in lacking.content.decode()
    assert "1=1, 2=1" in lacking.content.decode()
    assert client.post(page, pooled | {"versions-levels-0": "one=1"}).status_code == 400
    full = pooled | {"versions-levels-0": "1=1, 2=1, 3=2, 4=3, 5=3", "questions": "flag_gushing"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        started = client.post(page, full)
    analysis = Analysis.objects.get()
    assert analysis.options["versions"] == {"use": "pooled", "map": MAPPING}
    report = client.get(started["Location"]).content.decode()
    assert "core 1, safety: counts as harm_risk (1 as 1, 2 as 1, 3 as 2, 4 as 3, 5 as 3)" in report
    assert "core 1, unchanged:" in report
    results = client.get(f"{started['Location']}results.json").json()
    assert results["snapshot"]["pooling"]["use"] == "pooled"


def test_plan_that_says_nothing_of_versions_is_followed_with_a_choice_that_the_report_tells(
    changed: RubricVersion, study: Study, researcher: User, client_of: ClientOf, analyse: Any
) -> None:
    client = client_of(researcher)
    options = {"stage": "main", "questions": ["flag_gushing"], **QUICK}
    plan = lock_plan(
        write_plan(study, actor=researcher, title="P", options=options, seed=3), actor=researcher
    )
    page = f"/studies/{study.code}/analysis-plans/{plan.code}/"
    assert "Only those made with core 2" in client.get(page).content.decode()
    assert client.post(f"{page}analyse/").status_code == 400
    assert client.post(f"{page}analyse/", {"versions-use": "only:core 9"}).status_code == 400
    with TestCase.captureOnCommitCallbacks(execute=True):
        started = client.post(f"{page}analyse/", {"versions-use": "apart"})
    assert started.status_code == 302
    analysis = Analysis.objects.get()
    assert analysis.options == {**plan.options, "versions": {"use": "apart"}}
    report = client.get(started["Location"]).content.decode()
    assert "its plan says nothing of versions" in report
    told = write_plan(study, actor=researcher, title="Q", options={**options, "versions": {"use": "apart"}})
    locked = lock_plan(told, actor=researcher)
    with pytest.raises(DomainError):
        start_analysis(study, actor=researcher, plan=locked, options={"versions": {"use": "pooled"}})
    assert start_analysis(study, actor=researcher, plan=locked).options["versions"] == {"use": "apart"}


def test_plan_written_on_its_page_lays_the_mapping_down_and_keeps_it_when_changed(
    changed: RubricVersion, study: Study, researcher: User, client_of: ClientOf
) -> None:
    client, page = client_of(researcher), f"/studies/{study.code}/analysis-plans/new/"
    base = {"title": "P", "stage": "main", "adjustment": "max_statistic", "n_permutations": 99}
    base |= {"confidence": "0.95", "seed": 1, "raters": ""}
    pooled = {"versions-use": "pooled", "versions-to-0": "harm_risk"}
    faulty = client.post(page, base | pooled | {"versions-levels-0": "one=1"})
    assert faulty.status_code == 400
    kept = client.post(page, base | pooled | {"versions-levels-0": "1=1, 2=1, 3=2, 4=3, 5=3"})
    assert AnalysisPlan.objects.get().options["versions"] == {"use": "pooled", "map": MAPPING}
    told = client.get(kept["Location"]).content.decode()
    assert "counted together: core 1, safety as harm_risk (1 as 1, 2 as 1" in told
    again = client.get(page).context["versions"]
    assert again["to-0"].value() == "harm_risk"
    assert again["levels-0"].value() == "1=1, 2=1, 3=2, 4=3, 5=3"
    client.post(page, base)
    assert AnalysisPlan.objects.get().options["versions"] == {}


def test_plan_before_the_first_rating_can_say_what_is_done_with_published_versions(
    plan: Plan, study: Study, owner: User, researcher: User, client_of: ClientOf
) -> None:
    next_version(plan.rubric_version, owner, with_safety(key="harm_risk", scale="three"))
    shown = client_of(researcher).get(f"/studies/{study.code}/analysis-plans/new/")
    assert [one.name for one in shown.context["versions"].classes] == ["core 2", "core 1"]


def test_start_page_asks_no_more_queries_where_there_are_more_ratings(
    changed: RubricVersion,
    study: Study,
    plan: Plan,
    items: list[Item],
    make_rater: Any,
    researcher: User,
    client_of: ClientOf,
) -> None:
    client, page = client_of(researcher), f"/studies/{study.code}/analyses/"
    counts = []
    for name in ("one", "two"):
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        counts.append(len(seen))
        rate_with(changed, plan, make_rater(name, group="clinician"), items[3], "harm_risk", 1)
    assert counts[0] == counts[1]

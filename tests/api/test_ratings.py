"""Ratings as the study's team reads them: one stage at a time, under pseudonyms."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotation.models import Plan, Rater, User
from rating.models import Rating
from rating.services.answer_inputs import EvidenceInput
from tests.api.calls import caller, error_of
from tests.rating import exporting
from tests.rating.exporting import rate_everything
from tests.rating.services.submitting import submit


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


def listed(plan: Plan, user: User, **query: str) -> dict[str, Any]:
    response = caller(user).get(reverse("api_ratings", args=[plan.study.code]), query)
    assert response.status_code == 200
    return dict(response.json())


def test_ratings_are_the_newest_revisions_of_main_under_pseudonyms(
    plan: Plan, ratings: list[Rating], researcher: User
) -> None:
    body = listed(plan, researcher)
    assert [row["code"] for row in body["results"]] == [rating.code for rating in reversed(ratings[1:])]
    newest = body["results"][-1]
    assert (newest["rater"], newest["group"], newest["stage"]) == (ratings[1].rater.pseudonym, "peer", "main")
    assert (newest["revision"], newest["is_current"], newest["purpose"]) == (2, True, "quota")
    assert newest["comment"] == "second\nthought, NA"
    assert len(newest["answers"]) == 16


def test_ratings_tell_a_missing_value_by_its_reason(
    plan: Plan, ratings: list[Rating], coordinator: User
) -> None:
    answers = listed(plan, coordinator, question="safety")["results"][1]["answers"]
    assert answers == [
        {
            "question": "safety", "target": "response:1", "part": "", "perspective": "self", "value": None,
            "label": None, "missing": "cannot_judge", "text": "", "confidence": None, "is_exception": False,
        }
    ]  # fmt: skip


def test_ratings_of_all_revisions_withhold_restricted_passages(
    plan: Plan, ratings: list[Rating], owner: User
) -> None:
    body = listed(plan, owner, revisions="all")
    first = body["results"][-1]
    assert (first["revision"], first["is_current"]) == (1, False)
    assert [(one["quote"], one["start"], one["is_withheld"]) for one in first["evidence"]] == [
        (exporting.MARKED, 12, False),
        ("", None, True),
    ]
    assert f"'{exporting.WITHHELD}'" not in str([row["evidence"] for row in body["results"]])


def test_ratings_withhold_passages_that_touch_restricted_ones(plan: Plan, rater: Rater, owner: User) -> None:
    """As exports do: the same words under another question would tell them all the same."""
    mark = EvidenceInput(quote="sounds tiring", question_key="empathy_warmth")
    restricted = EvidenceInput(quote="sounds", question_key="flag_ways_to_self_harm")
    submit(rater, evidence=[mark])
    submit(rater, evidence=[mark, restricted])
    touched, alone = listed(plan, owner)["results"]
    assert [(one["quote"], one["start"], one["is_withheld"]) for one in alone["evidence"]] == [
        ("sounds tiring", 5, False)
    ]
    told = [(one["quote"], one["start"], one["end"], one["is_withheld"]) for one in touched["evidence"]]
    assert told == [("", None, None, True)] * 2


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ({"stage": "pilot"}, 1),
        ({"stage": "training"}, 0),
        ({"group": "peer"}, 3),
        ({"group": "clinician"}, 0),
        ({"question": "no_such_question"}, 0),
    ],
)
def test_ratings_when_filtered_are_those_asked_for(
    plan: Plan, ratings: list[Rating], researcher: User, query: dict[str, str], n: int
) -> None:
    assert listed(plan, researcher, **query)["count"] == n


@pytest.mark.parametrize(
    "query",
    [
        {"stage": "dress rehearsal"},
        {"group": "nobody"},
        {"group": "a b"},
        {"revisions": "some"},
        {"question": "\x00"},
    ],
)
def test_ratings_with_a_wrong_filter_are_refused(plan: Plan, researcher: User, query: dict[str, str]) -> None:
    response = caller(researcher).get(reverse("api_ratings", args=[plan.study.code]), query)
    assert response.status_code == 400
    assert error_of(response)["details"][0].startswith(next(iter(query)))


def test_ratings_never_tell_logins(plan: Plan, ratings: list[Rating], owner: User) -> None:
    Rater.objects.filter(pk=ratings[0].rater_id).update(external_id="prolific-5f3a")
    rater = ratings[0].rater
    text = str(listed(plan, owner, revisions="all"))
    for secret in ("'pia'", "'paul'", "example.org", "prolific-5f3a", rater.code, rater.member.code):  # type: ignore[union-attr]
        assert secret not in text


def test_ratings_when_there_are_more_ask_the_database_no_more_often(
    plan: Plan,
    rater: Rater,
    second_rater: Rater,
    researcher: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = caller(researcher)
    path = reverse("api_ratings", args=[plan.study.code])
    submit(rater, quote="tiring")
    client.get(path)
    for n_more in (0, 3):
        for _ in range(n_more):
            submit(second_rater, quote="tiring")
        # Sign-in 2, membership 2, stage, count, ratings, answers, passages, what is restricted 3.
        with django_assert_num_queries(12):
            client.get(path)

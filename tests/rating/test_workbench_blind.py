"""Nothing a rater receives tells who wrote a reply or what others answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import Factor, Item, ItemFactor, Plan, Rater, Study, User
from annotation.services.problems import report_problem
from tests.conftest import user_of
from tests.rating.workbench_forms import claimed_slot, filled, rate_url, shown, submit_url

# Source name, condition, a hidden factor's name and value, other people's words and pseudonym.
SECRETS = ("secretmodel", "hiddencondition", "hiddenfactor", "hiddenvalue", "otherscomment", "othersproblem")
ClientOf = Callable[[User], Client]


@pytest.fixture
def rated_by_another(client_of: ClientOf, plan: Plan, study: Study, second_rater: Rater) -> Rater:
    """A second rater has rated every item with words of their own; items carry a hidden factor."""
    factor = Factor.objects.create(study=study, key="hiddenfactor", name="Hiddenfactor", is_hidden=True)
    other = client_of(user_of(second_rater))
    for item in Item.objects.filter(study=study):
        ItemFactor.objects.create(item=item, factor=factor, value="Hiddenvalue")
        slot = claimed_slot(other, study, second_rater)
        form = filled(shown(other, study, slot), value="1", comment="Otherscomment")
        assert other.post(submit_url(study, slot), form).status_code == 302
        report_problem(second_rater, item, actor=user_of(second_rater), text="Othersproblem")
    return second_rater


def everything_received(client: Client, study: Study, rater: Rater) -> list[Any]:
    """Every page and document of a rater's way, errors and revision among them."""
    slot = claimed_slot(client, study, rater)
    item = rate_url(study, f"{slot.code}/")
    draft = json.dumps({"number": 0, "fields": {"comment": ["x"]}})
    answers = [
        client.get(rate_url(study)),
        client.get(rate_url(study, "guidelines/")),
        client.get(item),
        client.get(f"{item}skip/"),
        client.get(f"{item}problem/"),
        client.post(f"{item}draft/", draft, content_type="application/json"),
        client.post(f"{item}draft/", draft, content_type="application/json"),
        client.post(f"{item}submit/", {}),
        client.post(f"{item}submit/", filled(client.get(item)), follow=True),
        client.get(item),
        client.get(rate_url(study, "history/")),
        client.post(rate_url(study, "claim/"), follow=True),
    ]
    assert [one.status_code for one in answers] == [200] * 6 + [409, 409] + [200] * 4
    return answers


def test_no_page_document_or_header_holds_a_secret(
    client_of: ClientOf, study: Study, rater: Rater, rated_by_another: Rater
) -> None:
    for response in everything_received(client_of(user_of(rater)), study, rater):
        received = (response.content.decode() + str(response.headers)).lower()
        told = [secret for secret in (*SECRETS, rated_by_another.pseudonym.lower()) if secret in received]
        assert told == []


def test_no_query_of_a_rater_reads_the_source(
    client_of: ClientOf, study: Study, rater: Rater, rated_by_another: Rater
) -> None:
    client = client_of(user_of(rater))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        everything_received(client, study, rater)
    assert [one["sql"] for one in queries if "responsesource" in one["sql"].lower()] == []


def test_rating_page_is_kept_by_no_cache(client_of: ClientOf, plan: Plan, study: Study, rater: Rater) -> None:
    client = client_of(user_of(rater))
    response = shown(client, study, claimed_slot(client, study, rater))
    assert "no-store" in response["Cache-Control"]

"""Reported problems and their answers, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import Item, ProblemReport, Rater, Study, User
from annotation.queries.problems import problems_of
from annotation.services.problems import report_problem
from tests.conftest import user_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def client(coordinator: User, client_of: ClientOf) -> Client:
    return client_of(coordinator)


@pytest.fixture
def problem(rater: Rater, items: list[Item]) -> ProblemReport:
    return report_problem(rater, items[0], actor=user_of(rater), text="Turn <2> breaks off.")


def url(study: Study, page: str = "") -> str:
    return f"/studies/{study.code}/problems/{page}"


def test_problems_when_there_are_none_says_what_comes_here(study: Study, client: Client) -> None:
    assert "No problems reported" in client.get(url(study)).content.decode()


def test_problems_shows_open_ones_first_under_a_pseudonym(
    problem: ProblemReport, rater: Rater, items: list[Item], coordinator: User, client: Client
) -> None:
    client.post(url(problem.study, f"{problem.code}/"), {"answer": "Mended."})
    newer = report_problem(rater, items[1], actor=user_of(rater), text="And this one?")
    response = client.get(url(problem.study))
    assert list(response.context["page_obj"]) == [newer, problem]
    content = response.content.decode()
    assert rater.pseudonym in content
    assert "Turn &lt;2&gt; breaks off." in content
    assert "1 waits for an answer." in content


def test_problems_ask_as_many_queries_for_many_as_for_one(
    problem: ProblemReport, rater: Rater, items: list[Item], client: Client
) -> None:
    with CaptureQueriesContext(connection) as one:
        client.get(url(problem.study))
    for number in range(12):
        report_problem(rater, items[number % 4], actor=user_of(rater), text=f"Number {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url(problem.study))
    assert len(one) == len(many)


def test_problem_when_answered_stores_who_and_shows_the_rater(
    problem: ProblemReport, rater: Rater, coordinator: User, client: Client
) -> None:
    assert client.get(url(problem.study, f"{problem.code}/")).status_code == 200
    response = client.post(url(problem.study, f"{problem.code}/"), {"answer": "Mended, thank you."})
    assert response.headers["Location"] == url(problem.study)
    seen = problems_of(rater).get()
    assert (seen.answer, seen.state, seen.answered_by) == ("Mended, thank you.", "answered", coordinator)


@pytest.mark.parametrize("answer", ["", "   ", "x" * 4001])
def test_problem_when_the_answer_is_empty_or_too_long_stays_open(
    answer: str, problem: ProblemReport, client: Client
) -> None:
    assert client.post(url(problem.study, f"{problem.code}/"), {"answer": answer}).status_code == 400
    problem.refresh_from_db()
    assert problem.state == "open"


def test_problem_when_role_or_study_is_wrong_is_refused(
    problem: ProblemReport, rater: Rater, researcher: User, outsider: User, client_of: ClientOf
) -> None:
    page = url(problem.study, f"{problem.code}/")
    theirs = url(Study.objects.get(title="Another study"), f"{problem.code}/")
    expected: list[tuple[Any, str, int]] = [
        (researcher, page, 403),
        (user_of(rater), page, 403),
        (outsider, page, 404),
        (outsider, theirs, 404),
    ]
    for user, address, status in expected:
        assert client_of(user).post(address, {"answer": "No."}).status_code == status
    problem.refresh_from_db()
    assert problem.answer == ""


def test_problem_when_not_signed_in_leads_to_login(problem: ProblemReport) -> None:
    assert Client().post(url(problem.study, f"{problem.code}/"), {"answer": "No."}).status_code == 302


def test_problem_when_unknown_is_not_found(study: Study, client: Client) -> None:
    assert client.get(url(study, "nothere/")).status_code == 404
    assert client.delete(url(study)).status_code == 405

"""Pages of analysis plans, through HTTP; further pages of a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from annotation.models import Factor, Item, ItemFactor, Plan, Role, Study, User
from annotation.services import studies
from annotation.services.people import add_member
from rating.models import Analysis, AnalysisPlan
from rating.services.analysis_plans import lock_plan, write_plan
from rating.services.verification import verify_snapshot
from tests.conftest import make_user
from tests.rating.conftest import Raters

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
FORM = {
    "title": "Gaps",
    "stage": "main",
    "questions": ["safety"],
    "pairs": ["peer|clinician"],
    "few": 2,
    "raters": "",
    "adjustment": "max_statistic",
    "n_permutations": 99,
    "confidence": "0.95",
    "seed": 11,
    "primary-safety": "alpha||interval",
}


@pytest.fixture
def client(client_of: SignIn, researcher: User) -> Client:
    return client_of(researcher)


@pytest.fixture
def draft(plan: Plan, study: Study, researcher: User) -> AnalysisPlan:
    return write_plan(study, actor=researcher, title="Gaps", options={"stage": "main"}, seed=3)


def pages(plan: AnalysisPlan) -> list[str]:
    study = plan.study.code
    return [
        reverse("analysis_plans", args=[study]),
        reverse("analysis_plan_new", args=[study]),
        reverse("analysis_plan", args=[study, plan.code]),
        reverse("analysis_plan_lock", args=[study, plan.code]),
    ]


def test_plan_pages_when_asked_by_each_of_the_cast(
    draft: AnalysisPlan, client_of: SignIn, researcher: User, coordinator: User, outsider: User
) -> None:
    for url in pages(draft):
        assert client_of(researcher).get(url).status_code == 200, url
        assert client_of(coordinator).get(url).status_code == 403, url
        assert client_of(outsider).get(url).status_code == 404, url
        assert Client().get(url).status_code == 302, url
        assert client_of(researcher).put(url).status_code == 405, url


def test_plan_pages_of_another_study_are_not_found(
    draft: AnalysisPlan, client_of: SignIn, outsider: User
) -> None:
    other = studies.create_study(actor=outsider, title="Third study")
    for name in ("analysis_plan", "analysis_plan_lock"):
        assert client_of(outsider).get(reverse(name, args=[other.code, draft.code])).status_code == 404


def test_plan_new_when_posted_writes_what_the_form_says(plan: Plan, study: Study, client: Client) -> None:
    response = client.post(reverse("analysis_plan_new", args=[study.code]), FORM)
    written = AnalysisPlan.objects.get()
    assert response["Location"] == reverse("analysis_plan", args=[study.code, written.code])
    assert written.options["exclusions"] == [{"rule": "few_ratings", "ratings": 2}]
    assert written.options["pairs"] == [["peer", "clinician"]]
    assert written.options["primary"]["safety"] == {
        "coefficient": "alpha",
        "variant": "",
        "level": "interval",
    }
    assert (written.options["adjustment"], written.seed) == ("max_statistic", 11)
    again = client.get(reverse("analysis_plan_new", args=[study.code])).content.decode()
    assert 'value="alpha||interval" selected' in again


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Name of the plan"),
        ({"raters": "P-1"}, "Say of every rater why"),
        ({"raters": "P-1: withdrew"}, "this study has no rater P-1"),
        ({"questions": ["nonsense"]}, "nonsense"),
        ({"n_permutations": 1}, "99"),
    ],
)
def test_plan_new_when_the_form_does_not_fit_says_why(
    plan: Plan, study: Study, client: Client, fields: dict[str, Any], sentence: str
) -> None:
    response = client.post(reverse("analysis_plan_new", args=[study.code]), {**FORM, **fields})
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert not AnalysisPlan.objects.exists()


def test_plan_lock_when_posted_locks_and_twice_is_a_conflict(draft: AnalysisPlan, client: Client) -> None:
    url = reverse("analysis_plan_lock", args=[draft.study.code, draft.code])
    assert client.post(url).status_code == 302
    draft.refresh_from_db()
    assert draft.is_locked
    assert client.post(url).status_code == 409


def test_plan_analyse_when_the_plan_is_a_draft_is_a_conflict(draft: AnalysisPlan, client: Client) -> None:
    url = reverse("analysis_plan_analyse", args=[draft.study.code, draft.code])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 409
    assert not Analysis.objects.exists()


@pytest.fixture
def planned(rated: Raters, study: Study, researcher: User, client: Client, items: list[Item]) -> Analysis:
    """An analysis by a locked plan, without one rater, of items that a hidden factor parts."""
    factor = Factor.objects.create(study=study, key="crisis", name="Crisis")
    ItemFactor.objects.bulk_create(
        ItemFactor(item=item, factor=factor, value="yes" if place < 2 else "no")
        for place, item in enumerate(items)
    )
    out = {"rule": "rater", "rater": "peer-3", "reason": "asked to"}
    options = {"stage": "main", "questions": ["safety"], "exclusions": [out], "n_permutations": 99}
    plan = write_plan(study, actor=researcher, title="Gaps", options=options, seed=3)
    locked = lock_plan(plan, actor=researcher)
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(reverse("analysis_plan_analyse", args=[study.code, locked.code]))
    analysis = Analysis.objects.select_related("study", "plan", "snapshot").get()
    assert analysis.finished_at is not None, analysis.job and analysis.job.error
    return analysis


def test_report_when_it_follows_a_plan_says_planned_and_shows_every_part(
    planned: Analysis, client: Client, client_of: SignIn, coordinator: User, study: Study
) -> None:
    args = [study.code, planned.code]
    report = client.get(reverse("analysis", args=args)).content.decode()
    assert "Planned" in report
    assert "Rater peer-3 (asked to)" in report
    assert "Agreement by stratum" in report or "agreement by stratum" in report
    for part, words in {
        "strata": "Crisis: yes",
        "sensitivity": "Nothing excluded",
        "coefficients": "further coefficients, Peer supporters",
        "groups": "each group against the others",
        "raters": "A difference is not an error",
    }.items():
        url = reverse("analysis_question_part", args=[*args, "safety", part])
        assert words in client.get(url).content.decode(), part
        assert client_of(coordinator).get(url).status_code == 403, part
    nothing = reverse("analysis_question_part", args=[*args, "safety", "nothing"])
    assert client.get(nothing).status_code == 404
    run = client.get(reverse("analysis_plan", args=[study.code, planned.plan.code])).content.decode()  # type: ignore[union-attr]
    assert "Rater peer-3 (asked to): 4 ratings of 1 raters" in run


def test_report_when_exclusions_apply_keeps_them_out_and_undoes_them_beside(planned: Analysis) -> None:
    result = planned.results["questions"]["safety"]
    # Six raters on four items; one "cannot judge".
    undone = next(one for one in result["sensitivity"] if one["key"] == "nothing_excluded")
    assert (result["counts"]["n_raters"], result["counts"]["n_ratings"]) == (5, 19)
    assert (undone["n_raters"], undone["n_ratings"]) == (6, 23)
    assert {row["rater"] for row in result["raters"]} == {
        "peer-1",
        "peer-2",
        "clinician-1",
        "clinician-2",
        "clinician-3",
    }
    assert planned.snapshot is not None
    assert verify_snapshot(planned.snapshot).differences == []


def test_raters_page_is_for_researchers_and_coordinators(
    planned: Analysis, client_of: SignIn, researcher: User, coordinator: User, outsider: User, study: Study
) -> None:
    url = reverse("analysis_raters", args=[study.code, planned.code])
    for user in (researcher, coordinator):
        page = client_of(user).get(url).content.decode()
        assert "A difference is not an error" in page
        assert "peer-1" in page
    rater = make_user("rita")
    add_member(study, actor=study.members.order_by("pk")[0].user, user=rater, roles=[Role.RATER])
    assert client_of(rater).get(url).status_code == 403
    assert client_of(outsider).get(url).status_code == 404
    assert client_of(researcher).post(url).status_code == 405


def test_hidden_strata_when_the_researcher_rates_too_stay_hidden(
    planned: Analysis, client_of: SignIn, study: Study
) -> None:
    both = make_user("bo")
    roles = [Role.RESEARCHER, Role.RATER]
    add_member(study, actor=study.members.order_by("pk")[0].user, user=both, roles=roles)
    client, args = client_of(both), [study.code, planned.code]
    assert "Crisis" not in client.get(reverse("analysis", args=args)).content.decode()
    results = client.get(reverse("analysis_results", args=args)).json()
    assert results["results"]["questions"]["safety"]["strata"] == []
    assert results["standing"]["word"] == "planned"
    assert (
        client.get(reverse("analysis_figure", args=[*args, "safety-strata-within", "svg"])).status_code == 403
    )
    assert client.get(reverse("analysis_snapshot", args=args)).status_code == 403
    table = client.get(reverse("analysis_table", args=[*args, "safety-strata-within", "csv"]))
    assert table.status_code == 404

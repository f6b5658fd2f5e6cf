"""Pages on which a study's plan is simulated: who may see them, what they begin with, what they show."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from annotation.errors import Code, DomainError
from annotation.jobs import JobCancelledError, request_cancel
from annotation.models import Group, Item, Job, Plan, Rater, Study, User
from annotation.services import studies
from rating.agreement.planning import Design, GroupPlan, PlanSign
from rating.agreement.planning.outlook import observe_plan
from rating.agreement.planning.wording import plan_sentence
from rating.queries.planning import plan_outset, simulations_of
from rating.services.planning import PlanSettings, run_plan_simulation, start_plan_simulation
from rating.tasks.planning import simulate_plan
from tests.conftest import user_of

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
Data = dict[str, Any]

# Celery knows a task once its module is imported; a worker does that by itself.
assert simulate_plan.name == "rating.tasks.simulate_plan"

SETTINGS: Data = {
    "groups": [
        {"name": "Peer supporters", "n_raters": 4, "per_item": None},
        {"name": "Clinicians", "n_raters": 4, "per_item": None},
    ],
    "n_items": 8,
    "n_levels": 5,
    "expected": {"item": 0.8, "rater": 0.3, "residual": 0.8, "shift": 1.0},
    "n_simulations": 100,
    "is_search_wanted": False,
}


@pytest.fixture
def form_data(groups: dict[str, Group]) -> Data:
    """What the form sends when only the button is pressed, with few studies."""
    return {
        "first": "peer",
        "second": "clinician",
        "raters-peer": 4,
        "per-item-peer": 3,
        "raters-clinician": 4,
        "per-item-clinician": "",
        "n_items": 8,
        "n_blocks": 1,
        "missing": 0,
        "n_levels": 5,
        "unit": "points",
        "item": 0.8,
        "rater": 0.3,
        "residual": 0.8,
        "vary": "shift",
        "gap": 1,
        "target_power": 80,
        "is_search_wanted": "on",
        "n_simulations": 200,
        "seed": 3,
    }


@pytest.fixture
def simulate(study: Study, researcher: User) -> Callable[..., Job]:
    """simulate(n_items=3) -> the finished job of such a plan."""

    def run(**changes: Any) -> Job:
        with TestCase.captureOnCommitCallbacks(execute=True):
            job = start_plan_simulation(study, actor=researcher, settings={**SETTINGS, **changes}, seed=1)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error
        return job

    return run


@pytest.fixture
def simulation(simulate: Callable[..., Job]) -> Job:
    return simulate()


def index(study: Study) -> str:
    return reverse("plan_simulations", args=[study.code])


def pages(job: Job) -> list[str]:
    assert job.study is not None
    names = ("plan_simulation", "plan_simulation_results")
    return [reverse(name, args=[job.study.code, job.code]) for name in names]


def test_pages_when_asked_by_staff_answer(
    simulation: Job, study: Study, client_of: SignIn, coordinator: User, researcher: User
) -> None:
    for user in (coordinator, researcher):
        for url in [index(study), *pages(simulation)]:
            assert client_of(user).get(url).status_code == 200, url


def test_pages_when_posted_to_refuse_the_method(
    simulation: Job, study: Study, client_of: SignIn, researcher: User
) -> None:
    client = client_of(researcher)
    for url in pages(simulation):
        assert client.post(url).status_code == 405
    assert client.put(index(study)).status_code == 405


def test_pages_when_not_signed_in_ask_to(simulation: Job, study: Study) -> None:
    for url in [index(study), *pages(simulation)]:
        response = Client().get(url)
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_pages_when_asked_by_others_are_hidden_or_forbidden(
    simulation: Job, study: Study, client_of: SignIn, outsider: User, rater: Rater
) -> None:
    strange, unfit = client_of(outsider), client_of(user_of(rater))
    for url in [index(study), *pages(simulation)]:
        assert strange.get(url).status_code == 404
        assert unfit.get(url).status_code == 403
    assert strange.post(index(study), {}).status_code == 404
    assert unfit.post(index(study), {}).status_code == 403


def test_pages_when_the_id_is_wrong_are_not_found(
    simulation: Job, study: Study, client_of: SignIn, researcher: User
) -> None:
    client = client_of(researcher)
    other_kind = Job.objects.create(kind="rating.tasks.run_analysis", study=study, state=Job.State.DONE)
    elsewhere = studies.create_study(actor=researcher, title="Theirs")
    for name in ("plan_simulation", "plan_simulation_results"):
        for args in (
            (study.code, "nothing"),
            (study.code, other_kind.code),
            (elsewhere.code, simulation.code),
        ):
            assert client.get(reverse(name, args=args)).status_code == 404, (name, args)


def test_simulation_when_not_done_leads_to_its_job_and_has_no_results(
    study: Study, researcher: User, client_of: SignIn
) -> None:
    job = start_plan_simulation(study, actor=researcher, settings=SETTINGS)
    page, results = pages(job)
    response = client_of(researcher).get(page)
    assert response.status_code == 302
    assert response["Location"] == reverse("job_detail", args=[study.code, job.code])
    assert client_of(researcher).get(results).status_code == 404


def test_form_when_posted_simulates_and_leads_to_the_job(
    study: Study, form_data: Data, client_of: SignIn, coordinator: User
) -> None:
    client = client_of(coordinator)
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = client.post(index(study), form_data)
    job = Job.objects.get()
    assert response["Location"] == reverse("job_detail", args=[study.code, job.code])
    assert job.state == Job.State.DONE, job.error
    assert job.payload["seed"] == 3
    assert job.payload["settings"]["groups"] == [
        {"name": "Peer supporters", "n_raters": 4, "per_item": 3},
        {"name": "Clinicians", "n_raters": 4, "per_item": None},
    ]
    # The job's page leads to the result.
    assert pages(job)[0] in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "nobody"},
        {"second": "peer"},
        {"raters-peer": 0},
        {"per-item-peer": 5},
        {"n_items": ""},
        {"n_blocks": 5},
        {"missing": 100},
        {"n_levels": 1},
        {"unit": "item_sds", "item": 0},
        {"residual": 0},
        {"gap": "much"},
        {"gap": "nan"},
        {"target_power": 100},
        {"n_simulations": 3},
        {"n_items": 5000, "raters-peer": 10, "n_simulations": 2000},
        {"n_items": 5000, "raters-peer": 500},
    ],
    ids=str,
)
def test_form_when_the_plan_cannot_be_says_so(
    study: Study, form_data: Data, client_of: SignIn, coordinator: User, wrong: Data
) -> None:
    response = client_of(coordinator).post(index(study), {**form_data, **wrong})
    assert response.status_code == 400
    assert "error-summary" in response.content.decode()
    assert not Job.objects.exists()


def test_form_begins_with_the_studys_own_plan(
    plan: Plan, items: list[Item], study: Study, rater: Rater, second_rater: Rater
) -> None:
    outset = plan_outset(study)
    assert (outset.n_items, outset.n_levels) == (len(items), 5)
    found = {part.group.key: (part.n_raters, part.per_item) for part in outset.groups}
    # Two peers have a login, no clinician yet; the stage wants two ratings of each.
    assert found == {"peer": (2, 2), "clinician": (6, 2)}


def test_page_of_a_study_without_groups_offers_no_form(client_of: SignIn, outsider: User) -> None:
    bare = Study.objects.get(title="Another study")
    page = client_of(outsider).get(index(bare)).content.decode()
    assert "Nobody rates yet" in page
    assert client_of(outsider).post(index(bare), {}).status_code == 400


def test_simulation_page_shows_findings_figure_and_numbers(
    simulate: Callable[..., Job], client_of: SignIn, researcher: User
) -> None:
    job = simulate(is_search_wanted=True)
    assert job.result["needed"]["goal"] == "power"
    page = client_of(researcher).get(pages(job)[0]).content.decode()
    assert "With 4 Peer supporters and 4 Clinicians on 8 items, a gap of 1 scale points" in page
    assert 'class="chart"' in page
    assert "Numbers of raters tried" in page
    assert "style=" not in page.partition("<main")[2]


def test_simulation_of_one_rating_an_item_warns_and_draws_nothing(
    simulate: Callable[..., Job], client_of: SignIn, researcher: User
) -> None:
    single = [{**group, "per_item": 1} for group in SETTINGS["groups"]]
    page = client_of(researcher).get(pages(simulate(groups=single))[0]).content.decode()
    assert "Misalignment is not identifiable" in page
    assert 'class="chart"' not in page
    assert "no interval can be given" in page


def test_simulation_of_one_group_tells_of_its_agreement(
    simulate: Callable[..., Job], client_of: SignIn, researcher: User
) -> None:
    page = client_of(researcher).get(pages(simulate(groups=SETTINGS["groups"][:1]))[0]).content.decode()
    assert "Krippendorff’s alpha, Peer supporters: the interval would be" in page


def test_results_when_taken_away_hold_what_was_asked_and_found(
    simulation: Job, client_of: SignIn, researcher: User
) -> None:
    response = client_of(researcher).get(pages(simulation)[1])
    assert "attachment" in response["Content-Disposition"]
    found = json.loads(response.content)
    assert found["seed"] == 1
    assert found["settings"]["n_items"] == 8
    gaps = [point["gap"] for point in found["outlook"]["curve"]]
    assert 1.0 in gaps
    assert gaps[0] == 0
    assert found["needed"] is None


def test_simulation_with_the_same_seed_finds_the_same(simulate: Callable[..., Job]) -> None:
    assert simulate().result["outlook"] == simulate().result["outlook"]


def test_simulation_stops_when_asked(study: Study, researcher: User) -> None:
    job = start_plan_simulation(study, actor=researcher, settings=SETTINGS)

    def stop(share: float, _text: str) -> None:
        if share > 0:
            raise JobCancelledError

    with pytest.raises(JobCancelledError):
        run_plan_simulation(job, tell=stop)
    request_cancel(job)
    simulate_plan.apply(args=[job.pk])
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_start_plan_simulation_refuses_what_cannot_be(study: Study, researcher: User) -> None:
    for wrong in ({"n_items": 0}, {"n_simulations": 1}, {"vary": "all"}):
        with pytest.raises(DomainError) as caught:
            start_plan_simulation(study, actor=researcher, settings={**SETTINGS, **wrong})
        assert caught.value.code == Code.INVALID
    assert not Job.objects.exists()


def test_settings_come_back_from_the_payload_as_they_were() -> None:
    settings = PlanSettings.of(SETTINGS)
    assert PlanSettings.of(json.loads(json.dumps(settings.to_dict()))) == settings


def test_list_of_simulations_reads_them_in_one_query(
    simulation: Job, study: Study, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(1):
        assert [job.payload["seed"] for job in simulations_of(study)] == [1]


def test_every_observation_has_a_sentence() -> None:
    few, one = GroupPlan("g", 4, 1), GroupPlan("h", 2, 1)
    found = [*observe_plan(Design((few, one), 10), 0.05)]
    assert {observation.code for observation in found} == set(PlanSign)
    for observation in found:
        assert plan_sentence(observation.to_dict()).endswith((".", "large."))

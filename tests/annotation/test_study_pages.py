"""Overview, state and settings of a study, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import ConsentVersion, Group, Plan, Rater, Study, User
from annotation.services.people import add_member
from tests.conftest import make_item, user_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

STAFF_PAGES = ["", "items/", "plan/", "rubric/"]
COORDINATOR_PAGES = [
    "settings/",
    "settings/groups/new/",
    "settings/consent/new/",
    "items/new/",
    "rubric/new/",
    "plan/new/",
    "problems/",
    "state/close/",
]


def url(study: Study, page: str = "") -> str:
    return f"/studies/{study.code}/{page}"


@pytest.mark.parametrize("page", STAFF_PAGES + COORDINATOR_PAGES)
def test_page_when_coordinator_shows_it(
    page: str, plan: Plan, coordinator: User, client_of: ClientOf
) -> None:
    response = client_of(coordinator).get(url(plan.study, page))
    assert response.status_code == 200
    assert b"<h1>" in response.content


@pytest.mark.parametrize("page", STAFF_PAGES + COORDINATOR_PAGES)
def test_page_when_not_signed_in_leads_to_login(page: str, study: Study, client: Client) -> None:
    response = client.get(url(study, page))
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("page", STAFF_PAGES + COORDINATOR_PAGES)
def test_page_when_outsider_is_not_found(
    page: str, study: Study, outsider: User, client_of: ClientOf
) -> None:
    response = client_of(outsider).get(url(study, page))
    assert response.status_code == 404
    assert b"Night line" not in response.content


@pytest.mark.parametrize("page", COORDINATOR_PAGES)
def test_page_when_researcher_is_refused(
    page: str, study: Study, researcher: User, client_of: ClientOf
) -> None:
    assert client_of(researcher).get(url(study, page)).status_code == 403


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_page_when_researcher_shows_it(page: str, plan: Plan, researcher: User, client_of: ClientOf) -> None:
    assert client_of(researcher).get(url(plan.study, page)).status_code == 200


@pytest.mark.parametrize("page", STAFF_PAGES[1:] + COORDINATOR_PAGES)
def test_page_when_rater_is_refused(page: str, plan: Plan, rater: Rater, client_of: ClientOf) -> None:
    assert client_of(user_of(rater)).get(url(plan.study, page)).status_code == 403


def test_study_when_rater_leads_to_rating(rater: Rater, client_of: ClientOf) -> None:
    response = client_of(user_of(rater)).get(url(rater.study))
    assert (response.status_code, response.headers["Location"]) == (302, url(rater.study, "rate/"))


def test_study_when_rater_also_coordinates_shows_overview_and_way_to_rating(
    rater: Rater, owner: User, client_of: ClientOf
) -> None:
    add_member(rater.study, actor=owner, user=user_of(rater), roles=["coordinator"])
    content = client_of(user_of(rater)).get(url(rater.study)).content.decode()
    assert "Before it can open" in content
    assert url(rater.study, "rate/") in content


@pytest.mark.parametrize("page", ["", "items/", "plan/", "rubric/", "problems/"])
def test_read_only_page_when_posted_to_is_refused(
    page: str, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    assert client_of(coordinator).post(url(study, page)).status_code == 405


def test_study_when_draft_lists_what_is_missing(study: Study, coordinator: User, client_of: ClientOf) -> None:
    content = client_of(coordinator).get(url(study)).content.decode()
    assert "Publish a rubric</a>" in content
    assert "Write the consent text<span" in content
    assert url(study, "state/open/") not in content


def test_study_when_open_offers_pause_and_close_only(plan: Plan, owner: User, client_of: ClientOf) -> None:
    content = client_of(owner).get(url(plan.study)).content.decode()
    assert url(plan.study, "state/pause/") in content
    assert url(plan.study, "state/close/") in content
    assert url(plan.study, "state/open/") not in content


def test_study_when_researcher_offers_no_change_of_state(
    plan: Plan, researcher: User, client_of: ClientOf
) -> None:
    assert url(plan.study, "state/") not in client_of(researcher).get(url(plan.study)).content.decode()


def test_study_shows_raters_by_pseudonym_only(
    plan: Plan, rater: Rater, owner: User, client_of: ClientOf
) -> None:
    content = client_of(owner).get(url(plan.study)).content.decode()
    assert rater.pseudonym in content
    assert user_of(rater).username not in content


def test_state_when_paused_stores_it_and_says_so(plan: Plan, coordinator: User, client_of: ClientOf) -> None:
    response = client_of(coordinator).post(url(plan.study, "state/pause/"), follow=True)
    plan.study.refresh_from_db()
    assert plan.study.state == "paused"
    assert "The study is paused." in response.content.decode()


def test_state_when_asked_by_get_changes_nothing(plan: Plan, coordinator: User, client_of: ClientOf) -> None:
    assert b"Close this study?" in client_of(coordinator).get(url(plan.study, "state/close/")).content
    plan.study.refresh_from_db()
    assert plan.study.state == "open"


def test_state_when_not_ready_is_refused_with_what_is_missing(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    response = client_of(coordinator).post(url(study, "state/open/"))
    assert response.status_code == 409
    assert "so that there is something to rate" in response.content.decode()


def test_state_when_unknown_is_not_found(study: Study, coordinator: User, client_of: ClientOf) -> None:
    assert client_of(coordinator).post(url(study, "state/melted/")).status_code == 404


def test_state_when_draft_is_paused_is_refused(study: Study, coordinator: User, client_of: ClientOf) -> None:
    assert client_of(coordinator).post(url(study, "state/pause/")).status_code == 409


def test_study_new_when_allowed_makes_a_study_owned_by_the_maker(owner: User, client_of: ClientOf) -> None:
    client = client_of(owner)
    assert client.get("/studies/new/").status_code == 200
    response = client.post("/studies/new/", {"title": "Second line", "purpose": ""})
    made = Study.objects.get(title="Second line")
    assert response.headers["Location"] == url(made, "setup/")
    assert made.members.get().user == owner


def test_study_new_when_not_allowed_is_refused(coordinator: User, client_of: ClientOf) -> None:
    assert client_of(coordinator).post("/studies/new/", {"title": "x"}).status_code == 403
    assert not Study.objects.filter(title="x").exists()


def test_study_new_when_not_signed_in_leads_to_login(client: Client, db: None) -> None:
    assert client.get("/studies/new/").status_code == 302


def test_study_new_without_a_title_says_so(owner: User, client_of: ClientOf) -> None:
    response = client_of(owner).post("/studies/new/", {"title": " "})
    assert response.status_code == 400
    assert 'href="#id_title"' in response.content.decode()


def settings_of(study: Study, **fields: Any) -> dict[str, Any]:
    names = ("title", "purpose", "support_title", "support_text", "claim_minutes")
    return {name: getattr(study, name) for name in names} | fields


def test_settings_when_saved_are_stored(study: Study, coordinator: User, client_of: ClientOf) -> None:
    body = settings_of(study, title="Day line", claim_minutes=30)
    assert client_of(coordinator).post(url(study, "settings/"), body).status_code == 302
    study.refresh_from_db()
    assert (study.title, study.claim_minutes) == ("Day line", 30)


@pytest.mark.parametrize("minutes", ["", "0", "-3", "soon", "99999999"])
def test_settings_when_minutes_are_wrong_change_nothing(
    minutes: str, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    body = settings_of(study, title="Day line", claim_minutes=minutes)
    assert client_of(coordinator).post(url(study, "settings/"), body).status_code == 400
    study.refresh_from_db()
    assert study.title == "Night line"


def test_group_new_adds_a_group(study: Study, coordinator: User, client_of: ClientOf) -> None:
    client_of(coordinator).post(url(study, "settings/groups/new/"), {"name": "Patients"})
    assert Group.objects.get(study=study, key="patients").position == 3


def test_group_new_when_it_exists_says_so(study: Study, coordinator: User, client_of: ClientOf) -> None:
    response = client_of(coordinator).post(url(study, "settings/groups/new/"), {"name": "Peer"})
    assert response.status_code == 400
    assert "already has a group" in response.content.decode()


def test_consent_new_publishes_the_next_version(study: Study, coordinator: User, client_of: ClientOf) -> None:
    client_of(coordinator).post(url(study, "settings/consent/new/"), {"title": "T", "body": "New words."})
    assert ConsentVersion.objects.filter(study=study).first().number == 2  # type: ignore[union-attr]


def test_consent_new_when_empty_publishes_nothing(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    response = client_of(coordinator).post(url(study, "settings/consent/new/"), {"title": "T", "body": ""})
    assert response.status_code == 400
    assert ConsentVersion.objects.filter(study=study).count() == 1


@pytest.mark.parametrize("page", ["", "items/", "plan/", "rubric/", "problems/"])
def test_page_asks_as_many_queries_for_forty_items_as_for_four(
    page: str,
    plan: Plan,
    coordinator: User,
    client_of: ClientOf,
    django_assert_num_queries: Any,
) -> None:
    client = client_of(coordinator)
    with CaptureQueriesContext(connection) as few:
        client.get(url(plan.study, page))
    for number in range(5, 41):
        make_item(plan.study, number)
    with django_assert_num_queries(len(few)):
        client.get(url(plan.study, page))


def test_text_of_the_study_is_escaped_everywhere(plan: Plan, coordinator: User, client_of: ClientOf) -> None:
    Study.objects.filter(pk=plan.study_id).update(
        title="<script>t</script>", purpose="<script>p</script>", support_text="**<script>s</script>**"
    )
    content = client_of(coordinator).get(url(plan.study)).content.decode()
    assert "<script>t" not in content
    assert "<script>p" not in content
    assert "<strong>&lt;script&gt;s" in content

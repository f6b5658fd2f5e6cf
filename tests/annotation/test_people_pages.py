"""The pages of people: gates, pseudonyms, roles, leaving."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.models import Member, Rater, Role, Study, User
from annotation.services import people
from tests.conftest import user_of

SignIn = Callable[[User], Client]


def member_path(name: str, study: Study, user: User) -> str:
    return reverse(name, args=[study.code, Member.objects.get(study=study, user=user).code])


def test_people_page_shows_team_by_name_and_raters_by_pseudonym(
    study: Study, coordinator: User, rater: Rater, client_of: SignIn
) -> None:
    page = client_of(coordinator).get(reverse("study_people", args=[study.code])).content.decode()
    assert "olive" in page
    assert rater.pseudonym in page
    assert user_of(rater).username not in page
    assert "example.org" not in page


def test_people_page_counts_imported_raters_and_does_not_list_them(
    study: Study, owner: User, rater: Rater, client_of: SignIn
) -> None:
    imported = people.add_rater(
        study, actor=owner, group=rater.group, origin="imported", external_id="crowd-1"
    )
    page = client_of(owner).get(reverse("study_people", args=[study.code])).content.decode()
    assert imported.pseudonym not in page
    assert "crowd-1" not in page


def test_people_page_is_paged_and_its_queries_do_not_grow(
    study: Study, owner: User, make_rater: Callable[..., Rater], client_of: SignIn
) -> None:
    client, path = client_of(owner), reverse("study_people", args=[study.code])
    make_rater("r0")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    for number in range(1, 27):
        make_rater(f"r{number}", consents=False)
    with CaptureQueriesContext(connection) as many:
        page = client.get(path).content.decode()
    assert len(many) == len(few)
    assert page.count("PEE-") == 2 * 25
    assert client.get(path, {"page": 2}).content.decode().count("PEE-") == 2 * 2


@pytest.mark.parametrize("name", ["study_people", "study_member_roles", "study_member_remove"])
def test_people_pages_for_others_are_closed(
    study: Study, owner: User, researcher: User, rater: Rater, outsider: User, client_of: SignIn, name: str
) -> None:
    path = (
        reverse("study_people", args=[study.code])
        if name == "study_people"
        else member_path(name, study, owner)
    )
    assert Client().get(path).headers["Location"].startswith(reverse("account_login"))
    assert client_of(researcher).get(path).status_code == 403
    assert client_of(user_of(rater)).get(path).status_code == 403
    assert client_of(outsider).get(path).status_code == 404
    assert client_of(owner).put(path).status_code == 405


@pytest.mark.parametrize("name", ["study_member_roles", "study_member_remove"])
def test_member_pages_with_bad_or_foreign_code_are_404(
    study: Study, owner: User, outsider: User, client_of: SignIn, name: str
) -> None:
    foreign = Member.objects.get(user=outsider).code
    for code in ("nobody", foreign):
        assert client_of(owner).get(reverse(name, args=[study.code, code])).status_code == 404


def test_roles_page_is_the_owners_and_changes_them(
    study: Study, owner: User, coordinator: User, client_of: SignIn
) -> None:
    path = member_path("study_member_roles", study, coordinator)
    assert client_of(coordinator).get(path).status_code == 403
    client = client_of(owner)
    assert "cora" in client.get(path).content.decode()
    answer = client.post(path, {"roles": ["coordinator", "researcher"]})
    assert answer.headers["Location"] == reverse("study_people", args=[study.code])
    member = Member.objects.get(study=study, user=coordinator)
    assert set(member.grants.values_list("role", flat=True)) == {"coordinator", "researcher"}


@pytest.mark.parametrize("roles", [[], ["emperor"], ["coordinator"]])
def test_roles_page_refuses_what_leaves_no_owner(
    study: Study, owner: User, client_of: SignIn, roles: list[str]
) -> None:
    answer = client_of(owner).post(member_path("study_member_roles", study, owner), {"roles": roles})
    assert answer.status_code == 400
    assert Member.objects.get(study=study, user=owner).grants.get().role == Role.OWNER


def test_remove_page_names_a_rater_by_pseudonym_and_asks_first(
    study: Study, coordinator: User, rater: Rater, client_of: SignIn
) -> None:
    client, path = client_of(coordinator), member_path("study_member_remove", study, user_of(rater))
    page = client.get(path).content.decode()
    assert rater.pseudonym in page
    assert user_of(rater).username not in page
    assert Member.objects.get(rater=rater).left_at is None
    assert client.post(path).headers["Location"] == reverse("study_people", args=[study.code])
    assert Member.objects.get(rater=rater).left_at is not None
    assert client.post(path).status_code == 404
    assert client_of(user_of(rater)).get(reverse("study", args=[study.code])).status_code == 404


def test_remove_last_owner_is_refused_with_a_page(study: Study, owner: User, client_of: SignIn) -> None:
    answer = client_of(owner).post(member_path("study_member_remove", study, owner))
    assert answer.status_code == 409
    assert "make somebody else owner first" in answer.content.decode()

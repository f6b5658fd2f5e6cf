"""The start page: what Attune is, or my studies and my next step in each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotation.access import memberships
from annotation.models import Group, Plan, Rater, Role, Study, User
from annotation.queries.home import study_cards
from annotation.services import people, studies
from annotation.services.queue import claim_next, complete_slot, pass_item
from tests.conftest import user_of

SignIn = Callable[[User], Client]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def cards_of(user: User) -> list[tuple[str, int, int]]:
    cards = study_cards(memberships(user), now=NOW)
    return [(card.study.title, card.progress.n_done, card.progress.n_left) for card in cards if card.progress]


def test_home_signed_out_offers_sign_in_and_no_study(client: Client, study: Study) -> None:
    page = client.get(reverse("home")).content.decode()
    assert reverse("account_login") in page
    assert study.title not in page


def test_home_by_post_is_refused(client: Client) -> None:
    assert client.post(reverse("home")).status_code == 405


def test_home_of_rater_offers_rating_and_nothing_else(rater: Rater, plan: Plan, client_of: SignIn) -> None:
    page = client_of(user_of(rater)).get(reverse("home")).content.decode()
    assert "Start rating" in page
    assert "0 of 4" in page
    assert "Open study" not in page
    assert "New study" not in page


def test_home_of_coordinator_offers_study(study: Study, coordinator: User, client_of: SignIn) -> None:
    page = client_of(coordinator).get(reverse("home")).content.decode()
    assert reverse("study", args=[study.code]) in page
    assert "See analyses" not in page


def test_home_of_researcher_offers_analyses(study: Study, researcher: User, client_of: SignIn) -> None:
    page = client_of(researcher).get(reverse("home")).content.decode()
    assert "See analyses" in page
    assert reverse("analyses", args=[study.code]) in page


def test_home_of_outsider_hides_the_study(study: Study, outsider: User, client_of: SignIn) -> None:
    page = client_of(outsider).get(reverse("home")).content.decode()
    assert study.title not in page
    assert "Another study" in page


def test_home_without_study_says_what_to_do(db: None, client_of: SignIn) -> None:
    newcomer = User.objects.create_user(username="nova", password="a quiet pass phrase")
    assert "invitation link" in client_of(newcomer).get(reverse("home")).content.decode()
    newcomer.can_create_studies = True
    newcomer.save()
    assert reverse("study_new") in client_of(newcomer).get(reverse("home")).content.decode()


def test_home_of_rater_in_draft_study_says_that_rating_has_not_begun(rater: Rater, client_of: SignIn) -> None:
    page = client_of(user_of(rater)).get(reverse("home")).content.decode()
    assert "Rating has not begun yet" in page
    assert "Start rating" not in page


def test_home_of_who_left_shows_no_study(rater: Rater, plan: Plan, client_of: SignIn) -> None:
    assert rater.member is not None
    rater.member.left_at = NOW
    rater.member.save()
    assert plan.study.title not in client_of(user_of(rater)).get(reverse("home")).content.decode()


def test_progress_counts_done_held_and_free_items(rater: Rater, plan: Plan) -> None:
    user = user_of(rater)
    first = claim_next(rater, actor=user, now=NOW)
    assert first is not None
    assert cards_of(user) == [("Night line", 0, 4)]
    complete_slot(first.slot, rater, now=NOW)
    assert cards_of(user) == [("Night line", 1, 3)]
    second = claim_next(rater, actor=user, now=NOW)
    assert second is not None
    pass_item(second.slot, rater, actor=user, reason="", now=NOW)
    assert cards_of(user) == [("Night line", 1, 2)]


def test_progress_leaves_out_items_that_others_have_filled(
    rater: Rater, second_rater: Rater, make_rater: Callable[..., Rater], plan: Plan
) -> None:
    for other in (second_rater, make_rater("pit")):
        while claim := claim_next(other, actor=user_of(other), now=NOW):
            complete_slot(claim.slot, other, now=NOW)
    assert cards_of(user_of(rater)) == [("Night line", 0, 0)]


def test_home_takes_the_same_queries_for_many_studies(
    rater: Rater, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = user_of(rater)
    for number in range(5):
        study = studies.create_study(actor=owner, title=f"Study {number}")
        group: Group = studies.add_group(study, actor=owner, name="Peers")
        member = people.add_member(study, actor=owner, user=user, roles=[Role.RATER])
        people.add_rater(study, actor=owner, group=group, member=member)
    with django_assert_num_queries(5):
        assert len(study_cards(memberships(user), now=NOW)) == 6

"""Roles and leaving: who may, and what stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from annotation.errors import Code, DomainError
from annotation.models import CheckIn, Member, Plan, Rater, Role, Slot, Study, User
from annotation.queries.people import group_counts, team_rows
from annotation.services import people
from annotation.services.members import change_roles, remove_member
from annotation.services.queue import claim_next
from tests.conftest import user_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def member_of(study: Study, user: User) -> Member:
    return Member.objects.get(study=study, user=user)


def roles_of(study: Study, user: User) -> set[str]:
    return set(member_of(study, user).grants.values_list("role", flat=True))


def test_change_roles_gives_exactly_these_and_keeps_rating(study: Study, owner: User, rater: Rater) -> None:
    member = member_of(study, user_of(rater))
    change_roles(member, actor=owner, roles=[Role.RESEARCHER])
    assert roles_of(study, user_of(rater)) == {"researcher", "rater"}
    change_roles(member, actor=owner, roles=[])
    assert roles_of(study, user_of(rater)) == {"rater"}


def test_change_roles_by_coordinator_is_refused(study: Study, coordinator: User, researcher: User) -> None:
    with pytest.raises(DomainError) as refused:
        change_roles(member_of(study, researcher), actor=coordinator, roles=[Role.OWNER])
    assert refused.value.code == Code.NOT_ALLOWED
    assert roles_of(study, researcher) == {"researcher"}


@pytest.mark.parametrize("roles", [["rater"], ["nonsense"]])
def test_change_roles_to_others_is_refused(
    study: Study, owner: User, coordinator: User, roles: list[str]
) -> None:
    with pytest.raises(DomainError):
        change_roles(member_of(study, coordinator), actor=owner, roles=roles)
    assert roles_of(study, coordinator) == {"coordinator"}


def test_change_roles_never_takes_the_last_owner(study: Study, owner: User, coordinator: User) -> None:
    with pytest.raises(DomainError) as refused:
        change_roles(member_of(study, owner), actor=owner, roles=[Role.COORDINATOR])
    assert refused.value.code == Code.STATE_FORBIDS
    assert roles_of(study, owner) == {"owner"}
    change_roles(member_of(study, coordinator), actor=owner, roles=[Role.OWNER])
    change_roles(member_of(study, owner), actor=owner, roles=[Role.COORDINATOR])
    assert roles_of(study, owner) == {"coordinator"}


def test_change_roles_leaves_no_member_without_role(study: Study, owner: User, coordinator: User) -> None:
    with pytest.raises(DomainError):
        change_roles(member_of(study, coordinator), actor=owner, roles=[])
    assert roles_of(study, coordinator) == {"coordinator"}


def test_remove_member_frees_the_claimed_item_keeps_the_rater_and_deletes_what_was_told_of_wellbeing(
    study: Study, coordinator: User, rater: Rater, plan: Plan
) -> None:
    claim = claim_next(rater, actor=user_of(rater), now=NOW)
    assert claim is not None
    CheckIn.objects.create(rater=rater, value=80, is_above=True, answered_at=NOW)
    member = remove_member(member_of(study, user_of(rater)), actor=coordinator)
    assert member.left_at is not None
    assert Slot.objects.get(pk=claim.slot.pk).state == Slot.State.OPEN
    assert Rater.objects.filter(pk=rater.pk).exists()
    assert not CheckIn.objects.filter(rater=rater).exists()
    assert remove_member(member, actor=coordinator).left_at == member.left_at


def test_remove_member_never_takes_the_last_owner(study: Study, owner: User) -> None:
    with pytest.raises(DomainError) as refused:
        remove_member(member_of(study, owner), actor=owner)
    assert refused.value.code == Code.STATE_FORBIDS
    assert member_of(study, owner).left_at is None


def test_remove_owner_by_coordinator_is_refused(study: Study, owner: User, coordinator: User) -> None:
    with pytest.raises(DomainError) as refused:
        remove_member(member_of(study, owner), actor=coordinator)
    assert refused.value.code == Code.NOT_ALLOWED


def test_change_roles_of_who_left_is_refused(study: Study, owner: User, coordinator: User) -> None:
    member = remove_member(member_of(study, coordinator), actor=owner)
    with pytest.raises(DomainError) as refused:
        change_roles(member, actor=owner, roles=[Role.RESEARCHER])
    assert refused.value.code == Code.STATE_FORBIDS


def test_team_names_who_does_more_than_rate(
    study: Study, owner: User, coordinator: User, rater: Rater
) -> None:
    rows = [(row.member.user.username, row.roles) for row in team_rows(study)]
    assert rows == [("cora", ["Coordinator"]), ("olive", ["Owner"])]


def test_group_counts_tell_origins_apart(
    study: Study, owner: User, rater: Rater, make_rater: Callable[..., Rater]
) -> None:
    remove_member(member_of(study, user_of(make_rater("paul"))), actor=owner)
    for number in range(3):
        people.add_rater(
            study, actor=owner, group=rater.group, origin="imported", external_id=f"crowd{number}"
        )
    people.add_rater(study, actor=owner, group=rater.group, origin="judge", judge_model="m")
    counts = {
        row.group.key: (row.n_account, row.n_left, row.n_imported, row.n_judges)
        for row in group_counts(study)
    }
    assert counts == {"peer": (1, 1, 3, 1), "clinician": (0, 0, 0, 0)}

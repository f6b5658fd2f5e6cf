"""Two people sign one snapshot; from then on nothing is rated, revised, reopened or imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.errors import DomainError
from annotation.models import Plan, Rater, RecordLock, Role, Study, User
from annotation.services import people, studies
from annotation.services.record_lock import open_lock, refuse_locked, sign_lock
from rating.models import Rating, Snapshot
from rating.services.submission import submit_rating
from tests.conftest import make_user, user_of
from tests.rating.services.submitting import filled, submit

ClientOf = Callable[[User], Client]
SIGNED = {"name": "Ola Nord", "meaning": "I have reviewed it.", "is_meant": "on"}


@pytest.fixture
def snapshot(study: Study, owner: User) -> Snapshot:
    return Snapshot.objects.create(study=study, stage="main", digest="ab" * 32, file_name="x.parquet")


def test_two_people_in_two_capacities_sign_and_lock_the_records(
    plan: Plan, rater: Rater, snapshot: Snapshot, owner: User, researcher: User, client_of: ClientOf
) -> None:
    study, outcome = plan.study, submit(rater)
    base, lead, analyst = f"/studies/{study.code}/ethics/lock/", client_of(owner), client_of(researcher)
    assert lead.post(f"{base}open/", {"digest": snapshot.digest}).status_code == 400
    studies.change_state(study, Study.State.CLOSED, actor=owner)
    assert analyst.post(f"{base}sign/", SIGNED).status_code == 404
    assert lead.post(f"{base}open/", {"digest": "cd" * 32}).status_code == 400
    assert analyst.post(f"{base}open/", {"digest": snapshot.digest}).status_code == 302
    assert snapshot.digest in analyst.get(base).content.decode()
    # Each needs the role; nobody signs twice, and nobody without meaning it.
    wrong = [{"capacity": "investigator"}, {"capacity": "analyst", "meaning": " "}, {"capacity": "king"}]
    assert [analyst.post(f"{base}sign/", SIGNED | one).status_code for one in wrong] == [400, 400, 400]
    assert lead.post(f"{base}sign/", SIGNED | {"capacity": "investigator"}).status_code == 302
    assert lead.post(f"{base}sign/", SIGNED | {"capacity": "analyst"}).status_code == 400
    assert RecordLock.objects.get().locked_at is None
    refuse_locked(study)
    assert analyst.post(f"{base}sign/", SIGNED | {"capacity": "analyst", "name": "Ana"}).status_code == 302
    assert RecordLock.objects.get().locked_at is not None
    page = analyst.get(base).content.decode()
    assert ["Ola Nord" in page, "Ana" in page, "I have reviewed it." in page] == [True] * 3
    with pytest.raises(DomainError, match="signed and locked"):
        studies.change_state(study, Study.State.OPEN, actor=owner)
    # Not by a back door either: the state alone does not let a revision in.
    Study.objects.filter(pk=study.pk).update(state="paused")
    revision = {"slot_code": outcome.rating.slot.code, "expected_revision": 1}
    with pytest.raises(DomainError, match="signed and locked"):
        submit_again(rater, outcome.rating, **revision)
    Study.objects.filter(pk=study.pk).update(state="closed")
    assert analyst.post(f"{base}lift/", {"why": "A coding error."}).status_code == 403
    assert lead.post(f"{base}lift/", {"why": " "}).status_code == 400
    assert lead.post(f"{base}lift/", {"why": "A coding error."}).status_code == 302
    assert "A coding error." in lead.get(base).content.decode()
    assert studies.change_state(study, Study.State.OPEN, actor=owner).state == "open"


def submit_again(rater: Rater, rating: Rating, **fields: Any) -> None:
    assert rating.presentation is not None
    sent = filled(rating.presentation, **fields)
    submit_rating(rater, sent, actor=user_of(rater), claim_next=False)


def test_one_owner_alone_cannot_lock(study: Study, snapshot: Snapshot, owner: User) -> None:
    Study.objects.filter(pk=study.pk).update(state="closed")
    lock = open_lock(study, actor=owner, digest=snapshot.digest)
    assert open_lock(study, actor=owner, digest=snapshot.digest) == lock
    now = timezone.now()
    said: dict[str, Any] = {"name": "Ola", "meaning": "Mine.", "now": now}
    sign_lock(lock, actor=owner, capacity="investigator", **said)
    second = make_user("sven")
    people.add_member(study, actor=owner, user=second, roles=[Role.OWNER])
    for actor, capacity in ((owner, "analyst"), (second, "investigator")):
        with pytest.raises(DomainError, match="Two different people"):
            sign_lock(lock, actor=actor, capacity=capacity, **said)


@pytest.mark.parametrize("page", ["", "open/", "sign/", "lift/"])
def test_record_lock_is_for_the_team_of_the_study(
    page: str, study: Study, rater: Rater, outsider: User, client_of: ClientOf, client: Client
) -> None:
    assert rater.member is not None
    path, ask = f"/studies/{study.code}/ethics/lock/{page}", "post" if page else "get"
    assert getattr(client, ask)(path).status_code == 302
    assert getattr(client_of(outsider), ask)(path).status_code == 404
    assert getattr(client_of(rater.member.user), ask)(path).status_code == 403

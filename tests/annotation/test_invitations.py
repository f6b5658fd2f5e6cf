"""Invitation links: made once, joined by GET-then-POST, capped, withdrawn, raced for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.errors import Code, DomainError
from annotation.models import AuditPayload, Group, Invitation, Member, Rater, Role, Study, User
from annotation.queries.people import invitation_digest
from annotation.services import invitations
from annotation.services.members import remove_member
from tests.conftest import user_of

SignIn = Callable[[User], Client]
NEW = {"pass_phrase": "a calm river bends", "again": "a calm river bends", "email": ""}


@pytest.fixture
def invite(study: Study, owner: User, groups: dict[str, Group]) -> Callable[..., tuple[Invitation, str]]:
    """invite(max_uses=1) -> (invitation, address of its join page)."""

    def make(*, group: str = "peer", role: str = Role.RATER, **options: Any) -> tuple[Invitation, str]:
        asked = {"days": 7, "max_uses": 5} | options
        invitation, token = invitations.create_invitation(
            study, actor=owner, role=role, group=groups[group] if role == Role.RATER else None, **asked
        )
        return invitation, reverse("join", args=[token])

    return make


Invite = Callable[..., tuple[Invitation, str]]


def n_uses(invitation: Invitation) -> int:
    return Invitation.objects.get(pk=invitation.pk).n_uses


# Making and withdrawing


def test_invitation_when_made_shows_link_once_and_stores_digest(
    study: Study, coordinator: User, groups: dict[str, Group], client_of: SignIn
) -> None:
    client = client_of(coordinator)
    asked = {"label": "March", "role": "rater", "group": groups["peer"].code, "days": 3, "max_uses": 4}
    answer = client.post(reverse("study_invitation_new", args=[study.code]), asked)
    found = re.search(r"/join/([\w-]{43})/", answer.content.decode())
    assert found is not None
    assert "no-store" in answer.headers["Cache-Control"]
    invitation = Invitation.objects.get(study=study)
    assert invitation.token_digest == invitation_digest(found[1])
    listed = client.get(reverse("study_invitations", args=[study.code])).content.decode()
    assert "March" in listed
    assert found[1] not in listed
    for payload in AuditPayload.objects.all():
        assert found[1] not in str(payload.data)
        assert "March" not in str(payload.data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"group": ""},
        {"group": "nonsense"},
        {"role": "owner"},
        {"role": "researcher"},
        {"days": 0},
        {"days": 366},
        {"max_uses": 0},
        {"max_uses": 1001},
        {"max_uses": "many"},
    ],
)
def test_invitation_with_bad_input_is_refused(
    study: Study,
    coordinator: User,
    groups: dict[str, Group],
    client_of: SignIn,
    wrong: dict[str, object],
) -> None:
    asked = {"role": "rater", "group": groups["peer"].code, "days": 3, "max_uses": 1, **wrong}
    answer = client_of(coordinator).post(reverse("study_invitation_new", args=[study.code]), asked)
    assert answer.status_code == 400
    assert not Invitation.objects.exists()


def test_invitation_to_a_role_one_does_not_hold_is_refused(study: Study, coordinator: User) -> None:
    with pytest.raises(DomainError) as refused:
        invitations.create_invitation(study, actor=coordinator, role=Role.RESEARCHER, days=1, max_uses=1)
    assert refused.value.code == Code.NOT_ALLOWED


def test_invitation_pages_for_others_are_closed(
    study: Study,
    invite: Invite,
    researcher: User,
    rater: Rater,
    outsider: User,
    client_of: SignIn,
    client: Client,
) -> None:
    invitation, _ = invite()
    paths = [
        reverse("study_invitations", args=[study.code]),
        reverse("study_invitation_new", args=[study.code]),
        reverse("study_invitation_revoke", args=[study.code, invitation.code]),
    ]
    for path in paths:
        assert client.get(path).status_code == 302
        assert client_of(researcher).get(path).status_code == 403
        assert client_of(user_of(rater)).get(path).status_code == 403
        assert client_of(outsider).get(path).status_code == 404


def test_invitation_of_another_study_cannot_be_revoked(
    invite: Invite, outsider: User, client_of: SignIn
) -> None:
    invitation, _ = invite()
    theirs = Study.objects.get(title="Another study")
    path = reverse("study_invitation_revoke", args=[theirs.code, invitation.code])
    assert client_of(outsider).post(path).status_code == 404


def test_invitation_revoked_lets_nobody_join(
    study: Study, invite: Invite, coordinator: User, client_of: SignIn, client: Client
) -> None:
    invitation, path = invite()
    revoke = reverse("study_invitation_revoke", args=[study.code, invitation.code])
    signed_in = client_of(coordinator)
    assert signed_in.get(revoke).status_code == 200
    assert client.get(path).status_code == 200
    assert signed_in.post(revoke).status_code == 302
    answer = client.post(path, NEW)
    assert answer.status_code == 410
    assert "ask the person who gave you this link" in answer.content.decode()


# Joining


def test_join_page_says_which_study_and_writes_nothing(study: Study, invite: Invite, client: Client) -> None:
    invitation, path = invite()
    before = User.objects.count()
    page = client.get(path).content.decode()
    assert study.title in page
    assert "Peer supporters" in page
    assert f"{reverse('account_login')}?next=" in page
    assert (User.objects.count(), n_uses(invitation)) == (before, 0)


def test_join_without_login_makes_rater_and_signs_in(study: Study, invite: Invite, client: Client) -> None:
    invitation, path = invite()
    answer = client.post(path, NEW)
    assert answer.headers["Location"] == reverse("study_welcome", args=[study.code])
    user = get_user(client)
    assert isinstance(user, User)
    rater = Rater.objects.get(member__user=user)
    assert (rater.group.key, rater.origin, rater.study) == ("peer", "account", study)
    assert user.check_password(NEW["pass_phrase"])
    assert not user.can_create_studies
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{3}", user.username)
    assert user.username in client.get(answer.headers["Location"]).content.decode()
    assert n_uses(invitation) == 1


def test_join_as_researcher_makes_no_rater(study: Study, invite: Invite, client: Client) -> None:
    _, path = invite(role=Role.RESEARCHER)
    client.post(path, NEW)
    member = Member.objects.get(study=study, grants__role=Role.RESEARCHER)
    assert not Rater.objects.filter(member=member).exists()


def test_invitation_form_does_not_call_the_group_optional(
    study: Study, coordinator: User, client_of: SignIn
) -> None:
    page = client_of(coordinator).get(reverse("study_invitation_new", args=[study.code])).content.decode()
    label = page[page.index("Group of the raters") :]
    assert "(optional)" not in label[: label.index("</label>")]


@pytest.mark.parametrize(
    ("pass_phrase", "sentence"),
    [
        ("short", "This pass phrase is too short. It needs at least 10 characters."),
        ("1234567890", "Too many people use this pass phrase."),
        ("", "Please fill this in."),
    ],
)
def test_join_with_weak_pass_phrase_says_so_in_the_words_of_the_page(
    invite: Invite, client: Client, pass_phrase: str, sentence: str
) -> None:
    _, path = invite()
    page = client.post(path, NEW | {"pass_phrase": pass_phrase, "again": pass_phrase}).content.decode()
    assert sentence in page
    assert "password is" not in page
    assert "This field is required" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"pass_phrase": "short", "again": "short"},
        {"pass_phrase": "password123", "again": "password123"},
        {"again": "another calm river"},
        {"pass_phrase": "", "again": ""},
        {"email": "no address"},
    ],
)
def test_join_with_bad_input_is_asked_again(invite: Invite, client: Client, wrong: dict[str, str]) -> None:
    invitation, path = invite()
    before = User.objects.count()
    assert client.post(path, NEW | wrong).status_code == 400
    assert (User.objects.count(), n_uses(invitation)) == (before, 0)


def test_join_with_address_of_another_login_uses_nothing_up(
    invite: Invite, owner: User, client: Client
) -> None:
    invitation, path = invite()
    assert client.post(path, NEW | {"email": owner.email.upper()}).status_code == 400
    assert n_uses(invitation) == 0


def test_join_with_login_asks_first_then_joins(
    study: Study, invite: Invite, outsider: User, client_of: SignIn
) -> None:
    invitation, path = invite()
    client = client_of(outsider)
    assert outsider.username in client.get(path).content.decode()
    assert not Member.objects.filter(study=study, user=outsider).exists()
    assert client.post(path).headers["Location"] == reverse("study", args=[study.code])
    assert Rater.objects.filter(member__user=outsider, study=study).count() == 1
    assert n_uses(invitation) == 1


def test_join_again_changes_nothing(study: Study, invite: Invite, outsider: User, client_of: SignIn) -> None:
    invitation, path = invite()
    client = client_of(outsider)
    for _ in range(2):
        assert client.post(path).status_code == 302
    assert n_uses(invitation) == 1
    assert Rater.objects.filter(member__user=outsider, study=study).count() == 1
    assert client.get(path).headers["Location"] == reverse("study", args=[study.code])


def test_join_in_another_group_is_refused(invite: Invite, rater: Rater, client_of: SignIn) -> None:
    invitation, path = invite(group="clinician")
    answer = client_of(user_of(rater)).post(path)
    assert answer.status_code == 409
    assert n_uses(invitation) == 0


def test_join_with_unknown_token_is_404(client: Client, db: None) -> None:
    answer = client.get(reverse("join", args=["x" * 43]))
    assert answer.status_code == 404
    assert "copied to its very end" in answer.content.decode()


def test_join_with_expired_link_is_410(invite: Invite, client: Client) -> None:
    _, path = invite(days=7)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path, NEW).status_code == 410


def test_join_with_used_up_link_is_410_and_leaves_no_login(invite: Invite, client: Client) -> None:
    _, path = invite(max_uses=1)
    assert client.post(path, NEW).status_code == 302
    before = User.objects.count()
    answer = Client().post(path, NEW)
    assert answer.status_code == 410
    assert User.objects.count() == before


def test_join_by_wrong_method_is_refused(invite: Invite, client: Client) -> None:
    assert client.put(invite()[1]).status_code == 405


def test_last_use_taken_in_between_goes_to_one_only(invite: Invite, outsider: User, owner: User) -> None:
    """Both read one use left; the second's update finds none."""
    invitation, _ = invite(max_uses=1)
    stale = Invitation.objects.select_related("study", "group").get(pk=invitation.pk)
    invitations.join_with_new_login(invitation, actor=None, pass_phrase=NEW["pass_phrase"])
    with pytest.raises(DomainError) as refused:
        invitations.join_study(stale, actor=outsider)
    assert refused.value.status == 410
    assert n_uses(invitation) == 1
    assert not Member.objects.filter(study=invitation.study, user=outsider).exists()


def test_link_older_than_the_leaving_does_not_bring_back(
    study: Study, invite: Invite, owner: User, outsider: User
) -> None:
    old, _ = invite()
    member = invitations.join_study(old, actor=outsider)
    remove_member(member, actor=owner)
    with pytest.raises(DomainError) as refused:
        invitations.join_study(old, actor=outsider)
    assert refused.value.code == Code.STATE_FORBIDS
    new, _ = invite()
    assert invitations.join_study(new, actor=outsider).left_at is None


def test_welcome_page_for_others_is_closed(
    study: Study, outsider: User, client_of: SignIn, client: Client
) -> None:
    path = reverse("study_welcome", args=[study.code])
    assert client_of(outsider).get(path).status_code == 404
    assert client.get(path).status_code == 302


def test_log_of_a_refused_join_hides_the_token(
    invite: Invite, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    import logging

    from config.logs import WithoutKeys

    _, path = invite()
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Bad Request", path), None
    )
    assert WithoutKeys().filter(record)
    assert record.getMessage() == "Bad Request: /join/…/"


@pytest.mark.django_db(transaction=True)
def test_last_use_raced_for_by_threads_goes_to_one_only(
    needs_postgresql: None, invite: Invite, outsider: User, owner: User
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    invitation, _ = invite(max_uses=1)
    people = [User.objects.create_user(username=f"racer{number}", password="x") for number in range(6)]

    def attempt(user: User) -> int:
        try:
            invitations.join_study(invitation, actor=user)
        except DomainError as error:
            return error.status
        finally:
            connection.close()
        return 200

    with ThreadPoolExecutor(max_workers=6) as threads:
        outcomes = sorted(threads.map(attempt, people))
    assert outcomes == [200, *[410] * 5]
    assert n_uses(invitation) == 1
    assert Rater.objects.filter(study=invitation.study).count() == 1

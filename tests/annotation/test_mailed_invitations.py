"""Invitations by e-mail and from a file: sent after the commit, all or nobody, addresses forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotation.forms.mailing import MailInvitationForm
from annotation.forms.people import InvitationForm
from annotation.imports.checks.invitees import Invitee, checked_invitees
from annotation.imports.checks.report import CheckReport
from annotation.models import (
    AuditPayload,
    Group,
    Invitation,
    Job,
    JoiningSettings,
    Rater,
    Study,
    User,
)
from annotation.services.mailed_invitations import Mailing, forget_addresses, invite_by_mail
from annotation.tasks.joining import send_invitation_mails
from tests.conftest import user_of

# Known by name to the code under test: importing it here registers the task.
assert send_invitation_mails.name == "annotation.tasks.send_invitations"

SignIn = Callable[[User], Client]
Commit = Callable[..., Any]
NEW = {"pass_phrase": "a calm river bends", "again": "a calm river bends", "email": ""}


@pytest.fixture
def invite(
    study: Study, coordinator: User, groups: dict[str, Group], django_capture_on_commit_callbacks: Commit
) -> Callable[..., list[Invitation]]:
    """invite("pia@example.org", …): invited as peers, the mails sent."""

    def make(*addresses: str, days: int = 7) -> list[Invitation]:
        people = [Invitee(address, "peer") for address in addresses]
        mailing = Mailing(days, "http://testserver/", "Come and rate", "Dear reader,\nwe ask you.")
        with django_capture_on_commit_callbacks(execute=True):
            return invite_by_mail(study, people, actor=coordinator, mailing=mailing)

    return make


Invite = Callable[..., list[Invitation]]


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"http://testserver(/join/[\w-]{43}/)", str(message.body))
    assert found is not None
    return found[1]


def names(study: Study, *codes: str) -> list[str]:
    """The pages of this part."""
    return [
        reverse("study_invitation_mail", args=[study.code]),
        reverse("study_invitation_file", args=[study.code]),
        *(reverse("study_invitation_resend", args=[study.code, code]) for code in codes),
    ]


def test_mail_form_invites_each_address_once_after_the_commit_in_the_studys_words(
    study: Study,
    coordinator: User,
    groups: dict[str, Group],
    client_of: SignIn,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    client, path = client_of(coordinator), reverse("study_invitation_mail", args=[study.code])
    asked = {"addresses": "Pia@example.org,\nben@example.org", "role": "rater", "group": groups["peer"].code}
    asked |= {"days": "3", "subject": "Come\nand rate", "words": "Dear reader, <we> ask you & others."}
    with django_capture_on_commit_callbacks() as callbacks:
        answer = client.post(path, asked)
        assert mail.outbox == []
    assert answer.headers["Location"] == reverse("study_invitations", args=[study.code])
    for callback in callbacks:
        callback()
    assert [message.to for message in mail.outbox] == [["pia@example.org"], ["ben@example.org"]]
    first, second = mail.outbox
    assert first.subject == "Come and rate"
    assert "<we> ask you & others." in first.body
    assert link_in(first) != link_in(second)
    token = link_in(first).split("/")[2]
    assert token not in str(list(Job.objects.values())) + str(list(Invitation.objects.values()))
    assert "example.org" not in str([one.data for one in AuditPayload.objects.all()])
    assert "example.org" not in str(list(Job.objects.values()))
    listed = client.get(answer.headers["Location"]).content.decode()
    assert listed.count("@example.org") >= 2
    assert "Sent" in listed
    assert (
        JoiningSettings.objects.get(study=study).mail_words
        in client.get(path).context["form"]["words"].value()
    )


def test_invited_person_joins_once_and_the_address_is_gone(study: Study, invite: Invite) -> None:
    [invitation] = invite("pia@example.org")
    path = link_in(mail.outbox[0])
    client = Client()
    assert 'value="pia@example.org"' in client.get(path).content.decode()
    assert client.post(path, NEW).status_code == 302
    assert Client().get(path).status_code == 410
    invitation.refresh_from_db()
    assert (invitation.email, invitation.n_uses) == ("", 1)
    rater = Rater.objects.get(study=study)
    assert (rater.group.key, user_of(rater).email) == ("peer", "")


def test_resent_invitation_works_by_the_new_link_only(
    study: Study,
    invite: Invite,
    coordinator: User,
    client_of: SignIn,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    [invitation] = invite("pia@example.org")
    path = reverse("study_invitation_resend", args=[study.code, invitation.code])
    with django_capture_on_commit_callbacks(execute=True):
        assert client_of(coordinator).post(path).status_code == 302
    old, new = (link_in(message) for message in mail.outbox)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    invitation.refresh_from_db()
    assert invitation.n_sent == 2
    revoke = reverse("study_invitation_revoke", args=[study.code, invitation.code])
    client_of(coordinator).post(revoke)
    invitation.refresh_from_db()
    assert invitation.email == ""
    assert Client().get(new).status_code == 410
    assert client_of(coordinator).post(path).status_code == 409


def test_address_of_an_expired_invitation_is_forgotten_and_may_be_invited_anew(
    invite: Invite, coordinator: User, study: Study, client_of: SignIn
) -> None:
    invite("pia@example.org")
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert forget_addresses(now=timezone.now()) == 1
        assert forget_addresses(now=timezone.now()) == 0
        listed = client_of(coordinator).get(reverse("study_invitations", args=[study.code])).content.decode()
        assert "Expired" in listed
        assert "pia@example.org" not in listed
        assert len(invite("pia@example.org")) == 1


def test_mail_that_cannot_be_sent_is_shown_and_holds_nobody_else_up(
    study: Study, invite: Invite, coordinator: User, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = mail.EmailMessage.send

    def refuse(message: mail.EmailMessage, **options: Any) -> int:
        if message.to == ["bad@example.org"]:
            raise SMTPRecipientsRefused({"bad@example.org": (550, b"no such user")})
        return sent(message, **options)

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    invite("bad@example.org", "pia@example.org")
    assert [message.to for message in mail.outbox] == [["pia@example.org"]]
    listed = client_of(coordinator).get(reverse("study_invitations", args=[study.code])).content.decode()
    assert "Could not be sent" in listed


@pytest.mark.parametrize(
    "wrong",
    [
        {"addresses": ""},
        {"addresses": "no address"},
        {"addresses": "new@example.org new@example.org"},
        {"addresses": "new@example.org pia@example.org"},
        {"group": ""},
        {"role": "researcher"},
        {"days": 0},
    ],
)
def test_mail_form_with_bad_input_invites_nobody(
    study: Study,
    invite: Invite,
    coordinator: User,
    groups: dict[str, Group],
    client_of: SignIn,
    wrong: dict[str, object],
) -> None:
    invite("pia@example.org")
    asked = {
        "addresses": "new@example.org",
        "role": "rater",
        "group": groups["peer"].code,
        "days": 3,
        **wrong,
    }
    answer = client_of(coordinator).post(reverse("study_invitation_mail", args=[study.code]), asked)
    assert answer.status_code == 400
    assert Invitation.objects.count() == 1


def test_file_names_every_bad_row_with_its_line() -> None:
    rows = [
        "address,group,role",
        "pia@example.org,Peer supporters,",
        "no address,peer,rater",
        "ben@example.org,peers,rater",
        "ben2@example.org,,rater",
        "cleo@example.org,peer,coordinator",
        "olga@example.org,,owner",
        ",peer,rater",
        "PIA@example.org,peer,rater",
        "rhea@example.org,,researcher",
    ]
    report = CheckReport("people.csv")
    people = checked_invitees(
        "\n".join(rows).encode("utf-8-sig"),
        groups={"peer": "Peer supporters"},
        roles=["coordinator", "researcher"],
        report=report,
    )
    assert [(one.address, one.group, one.role) for one in people] == [
        ("pia@example.org", "peer", "rater"),
        ("rhea@example.org", "", "researcher"),
    ]
    assert [line.split(":")[0] for line in report.sentences()] == [
        f"people.csv, line {number}" for number in range(3, 10)
    ]


def test_file_invites_everybody_or_nobody(
    study: Study,
    coordinator: User,
    client_of: SignIn,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    client, path = client_of(coordinator), reverse("study_invitation_file", args=[study.code])

    def upload(text: str) -> Any:
        file = SimpleUploadedFile("people.csv", text.encode())
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, {"file": file, "days": 3, "subject": "", "words": ""})

    refused = upload("address,group\npia@example.org,peer\nben@example.org,nobody\n")
    assert refused.status_code == 400
    assert "people.csv, line 3" in refused.content.decode()
    assert not Invitation.objects.exists()
    assert upload("address,group\npia@example.org,peer\nben@example.org,clinician\n").status_code == 302
    assert {one.group.key for one in Invitation.objects.all() if one.group} == {"peer", "clinician"}
    assert "Night line" in mail.outbox[0].subject
    assert "How do replies on a night line read?" in mail.outbox[0].body
    again = upload("address,group\nolga@example.org,peer\nben@example.org,clinician\n")
    assert "line 3: this address has an invitation" in again.content.decode()
    assert upload("addres\nx").status_code == 400


def test_mail_form_offers_the_roles_that_a_link_offers() -> None:
    for roles in (frozenset({"coordinator"}), frozenset({"coordinator", "researcher", "safeguarding"})):
        link = InvitationForm(groups=[], roles=roles)
        by_mail = MailInvitationForm(groups=[], roles=roles, settings=JoiningSettings())
        assert str(by_mail["role"]) == str(link["role"])


def test_list_asks_the_same_number_of_questions_whatever_its_length(
    study: Study, invite: Invite, coordinator: User, client_of: SignIn
) -> None:
    client, path = client_of(coordinator), reverse("study_invitations", args=[study.code])
    invite("a@example.org")
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    invite(*(f"b{number}@example.org" for number in range(8)))
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(few) == len(many)


def test_mail_pages_for_others_are_closed(
    study: Study, invite: Invite, researcher: User, rater: Rater, outsider: User, client_of: SignIn
) -> None:
    [invitation] = invite("pia@example.org")
    for path in names(study, invitation.code):
        assert Client().post(path).headers["Location"].startswith(reverse("account_login"))
        assert client_of(researcher).post(path).status_code == 403
        assert client_of(user_of(rater)).post(path).status_code == 403
        assert client_of(outsider).post(path).status_code == 404
        assert client_of(user_of(rater)).put(path).status_code == 405
    theirs = Study.objects.get(title="Another study")
    foreign = reverse("study_invitation_resend", args=[theirs.code, invitation.code])
    assert client_of(outsider).post(foreign).status_code == 404

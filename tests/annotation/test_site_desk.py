"""At the desk of a site: reopening it, and inviting people without hearing of those of other sites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import AuditEvent, Invitation, JoiningSettings, Role, Site, Study, User
from annotation.services import invitations, people, sites
from annotation.tasks.joining import send_invitation_mails
from tests.api.calls import caller, error_of, sends
from tests.conftest import make_user

ClientOf = Callable[[User], Client]

# Celery knows a task once its module is imported.
assert send_invitation_mails.name == "annotation.tasks.send_invitations"


@pytest.fixture
def north(study: Study, owner: User) -> Site:
    return sites.add_site(study, actor=owner, name="North Hospital", key="north")


@pytest.fixture
def nora(study: Study, owner: User, north: Site) -> User:
    """Coordinates at the northern site."""
    user = make_user("nora")
    member = people.add_member(study, actor=owner, user=user, roles=[Role.COORDINATOR])
    sites.bind_member(member, [north], actor=owner)
    return user


@pytest.fixture
def invited(study: Study, owner: User) -> Invitation:
    """Pia, by mail, to the southern site."""
    south = sites.add_site(study, actor=owner, name="South Centre", key="south")
    return Invitation.objects.create(
        study=study,
        site=south,
        group=study.groups.get(key="peer"),
        email="pia@example.org",
        is_by_mail=True,
        token_digest="1" * 64,
        expires_at=timezone.now() + timedelta(days=9),
    )


def page(name: str, study: Study, *args: str) -> str:
    return reverse(name, args=[study.code, *args])


def mailing(study: Study, **fields: Any) -> dict[str, Any]:
    group = study.groups.get(key="peer")
    return {"addresses": "pia@example.org", "role": "rater", "group": group.code, "days": "3"} | {
        "site": Site.objects.get(study=study, key="north").code,
        **fields,
    }


def test_site_reopened_takes_people_again_and_what_had_ended_stays_ended(
    study: Study, north: Site, owner: User, client_of: ClientOf
) -> None:
    wanted: dict[str, Any] = {"role": "rater", "group": study.groups.get(key="peer"), "days": 3}
    link, _token = invitations.create_invitation(study, actor=owner, max_uses=1, site=north, **wanted)
    sites.close_site(north, actor=owner, now=timezone.now())
    client, path = client_of(owner), page("study_site_reopen", study, north.code)
    assert path in client.get(page("study_sites", study)).content.decode()
    assert "stay ended" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 302
    north.refresh_from_db()
    link.refresh_from_db()
    assert (north.closed_at, link.revoked_at is not None) == (None, True)
    assert AuditEvent.objects.filter(study=study, kind="site.reopened").count() == 1
    assert invitations.create_invitation(study, actor=owner, max_uses=1, site=north, **wanted)


def test_api_reopens_a_site_for_coordinators_of_the_whole_study(
    study: Study, north: Site, owner: User, coordinator: User, nora: User
) -> None:
    sites.close_site(north, actor=owner, now=timezone.now())
    path = reverse("api_site_reopen", args=[study.code, north.code])
    assert sends(caller(nora), "post", path, {}).status_code == 403
    assert sends(caller(coordinator), "post", path, {}).json()["closed_at"] is None


def test_nobody_learns_who_was_invited_to_another_site(
    study: Study, nora: User, owner: User, invited: Invitation, client_of: ClientOf
) -> None:
    answer = client_of(nora).post(page("study_invitation_mail", study), mailing(study))
    assert answer.status_code == 302
    assert Invitation.objects.filter(email=invited.email).count() == 2
    # At the own site, and to whoever sees the whole study, it is told.
    for user in (nora, owner):
        told = client_of(user).post(page("study_invitation_mail", study), mailing(study))
        assert "has an invitation that still works" in unescape(told.content.decode())
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(email=invited.email).update(site=invited.site)


def test_file_of_people_names_no_other_site(
    study: Study, nora: User, invited: Invitation, client_of: ClientOf
) -> None:
    told = []
    for place in ("west", "south", "South Centre"):
        file = SimpleUploadedFile("p.csv", f"address,group,site\nben@example.org,peer,{place}\n".encode())
        answer = client_of(nora).post(page("study_invitation_file", study), {"file": file, "days": "3"})
        assert answer.status_code == 400
        told.append(unescape(answer.content.decode()).split(f"“{place}”")[1].split("<")[0])
    assert set(told) == {". Possible: north."}


def test_api_answers_for_another_site_as_for_none(study: Study, nora: User, invited: Invitation) -> None:
    words = set()
    for key in ("west", "south"):
        for path in ("invitations/", "calls/"):
            sent = {"role": "rater", "group": "peer", "days": 3, "site": key}
            refused = sends(caller(nora), "post", f"/api/v1/studies/{study.code}/{path}", sent)
            assert refused.status_code == 400
            words.add(error_of(refused)["message"].replace(key, "…"))
    assert words == {"This study has no site “…”."}


def test_words_of_a_site_go_into_its_own_mails_and_leave_the_studys_as_they_were(
    study: Study, nora: User, client_of: ClientOf, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    JoiningSettings.objects.create(study=study, mail_subject="From all of us", mail_words="Dear all")
    path = page("study_invitation_mail", study)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(nora).post(path, mailing(study, subject="From the north", words="Dear northerner"))
    (sent,) = mail.outbox
    assert (sent.subject, "Dear northerner" in sent.body) == ("From the north", True)
    kept = JoiningSettings.objects.get(study=study)
    assert (kept.mail_subject, kept.mail_words) == ("From all of us", "Dear all")

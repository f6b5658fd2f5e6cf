"""Several sites in one study: who sees whom, how people come to a site, what stays with the whole study."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from annotation.errors import DomainError
from annotation.models import (
    AuditEvent,
    ContactWish,
    Incident,
    Invitation,
    LogEntry,
    Member,
    MessageCopy,
    Plan,
    ProblemReport,
    PublicCall,
    Rater,
    RaterMessage,
    Role,
    Site,
    Study,
    User,
)
from annotation.models.leaving import new_receipt_code
from annotation.services import invitations, people, problems, sites
from annotation.services.leaving import leave_by_letter, leave_study
from annotation.services.messages import write_to_behind
from annotation.services.public_calls import open_call
from tests.api.calls import caller, error_of, sends
from tests.conftest import make_user, user_of
from tests.rating.services.submitting import submit

ClientOf = Callable[[User], Client]


@pytest.fixture
def north(study: Study, owner: User) -> Site:
    return sites.add_site(study, actor=owner, name="North Hospital", key="north")


@pytest.fixture
def south(study: Study, owner: User) -> Site:
    return sites.add_site(study, actor=owner, name="South Centre", key="south")


@pytest.fixture
def at_north(study: Study, owner: User, north: Site, rater: Rater) -> User:
    """Coordinates and safeguards at the northern site, where the first rater is."""
    user = make_user("nora")
    member = people.add_member(study, actor=owner, user=user, roles=[Role.COORDINATOR, Role.SAFEGUARDING])
    sites.bind_member(member, [north], actor=owner)
    sites.move_rater(rater, north, actor=owner)
    return user


@pytest.fixture
def elsewhere(second_rater: Rater, south: Site, owner: User) -> Rater:
    return sites.move_rater(second_rater, south, actor=owner)


def shown(client: Client, study: Study, page: str) -> str:
    response = client.get(f"/studies/{study.code}/{page}")
    assert response.status_code == 200, page
    return str(response.content.decode())


def seen_by(client: Client, study: Study, page: str, mine: Rater, other: Rater) -> None:
    text = shown(client, study, page)
    assert mine.pseudonym in text, page
    assert other.pseudonym not in text, page


def test_pages_and_api_show_the_people_of_ones_own_sites_only(
    plan: Plan, rater: Rater, elsewhere: Rater, at_north: User, owner: User, client_of: ClientOf
) -> None:
    study, client, everybody = plan.study, client_of(at_north), client_of(owner)
    for one in (rater, elsewhere):
        submit(one)
    for page in ("", "people/", "ethics/consents/", "people/pay/", "people/pay/sheet.csv"):
        seen_by(client, study, page, rater, elsewhere)
        assert elsewhere.pseudonym in shown(everybody, study, page), page
    assert "North Hospital" in shown(client, study, "people/")
    assert "South Centre" not in shown(client, study, "people/")
    told = caller(at_north).get(f"/api/v1/studies/{study.code}/raters/").json()["results"]
    assert [(one["pseudonym"], one["site"]) for one in told] == [(rater.pseudonym, "north")]
    sheet = caller(at_north).get(f"/api/v1/studies/{study.code}/pay/").json()
    assert [row["rater"] for row in sheet["rows"]] == [rater.pseudonym]
    assert (sheet["n_items"], sheet["count"]) == (1, 1)


def test_reports_logs_and_wishes_of_other_sites_are_not_there(
    plan: Plan, rater: Rater, elsewhere: Rater, at_north: User, owner: User, client_of: ClientOf
) -> None:
    study, client = plan.study, client_of(at_north)
    item = plan.slots.select_related("item")[0].item
    for one, text in ((rater, "My words"), (elsewhere, "Other words")):
        problems.report_problem(one, item, actor=user_of(one), text=text)
        number = Incident.objects.count() + 1
        Incident.objects.create(study=study, number=number, rater=one, opened_by=owner)
        ContactWish.objects.create(rater=one, wished_at=timezone.now(), reach=f"Call {text}")
        happened = {"happened_on": timezone.localdate(), "reason": "R", "written_by": owner}
        LogEntry.objects.create(study=study, kind="adverse", number=number, rater=one, text=text, **happened)
    for page in ("problems/", "care/", "ethics/logs/"):
        text = shown(client, study, page)
        assert ("My words" in text, "Other words" in text) == (True, False), page
    incidents = caller(at_north).get(f"/api/v1/studies/{study.code}/incidents/").json()["results"]
    assert [one["number"] for one in incidents] == [1]
    theirs = ProblemReport.objects.get(rater=elsewhere)
    assert client.get(f"/studies/{study.code}/problems/{theirs.code}/").status_code == 404


def test_who_is_bound_opens_incidents_about_their_own_people_and_reads_them(
    study: Study, rater: Rater, elsewhere: Rater, at_north: User, client_of: ClientOf
) -> None:
    client, page = client_of(at_north), f"/studies/{study.code}/ethics/incidents/new/"
    refused = client.post(page, {"text": "At risk", "pseudonym": elsewhere.pseudonym})
    assert (refused.status_code, Incident.objects.count()) == (400, 0)
    for pseudonym in (rater.pseudonym, ""):
        assert client.post(page, {"text": "At risk", "pseudonym": pseudonym}).status_code == 302
    told = caller(at_north).get(f"/api/v1/studies/{study.code}/incidents/").json()["results"]
    assert [one["number"] for one in told] == [2, 1]


def test_the_whole_study_is_shut_with_a_sentence(
    study: Study, at_north: User, north: Site, client_of: ClientOf
) -> None:
    client = client_of(at_north)
    shut = ("settings/", "plan/", "exports/", "people/sites/", "people/screening/", "ethics/retention/")
    for page in (*shut, f"people/sites/{north.code}/name/"):
        response = client.get(f"/studies/{study.code}/{page}")
        assert response.status_code == 403, page
        assert "single sites only" in response.content.decode(), page
    refused = sends(
        caller(at_north), "post", f"/api/v1/studies/{study.code}/sites/", {"name": "A", "key": "a"}
    )
    assert (refused.status_code, error_of(refused)["code"]) == (403, "not_allowed")
    overview = shown(client, study, "")
    assert f"/studies/{study.code}/people/" in overview
    assert f"/studies/{study.code}/exports/" not in overview


def test_owners_are_bound_to_nothing(study: Study, owner: User, north: Site, elsewhere: Rater) -> None:
    member = Member.objects.get(study=study, user=owner)
    with pytest.raises(DomainError, match="whole study"):
        sites.bind_member(member, [north], actor=owner)
    # Not even where somebody who was bound becomes one.
    member.site_bonds.create(site=north)
    assert caller(owner).get(f"/api/v1/studies/{study.code}/raters/").json()["count"] == 1


def test_only_owners_bind_members(study: Study, owner: User, coordinator: User, north: Site) -> None:
    member = Member.objects.get(study=study, user=coordinator)
    with pytest.raises(DomainError, match="Only an owner"):
        sites.bind_member(member, [north], actor=coordinator)
    sites.bind_member(member, [north], actor=owner)
    assert [bond.site for bond in member.site_bonds.all()] == [north]
    sites.bind_member(member, [], actor=owner)
    assert not member.site_bonds.exists()
    assert AuditEvent.objects.filter(study=study, kind="member.sites_set").count() == 2


def test_whoever_joins_by_a_sites_link_belongs_to_it(study: Study, owner: User, north: Site) -> None:
    peer = study.groups.get(key="peer")
    wanted: dict[str, Any] = {"actor": owner, "days": 3, "max_uses": 1, "site": north}
    link, _token = invitations.create_invitation(study, role="rater", group=peer, **wanted)
    joined = invitations.join_study(link, actor=make_user("ria"))
    assert Rater.objects.get(member=joined).site == north
    team, _token = invitations.create_invitation(study, role="coordinator", **wanted)
    bound = invitations.join_study(team, actor=make_user("cora"))
    assert [bond.site for bond in bound.site_bonds.all()] == [north]


def test_a_sites_link_narrows_nobody_who_sees_the_whole_study(
    study: Study, owner: User, researcher: User, north: Site
) -> None:
    link, _token = invitations.create_invitation(
        study, actor=owner, role="coordinator", days=3, max_uses=1, site=north
    )
    member = invitations.join_study(link, actor=researcher)
    assert not member.site_bonds.exists()


def test_who_is_bound_invites_raters_to_their_own_sites(
    study: Study, at_north: User, owner: User, north: Site, south: Site, client_of: ClientOf
) -> None:
    client, page = client_of(at_north), f"/studies/{study.code}/people/invitations/new/"
    peer = study.groups.get(key="peer")
    sent = {"role": "rater", "group": peer.code, "days": 3, "max_uses": 1}
    assert client.post(page, sent | {"site": south.code}).status_code == 400
    assert client.post(page, sent | {"site": north.code, "role": "coordinator"}).status_code == 400
    assert client.post(page, sent | {"site": north.code}).status_code == 200
    assert Invitation.objects.get().site == north
    api = f"/api/v1/studies/{study.code}/invitations/"
    refused = sends(caller(at_north), "post", api, {"group": "peer", "role": "adjudicator"})
    assert refused.status_code == 403
    assert sends(caller(at_north), "post", api, {"group": "peer", "site": "south"}).status_code == 400
    # With one site there is nothing to choose.
    assert sends(caller(at_north), "post", api, {"group": "peer"}).json()["site"] == "north"
    foreign, _token = invitations.create_invitation(
        study, actor=owner, role="rater", days=3, max_uses=1, group=peer, site=south
    )
    assert client.get(f"/studies/{study.code}/people/invitations/{foreign.code}/revoke/").status_code == 404
    assert open_call(study, actor=at_north, group=peer, days=3, max_waiting=5).site == north


def test_people_in_a_file_are_put_to_sites(
    study: Study, owner: User, north: Site, client_of: ClientOf
) -> None:
    page = f"/studies/{study.code}/people/invitations/file/"
    rows = b"address,group,site\npia@example.org,peer,north\nper@example.org,peer,\n"
    wrong = rows.replace(b"north", b"west")
    refused = client_of(owner).post(page, {"file": SimpleUploadedFile("p.csv", wrong), "days": 3})
    assert refused.status_code == 400
    assert "there is no site “west”" in refused.content.decode()
    sent = client_of(owner).post(page, {"file": SimpleUploadedFile("p.csv", rows), "days": 3})
    assert sent.status_code == 302
    assert dict(Invitation.objects.values_list("email", "site__key")) == {
        "pia@example.org": "north",
        "per@example.org": None,
    }


def test_closing_a_site_ends_its_links_and_keeps_its_people(
    study: Study, owner: User, north: Site, at_north: User, rater: Rater
) -> None:
    peer = study.groups.get(key="peer")
    link, _token = invitations.create_invitation(
        study, actor=owner, role="rater", days=3, max_uses=1, group=peer, site=north
    )
    open_call(study, actor=owner, group=peer, days=3, max_waiting=5, site=north)
    sites.close_site(north, actor=owner, now=timezone.now())
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert PublicCall.objects.get().closed_at is not None
    assert caller(at_north).get(f"/api/v1/studies/{study.code}/raters/").json()["count"] == 1
    with pytest.raises(DomainError, match="closed"):
        invitations.create_invitation(study, actor=at_north, role="rater", days=3, max_uses=1, group=peer)
    with pytest.raises(DomainError, match="closed"):
        sites.move_rater(rater, north, actor=owner)


def test_a_withdrawal_by_letter_is_recorded_by_the_raters_own_site(
    rater: Rater, elsewhere: Rater, at_north: User, frozen_now: datetime
) -> None:
    asked = {"choice": "keep", "receipt": new_receipt_code()}
    with pytest.raises(DomainError, match="Nobody rates"):
        leave_by_letter(
            rater.study, asked | {"pseudonym": elsewhere.pseudonym}, actor=at_north, now=frozen_now
        )
    gone = leave_by_letter(
        rater.study, asked | {"pseudonym": rater.pseudonym}, actor=at_north, now=frozen_now
    )
    assert gone.pseudonym == rater.pseudonym


def test_who_has_left_is_told_to_their_site_until_all_is_erased(
    study: Study, elsewhere: Rater, at_north: User, owner: User, client_of: ClientOf
) -> None:
    leave_study(
        elsewhere,
        actor=user_of(elsewhere),
        choice="keep",
        receipt_code=new_receipt_code(),
        now=timezone.now(),
    )
    assert elsewhere.pseudonym not in shown(client_of(at_north), study, "people/")
    assert elsewhere.pseudonym in shown(client_of(owner), study, "people/")


def test_a_message_reaches_those_behind_at_ones_own_sites(
    plan: Plan,
    rater: Rater,
    elsewhere: Rater,
    at_north: User,
    owner: User,
    frozen_now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everybody = Rater.objects.filter(study=plan.study)
    monkeypatch.setattr("annotation.services.messages.behind_raters", lambda *_study, **_now: everybody)
    words = {"subject": "How is it going", "body": "Hello.", "root": "https://example.org/"}
    write_to_behind(plan.study, actor=at_north, now=frozen_now, **words)
    assert [copy.rater for copy in MessageCopy.objects.all()] == [rater]
    with pytest.raises(DomainError, match="less than a day"):
        write_to_behind(plan.study, actor=at_north, now=frozen_now, **words)
    # The other site is not kept waiting by it.
    south = make_user("sue")
    member = people.add_member(plan.study, actor=owner, user=south, roles=[Role.COORDINATOR])
    assert elsewhere.site is not None
    sites.bind_member(member, [elsewhere.site], actor=owner)
    write_to_behind(plan.study, actor=south, now=frozen_now, **words)
    assert RaterMessage.objects.count() == 2


def test_sites_are_added_renamed_closed_and_chosen_on_pages(
    study: Study, owner: User, coordinator: User, rater: Rater, client_of: ClientOf
) -> None:
    client, base = client_of(owner), f"/studies/{study.code}/people/"
    assert "This study has one site" in shown(client, study, "people/sites/")
    assert client.post(f"{base}sites/", {"name": "North", "key": "Not a code"}).status_code == 400
    assert client.post(f"{base}sites/", {"name": "North", "key": "north"}).status_code == 302
    assert client.post(f"{base}sites/", {"name": "Again", "key": "north"}).status_code == 400
    site = Site.objects.get()
    assert client.post(f"{base}sites/{site.code}/name/", {"name": "Northern"}).status_code == 302
    assert client.post(f"{base}raters/{rater.code}/site/", {"site": site.code}).status_code == 302
    assert rater.pseudonym in shown(client, study, "people/?site=north")
    member = Member.objects.get(study=study, user=coordinator)
    assert client.post(f"{base}members/{member.code}/sites/", {"sites": [site.code]}).status_code == 302
    assert coordinator.username in shown(client, study, "people/sites/")
    assert client.get(f"{base}sites/{site.code}/close/").status_code == 200
    assert client.post(f"{base}sites/{site.code}/close/").status_code == 302
    site.refresh_from_db()
    assert (site.name, site.closed_at is not None) == ("Northern", True)


def test_api_adds_renames_and_closes_sites_and_moves_raters(
    study: Study, coordinator: User, rater: Rater
) -> None:
    client, base = caller(coordinator), f"/api/v1/studies/{study.code}/"
    made = sends(client, "post", f"{base}sites/", {"name": "North", "key": "north"})
    assert (made.status_code, made.json()["n_raters"]) == (201, 0)
    one = f"{base}sites/{made.json()['code']}/"
    assert sends(client, "patch", one, {"name": "Northern"}).json()["name"] == "Northern"
    moved = sends(client, "put", f"{base}raters/{rater.code}/site/", {"site": "north"})
    assert moved.json()["site"] == "north"
    assert sends(client, "put", f"{base}raters/{rater.code}/site/", {"site": "west"}).status_code == 400
    assert sends(client, "post", f"{one}close/").json()["closed_at"]
    (told,) = client.get(f"{base}sites/").json()
    assert (told["key"], told["n_raters"]) == ("north", 1)


def test_api_binds_members_for_owners_alone(
    study: Study, owner: User, coordinator: User, north: Site
) -> None:
    member = Member.objects.get(study=study, user=coordinator)
    path = f"/api/v1/studies/{study.code}/members/{member.code}/sites/"
    assert sends(caller(coordinator), "put", path, {"sites": ["north"]}).status_code == 403
    assert sends(caller(owner), "put", path, {"sites": ["west"]}).status_code == 400
    assert sends(caller(owner), "put", path, {"sites": ["north"]}).json() == {"sites": ["north"]}
    assert [bond.site for bond in member.site_bonds.all()] == [north]


def test_a_member_of_several_sites_sees_each_rater_once(
    study: Study, at_north: User, owner: User, rater: Rater, elsewhere: Rater, north: Site, south: Site
) -> None:
    member = Member.objects.get(study=study, user=at_north)
    sites.bind_member(member, [north, south], actor=owner)
    told = caller(at_north).get(f"/api/v1/studies/{study.code}/raters/").json()
    assert sorted(one["pseudonym"] for one in told["results"]) == sorted(
        [rater.pseudonym, elsewhere.pseudonym]
    )

"""The cast and the stage: five people, a small study, and what tests need from outside."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from annotation.models import (
    Conversation,
    Group,
    Item,
    Plan,
    Rater,
    Response,
    ResponseSource,
    Role,
    RubricVersion,
    Study,
    Turn,
    User,
)
from annotation.models.rules import RULES, drop_rules
from annotation.services import consent, people, plans, rubrics, safeguarding, studies
from rating.models.rules import RATING_RULES
from tests.prepared_database import keep_prepared, use_prepared

ROOT = Path(__file__).resolve().parent.parent


def absent(what: str) -> None:
    """Skip with a reason; with CI set nothing may be absent."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; with CI set this fails")
    pytest.skip(what)


def sqlite_test_file() -> Path | None:
    database = settings.DATABASES["default"]
    return Path(database["TEST"]["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """Start from the tables that an earlier run has made, where there are any."""
    name = sqlite_test_file()
    return django_db_keepdb or (name is not None and use_prepared(name))


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_keepdb: bool, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """PostgreSQL drops no database that somebody uses: a page left early may still be served by a thread."""
    name = sqlite_test_file()
    if name is not None:
        keep_prepared(name)
    yield
    if name is not None and django_db_keepdb:
        name.unlink()
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real ratings and oracles, named by ATTUNE_SHARED."""
    folder = Path(os.environ.get("ATTUNE_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        absent(f"no shared data: set ATTUNE_SHARED (looked in {folder.name})")
    return folder


@pytest.fixture
def needs_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row locks: races are proved on PostgreSQL (set DATABASE_URL)")


@pytest.fixture(autouse=True)
def _same_codes_each_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes, pseudonyms and seeds are drawn anew for every row: a test that depends on them must fail always
    or never. What they are in earnest (`secrets`) is one library's business, not ours to test."""
    drawn = random.Random(request.node.nodeid)
    monkeypatch.setattr(secrets, "choice", drawn.choice)
    monkeypatch.setattr(secrets, "randbelow", drawn.randrange)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its language to the thread it ran in; the next test begins with the default one."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _emptying_needs_no_permit(request: pytest.FixtureRequest) -> Iterator[None]:
    """The flush after a transactional test deletes rows that the database rules protect; the flush
    itself brings the rules back (post_migrate)."""
    marker = request.node.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(request.fixturenames)
    is_transactional = bool(fixtures) or bool(marker and marker.kwargs.get("transaction"))
    if is_transactional:
        request.getfixturevalue("transactional_db")
    yield
    if is_transactional:
        drop_rules("default", [*RULES, *RATING_RULES])


@pytest.fixture
def frozen_now() -> Iterator[datetime]:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def has_node() -> str:
    node = shutil.which("node")
    if node is None:
        absent("Node.js is not installed")
    return str(node)


def make_user(username: str, **fields: Any) -> User:
    return User.objects.create_user(
        username=username, email=f"{username}@example.org", password="a quiet pass phrase", **fields
    )


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A signed-in client. Login itself is tested elsewhere."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def owner(db: None) -> User:
    return make_user("olive", can_create_studies=True)


LEAD = {
    "name": "Sia Guard",
    "hours": "weekdays, 9 to 17",
    "contacts": "Door 4, at the line's own house",
    "response_time": "within four hours",
}


@pytest.fixture
def study(owner: User) -> Study:
    """An open-able study: two groups, consent, support, safeguarding. Opened by the `plan` fixture."""
    study = studies.create_study(
        actor=owner,
        title="Night line",
        purpose="How do replies on a night line read?",
        support_title="Someone to talk to",
        support_text="Ask for the study's support person.",
    )
    studies.add_group(study, actor=owner, key="peer", name="Peer supporters", singular="Peer supporter")
    studies.add_group(study, actor=owner, key="clinician", name="Clinicians", singular="Clinician")
    studies.publish_consent(study, actor=owner, title="Taking part", body="You may stop at any time.")
    safeguarding.name_lead(study, actor=owner, **LEAD)
    return study


@pytest.fixture
def groups(study: Study) -> dict[str, Group]:
    return {group.key: group for group in Group.objects.filter(study=study)}


@pytest.fixture
def coordinator(study: Study, owner: User) -> User:
    user = make_user("cora")
    people.add_member(study, actor=owner, user=user, roles=[Role.COORDINATOR])
    return user


@pytest.fixture
def researcher(study: Study, owner: User) -> User:
    user = make_user("rhea")
    people.add_member(study, actor=owner, user=user, roles=[Role.RESEARCHER])
    return user


@pytest.fixture
def make_rater(study: Study, owner: User, groups: dict[str, Group]) -> Callable[..., Rater]:
    """make_rater("pia", group="peer", consents=True) -> Rater with a login of that name."""

    def make(username: str, *, group: str = "peer", consents: bool = True) -> Rater:
        user = make_user(username)
        member = people.add_member(study, actor=owner, user=user, roles=[Role.RATER])
        rater = people.add_rater(study, actor=owner, group=groups[group], member=member)
        version = study.consent_versions.first()
        if consents and version is not None:
            consent.give_consent(rater, version, actor=user)
        return rater

    return make


@pytest.fixture
def rater(make_rater: Callable[..., Rater]) -> Rater:
    """A peer supporter who has agreed to the consent text; `user_of(rater)` is the login."""
    return make_rater("pia")


@pytest.fixture
def second_rater(make_rater: Callable[..., Rater]) -> Rater:
    return make_rater("paul")


def user_of(rater: Rater) -> User:
    assert rater.member is not None
    return rater.member.user


@pytest.fixture
def outsider(db: None) -> User:
    """Owner of another study: signed in, but a stranger here."""
    user = make_user("otto", can_create_studies=True)
    studies.create_study(actor=user, title="Another study")
    return user


def core_document() -> dict[str, Any]:
    return dict(json.loads((ROOT / "fixtures/rubrics/core.json").read_text(encoding="utf-8")))


@pytest.fixture
def rubric_version(study: Study, owner: User) -> RubricVersion:
    """The shipped core rubric, published: six 5-point questions and ten flags."""
    version = rubrics.load_rubric(study, core_document(), actor=owner)
    return rubrics.publish_rubric(version, actor=owner)


def make_item(study: Study, number: int, **fields: Any) -> Item:
    conversation = Conversation.objects.create(study=study, external_id=f"c{number}")
    for position, (speaker, text) in enumerate(
        [("supporter", "Hello, I am here."), ("seeker", f"I can't sleep again, night {number}.")], start=1
    ):
        Turn.objects.create(conversation=conversation, position=position, speaker=speaker, text=text)
    item = Item.objects.create(
        study=study, conversation=conversation, external_id=f"item{number}", position=number, **fields
    )
    reply = Response.objects.create(
        item=item, text=f"That sounds tiring. What is night {number} like for you?"
    )
    ResponseSource.objects.create(
        response=reply, kind="ai", name="Secretmodel-9", condition="hiddencondition"
    )
    return item


@pytest.fixture
def items(study: Study) -> list[Item]:
    """Four items, each with one response by the AI "Secretmodel-9"."""
    return [make_item(study, number) for number in range(1, 5)]


@pytest.fixture
def plan(study: Study, owner: User, rubric_version: RubricVersion, items: list[Item]) -> Plan:
    """The main stage, open in an open study: two ratings per item from each group."""
    made = plans.make_plan(
        study,
        actor=owner,
        stage=Plan.Stage.MAIN,
        rubric_version=rubric_version,
        quotas={"peer": 2, "clinician": 2},
        seed=7,
    )
    opened = plans.open_plan(made, actor=owner)
    studies.change_state(study, Study.State.OPEN, actor=owner)
    study.refresh_from_db()
    return opened

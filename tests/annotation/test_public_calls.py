"""Public calls: apply without a login, decide, come in by the same link; limited, telling nobody apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotation.models import Application, AuditPayload, Group, Invitation, PublicCall, Rater, Study, User
from annotation.services.public_calls import open_call
from annotation.tasks.joining import send_decision_mail
from config.logs import KEYS
from tests.conftest import user_of

# Known by name to the code under test: importing it here registers the task.
assert send_decision_mail.name == "annotation.tasks.send_decision"

SignIn = Callable[[User], Client]
Commit = Callable[..., Any]
NEW = {"pass_phrase": "a calm river bends", "again": "a calm river bends", "email": ""}


@pytest.fixture(autouse=True)
def _no_attempts_so_far() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def call(study: Study, coordinator: User, groups: dict[str, Group]) -> PublicCall:
    return open_call(
        study, actor=coordinator, group=groups["peer"], days=30, max_waiting=3, words="We look for peers."
    )


def ask(call: PublicCall, *, words: str = "I have time.", email: str = "") -> tuple[Client, Any]:
    client = Client()
    return client, client.post(f"/apply/{call.address}/", {"words": words, "email": email})


def decide(client: Client, study: Study, which: str, application: Application) -> Any:
    return client.post(reverse(f"study_application_{which}", args=[study.code, application.code]))


def test_apply_approve_and_join_by_the_same_link(
    study: Study,
    call: PublicCall,
    coordinator: User,
    client_of: SignIn,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    page = Client().get(f"/apply/{call.address}/").content.decode()
    assert "Night line" in page
    assert "We look for peers." in page
    with django_capture_on_commit_callbacks(execute=True):
        client, answer = ask(call, email="Pia@example.org")
    path = answer.headers["Location"]
    assert re.fullmatch(r"/applications/[\w-]{43}/", path)
    token = path.split("/")[2]
    assert f"http://testserver{path}" in mail.outbox[0].body
    assert "has not decided yet" in client.get(path).content.decode()
    application = Application.objects.get()
    assert token not in str(list(Application.objects.values()))
    assert KEYS.sub(r"\1…", f"Not Found: {path}") == "Not Found: /applications/…/"

    staff = client_of(coordinator)
    listed = staff.get(reverse("study_calls", args=[study.code])).content.decode()
    assert "I have time." in listed
    assert call.address in listed
    assert Client().get(reverse("join", args=[token])).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert decide(staff, study, "approve", application).status_code == 302
    assert "would be glad" in mail.outbox[1].body
    application.refresh_from_db()
    assert (application.words, application.email) == ("", "")
    assert decide(staff, study, "decline", application).status_code == 409

    page = client.get(path).content.decode()
    assert reverse("join", args=[token]) in page
    assert client.post(path).status_code == 409
    assert client.post(reverse("join", args=[token]), NEW).status_code == 302
    assert Rater.objects.get(study=study).group.key == "peer"
    assert "you have joined" in Client().get(path).content.decode()
    assert Client().get(reverse("join", args=[token])).status_code == 410
    assert "example.org" not in str([one.data for one in AuditPayload.objects.all()])


def test_decline_is_told_kindly_and_opens_nothing(
    study: Study, call: PublicCall, coordinator: User, client_of: SignIn
) -> None:
    client, answer = ask(call)
    staff = client_of(coordinator)
    application = Application.objects.get()
    asked = staff.get(reverse("study_application_decline", args=[study.code, application.code]))
    assert "Decline this application?" in asked.content.decode()
    decide(staff, study, "decline", application)
    page = client.get(answer.headers["Location"]).content.decode()
    assert "says nothing about you" in page
    assert not Invitation.objects.exists()


def test_applicant_takes_it_back_and_nothing_is_left(call: PublicCall) -> None:
    client, answer = ask(call, email="pia@example.org")
    assert client.post(answer.headers["Location"]).headers["Location"] == reverse("home")
    assert not Application.objects.exists()
    assert client.get(answer.headers["Location"]).status_code == 404


def test_apply_answers_alike_for_an_address_with_a_login_and_without(call: PublicCall, owner: User) -> None:
    _, known = ask(call, email=owner.email)
    _, unknown = ask(call, email="nobody@example.org")
    assert known.status_code == unknown.status_code == 302
    pages = [
        re.sub(r"[\w-]{43,64}", "", Client().get(answer.headers["Location"]).content.decode())
        for answer in (known, unknown)
    ]
    assert pages[0] == pages[1]


def test_apply_too_often_is_429_by_connection_and_by_address(call: PublicCall, coordinator: User) -> None:
    PublicCall.objects.update(max_waiting=100)
    by_address = [ask(call, email="pia@example.org")[1].status_code for _ in range(4)]
    assert by_address == [302] * 3 + [429]
    by_connection = [ask(call)[1].status_code for _ in range(7)]
    assert by_connection == [302] * 6 + [429]
    assert Application.objects.count() == 9


def test_apply_to_a_full_closed_or_unknown_call_is_refused_with_a_page(
    study: Study, call: PublicCall, coordinator: User, client_of: SignIn
) -> None:
    assert [ask(call)[1].status_code for _ in range(4)] == [302, 302, 302, 409]
    path = reverse("study_call_close", args=[study.code, call.code])
    staff = client_of(coordinator)
    assert "Close the address" in staff.get(path).content.decode()
    assert [staff.post(path).status_code for _ in range(2)] == [302, 302]
    assert Client().get(f"/apply/{call.address}/").status_code == 410
    assert Client().get(f"/apply/{'x' * 20}/").status_code == 404
    assert Client().get(f"/applications/{'x' * 43}/").status_code == 404
    assert Application.objects.count() == 3


@pytest.mark.parametrize("wrong", [{"email": "no address"}, {"words": "x" * 1001}])
def test_apply_with_bad_input_is_asked_again(call: PublicCall, wrong: dict[str, str]) -> None:
    assert Client().post(f"/apply/{call.address}/", {"words": "", "email": "", **wrong}).status_code == 400
    assert not Application.objects.exists()


def test_applications_nobody_decided_are_declined_and_forgotten_in_the_end(call: PublicCall) -> None:
    ask(call, email="pia@example.org")
    with time_machine.travel(call.closes_at + timedelta(days=89), tick=False):
        call_command("tend_joining", verbosity=0)
        assert Application.objects.get().state == "waiting"
    with time_machine.travel(call.closes_at + timedelta(days=91), tick=False):
        call_command("tend_joining", verbosity=0)
    application = Application.objects.get()
    assert (application.state, application.words, application.email) == ("declined", "", "")


@pytest.mark.parametrize("wrong", [{"group": ""}, {"days": 0}, {"max_waiting": 1001}, {"group": "nonsense"}])
def test_call_with_bad_input_is_not_opened(
    study: Study, coordinator: User, groups: dict[str, Group], client_of: SignIn, wrong: dict[str, object]
) -> None:
    path = reverse("study_call_new", args=[study.code])
    asked = {"group": groups["peer"].code, "words": "", "days": 3, "max_waiting": 5}
    client = client_of(coordinator)
    assert client.post(path, asked | wrong).status_code == 400
    assert not PublicCall.objects.exists()
    assert client.post(path, asked).headers["Location"] == reverse("study_calls", args=[study.code])
    assert PublicCall.objects.get().closes_at > timezone.now() + timedelta(days=2)


def test_list_of_calls_asks_the_same_number_of_questions_whatever_its_length(
    study: Study, call: PublicCall, coordinator: User, groups: dict[str, Group], client_of: SignIn
) -> None:
    client, path = client_of(coordinator), reverse("study_calls", args=[study.code])
    ask(call)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    open_call(study, actor=coordinator, group=groups["clinician"], days=3, max_waiting=5)
    ask(call)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(few) == len(many)


def test_pages_of_calls_for_others_are_closed(
    study: Study, call: PublicCall, researcher: User, rater: Rater, outsider: User, client_of: SignIn
) -> None:
    ask(call)
    code = Application.objects.get().code
    paths = [
        reverse("study_calls", args=[study.code]),
        reverse("study_call_new", args=[study.code]),
        reverse("study_call_close", args=[study.code, call.code]),
        reverse("study_application_approve", args=[study.code, code]),
        reverse("study_application_decline", args=[study.code, code]),
    ]
    for path in paths:
        assert Client().get(path).headers["Location"].startswith(reverse("account_login"))
        assert client_of(researcher).get(path).status_code == 403
        assert client_of(user_of(rater)).get(path).status_code == 403
        assert client_of(outsider).get(path).status_code == 404
    theirs = Study.objects.get(title="Another study")
    for name, other in (("study_call_close", call.code), ("study_application_approve", code)):
        assert client_of(outsider).post(reverse(name, args=[theirs.code, other])).status_code == 404

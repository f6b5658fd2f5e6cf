"""Webhooks: what is told and what is not, signing, trying again, and that no private address is asked."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from annotation import outgoing
from annotation.errors import DomainError
from annotation.jobs import enqueue
from annotation.models import AuditEvent, Job, Plan, Rater, Study, User, WebhookDelivery, WebhookEndpoint
from annotation.services import studies, webhooks
from annotation.services.audit_seals import seal_events
from tests.rating.services.submitting import submit

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.org/attune?study=1"


class Post:
    """Stands in for the network: remembers what was sent, answers what it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[outgoing.Target, bytes, dict[str, str]]] = []
        self.answer: int | Exception = 200

    def __call__(self, target: outgoing.Target, body: bytes, headers: dict[str, str]) -> int:
        self.sent.append((target, body, headers))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> Post:
    """No test looks up a name or opens a connection but the one with a server of its own."""
    post = Post()
    check = outgoing.checked_target
    monkeypatch.setattr(
        outgoing, "checked_target", lambda url: check(url, resolve=lambda host, port: ["93.184.215.14"])
    )
    monkeypatch.setattr(outgoing, "post", post)
    return post


@pytest.fixture
def endpoint(study: Study, owner: User) -> WebhookEndpoint:
    seal_events()
    every = ["study.state", "rating.submitted", "rater.joined", "job.finished"]
    return webhooks.add_endpoint(study, actor=owner, url=URL, label="Sync", events=every)[0]


def waiting() -> list[str]:
    return list(WebhookDelivery.objects.order_by("id").values_list("event", flat=True))


def test_what_commits_is_told_once_and_only_what_was_asked_for(
    endpoint: WebhookEndpoint, plan: Plan, rater: Rater, outsider: User
) -> None:
    studies.create_study(actor=outsider, title="Nobody listens here")
    submit(rater, comment="I knew somebody like her")
    seal_events()
    seal_events()
    webhooks.write_outbox(list(AuditEvent.objects.values_list("pk", flat=True)))
    assert waiting() == ["study.state", "rater.joined", "rating.submitted"]
    state, joined, rating = WebhookDelivery.objects.order_by("id")
    assert state.body["data"] == {"before": "draft", "after": "open"}
    assert joined.body["data"] == {"group": "peer", "origin": "account"}
    assert rating.body["data"] == {}
    assert "somebody" not in json.dumps(rating.body)
    assert rating.body["about"]["kind"] == "rating"
    assert str(rater.member_id) not in {str(value) for value in rating.body["about"].values()}


def test_jobs_that_end_are_told_once(endpoint: WebhookEndpoint, study: Study, owner: User) -> None:
    job = enqueue("no.such.task", actor=owner, study=study, payload={"inner": "secret"})
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, finished_at=now)
    for _ in range(2):
        webhooks.write_job_messages(now=now)
    told = WebhookDelivery.objects.get()
    assert told.body["data"] == {"kind": "no.such.task", "state": "done"}
    assert "secret" not in json.dumps(told.body)


def test_message_is_signed_so_that_its_receiver_can_tell(
    endpoint: WebhookEndpoint, owner: User, network: Post
) -> None:
    webhooks.send_test(endpoint, actor=owner)
    assert webhooks.send_due() == 1
    target, body, headers = network.sent[0]
    assert (target.address, target.port, target.path) == ("93.184.215.14", 443, "/attune?study=1")
    assert json.loads(body)["event"] == "test"
    at, made = (part.partition("=")[2] for part in headers["Attune-Signature"].split(","))
    secret = webhooks.secret_of(endpoint).encode()
    assert hmac.compare_digest(made, hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest())
    assert WebhookDelivery.objects.get().state == "sent"
    assert webhooks.send_due() == 0


def test_secret_is_stored_nowhere_and_renewed_signs_anew(endpoint: WebhookEndpoint, owner: User) -> None:
    before = webhooks.secret_of(endpoint)
    assert before not in json.dumps(list(WebhookEndpoint.objects.values()), default=str)
    assert webhooks.renew_secret(endpoint, actor=owner) != before
    assert not AuditEvent.objects.filter(payload__data__icontains=before).exists()


def test_what_fails_is_tried_again_later_and_at_last_given_up(
    endpoint: WebhookEndpoint, owner: User, network: Post
) -> None:
    webhooks.send_test(endpoint, actor=owner)
    now = timezone.now()
    for answer, words in ((503, "answered 503"), (301, "answered 301")):
        network.answer = answer
        with time_machine.travel(now, tick=False):
            assert webhooks.send_due() == 1
            assert webhooks.send_due() == 0
        delivery = WebhookDelivery.objects.get()
        assert words in delivery.last_error
        assert delivery.next_at > now
        now = delivery.next_at
    network.answer = outgoing.UnreachableError("The server did not answer.")
    while WebhookDelivery.objects.get().state == "waiting":
        with time_machine.travel(now, tick=False):
            assert webhooks.send_due() == 1
        now = WebhookDelivery.objects.get().next_at
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.n_attempts) == ("given_up", 9)
    assert now - delivery.created_at > timedelta(days=2)
    network.answer = 200
    webhooks.send_again(delivery, actor=owner)
    assert webhooks.send_due() == 1
    assert WebhookDelivery.objects.get().state == "sent"


def test_endpoint_that_never_answers_is_switched_off_and_on_again_by_hand(
    endpoint: WebhookEndpoint, owner: User, network: Post
) -> None:
    network.answer = 500
    for _ in range(3):
        webhooks.send_test(endpoint, actor=owner)
    WebhookDelivery.objects.update(n_attempts=8)
    assert webhooks.send_due() == 3
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is not None
    assert AuditEvent.objects.filter(kind="webhook.gave_up").count() == 1
    webhooks.send_test(endpoint, actor=owner)
    assert webhooks.send_due() == 0
    webhooks.switch_endpoint(endpoint, actor=owner, on=True)
    network.answer = 204
    assert webhooks.send_due() == 1


def test_old_messages_are_forgotten_but_none_that_waits(endpoint: WebhookEndpoint, owner: User) -> None:
    webhooks.send_test(endpoint, actor=owner)
    webhooks.send_due()
    webhooks.send_test(endpoint, actor=owner)
    assert webhooks.forget_deliveries(now=timezone.now() + timedelta(days=31)) == 1


@pytest.mark.parametrize("events", [[], ["no.such"]])
def test_endpoint_without_known_events_is_refused(study: Study, owner: User, events: list[str]) -> None:
    with pytest.raises(DomainError):
        webhooks.add_endpoint(study, actor=owner, url=URL, label="", events=events)


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 (never bound)
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2001:db8::1",
    "nonsense",
]


def _found(addresses: list[str], host: str, port: int) -> list[str]:
    del host, port
    return addresses


@pytest.mark.parametrize("address", PRIVATE)
def test_address_inside_a_network_is_never_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for found in ([address], ["93.184.215.14", address]):
        with pytest.raises(outgoing.RefusedAddressError, match="private"):
            outgoing.checked_target(URL, resolve=partial(_found, found))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "https://", "https://a:b@example.org/", "https://x/#y",
        "https://exa mple.org/", "https://example.org:99999/", "//example.org", "https://[::1",
        "https://ü.example/",
        "http://localhost:8000/", "https://example.org/" + "x" * 500, "javascript:alert(1)",
        "https://x/\r\nHost: y",
    ],
)  # fmt: skip
def test_url_that_is_no_plain_https_address_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(outgoing.RefusedAddressError):
        outgoing.checked_target(url, resolve=lambda host, port: ["93.184.215.14"])


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f.1", "017700000001", "127.1", "0", "[::ffff:127.0.0.1]", "[::1]", "127.0.0.1."],
)
def test_this_machine_in_any_spelling_is_never_asked(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises((outgoing.RefusedAddressError, outgoing.UnreachableError)):
        outgoing.checked_target(f"https://{host}/")


@pytest.mark.parametrize("port", [22, 25, 80, 389])
def test_port_of_another_service_is_never_asked(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(outgoing.RefusedAddressError, match="port"):
        outgoing.checked_target(f"https://example.org:{port}/", resolve=lambda host, port: ["93.184.215.14"])


def test_name_that_leads_elsewhere_the_second_time_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.215.14" if len(asked) == 1 else "127.0.0.1"]

    target = outgoing.checked_target("https://example.org/", resolve=rebinding)
    connected: list[str] = []

    def connect(place: tuple[str, int], timeout: float) -> None:
        connected.append(place[0])
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outgoing.UnreachableError):
        outgoing.post(target, b"", {})
    assert (asked, connected) == (["example.org"], ["93.184.215.14"])


def test_public_addresses_are_asked_at_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    target = outgoing.checked_target(
        "https://example.org:8443", resolve=lambda host, port: ["2606:2800:21f::1", "93.184.215.14"]
    )
    assert target == outgoing.Target("https", "example.org", 8443, "/", "2606:2800:21f::1")


@pytest.fixture
def server() -> Iterator[Callable[[int], Any]]:
    """A real server on this machine; called with a status, it answers with it from then on."""
    got: list[tuple[str, bytes, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        status = 200

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, body, dict(self.headers)))
            self.send_response(type(self).status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(b"x" * 100_000)

        def log_message(self, *args: Any) -> None:
            del args

    http = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def answering(status: int) -> Any:
        Handler.status = status
        return got, http.server_port

    yield answering
    http.shutdown()
    thread.join()
    http.server_close()


def test_message_reaches_a_real_server_where_the_settings_allow_it(
    study: Study, owner: User, server: Callable[[int], Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    got, port = server(200)
    url = f"http://127.0.0.1:{port}/hook"
    with pytest.raises(DomainError, match="https"):
        webhooks.add_endpoint(study, actor=owner, url=url, label="x", events=["rater.left"])
    settings.WEBHOOKS_TO_LOCALHOST = True
    endpoint, secret = webhooks.add_endpoint(study, actor=owner, url=url, label="x", events=["rater.left"])
    webhooks.send_test(endpoint, actor=owner)
    webhooks.send_due()
    path, body, headers = got[0]
    assert path == "/hook"
    at = int(headers["Attune-Signature"].partition("=")[2].partition(",")[0])
    assert headers["Attune-Signature"] == webhooks.signature(secret, at, body)
    server(302)
    webhooks.send_test(endpoint, actor=owner)
    webhooks.send_due()
    assert len(got) == 2  # told once more, and not led elsewhere
    assert WebhookDelivery.objects.order_by("-id")[0].last_status == 302


def test_server_that_is_not_there_is_unreachable(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    settings.WEBHOOKS_TO_LOCALHOST = True
    target = outgoing.checked_target("http://localhost:9/", resolve=lambda host, port: ["127.0.0.1"])
    with pytest.raises(outgoing.UnreachableError):
        outgoing.post(target, b"{}", {})

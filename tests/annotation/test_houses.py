"""Signing in with another house (OIDC), its answers stubbed: no network, nothing kept but its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from annotation.models import Group, Member, Rater, Role, Study, User
from annotation.services.invitations import create_invitation
from config.environment import OidcProvider

SERVER = "https://id.example.edu/realm"
HOUSE = OidcProvider("uni", "Example University", SERVER, "attune", "hush", ("https://id.example.edu",))
PHRASE = "a quiet pass phrase"
LOGIN = "/accounts/oidc/uni/login/"
CALLBACK = "/accounts/oidc/uni/login/callback/"


class Answer:
    status_code = 200
    headers = {"content-type": "application/json"}

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.text = str(body)
        self.content = self.text.encode()

    def json(self) -> dict[str, Any]:
        return self.body

    def raise_for_status(self) -> None:
        """Never refuses."""


class House:
    """What the house would answer. `sub`: its number for the person."""

    def __init__(self, sub: str) -> None:
        self.sub = sub
        self.asked: list[str] = []

    def __enter__(self) -> House:
        return self

    def __exit__(self, *args: object) -> None:
        """Nothing to close."""

    def get(self, url: str, **options: Any) -> Answer:
        self.asked.append(url)
        if url.endswith("/.well-known/openid-configuration"):
            places = {"authorization_endpoint": "auth", "token_endpoint": "token", "userinfo_endpoint": "me"}
            found = {name: f"{SERVER}/{end}" for name, end in places.items()}
            return Answer(found | {"issuer": SERVER, "jwks_uri": f"{SERVER}/keys"})
        person = {"sub": self.sub, "email": "pia@example.edu", "name": "Pia Private"}
        return Answer(person | {"email_verified": True, "preferred_username": "ppriv"})

    def request(self, method: str, url: str, **options: Any) -> Answer:
        if method == "GET":
            return self.get(url)
        self.asked.append(url)
        now = int(timezone.now().timestamp())
        claims = {"iss": SERVER, "aud": "attune", "sub": self.sub, "iat": now, "exp": now + 300}
        token = jwt.encode(claims, "k" * 32, algorithm="HS256")
        return Answer({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def post(self, url: str, **options: Any) -> Answer:
        return self.request("POST", url)


@pytest.fixture(autouse=True)
def house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    cache.clear()
    settings.OIDC = [HOUSE]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [HOUSE.as_app()]}}
    stub = House("4711")
    monkeypatch.setattr("annotation.accounts.HouseAccountAdapter.get_requests_session", lambda self: stub)
    yield stub
    cache.clear()


def go_there(client: Client, **query: str) -> str:
    """Press the button; the state with which the house sends the person back."""
    answer = client.post(LOGIN, query_params=query)
    target = urlsplit(answer.headers["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{SERVER}/auth"
    asked = parse_qs(target.query)
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]
    assert asked["code_challenge_method"] == ["S256"]
    return asked["state"][0]


def come_back(client: Client, state: str) -> Any:
    return client.get(CALLBACK, {"code": "c", "state": state})


def connected(owner: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": owner.username, "password": PHRASE})
    client.get(reverse("socialaccount_connections"))
    where = f"{reverse('account_reauthenticate')}?next=/"
    client.post(where, {"password": PHRASE})
    come_back(client, go_there(client, process="connect"))
    return client


def test_house_that_nobody_connected_opens_no_login(owner: User) -> None:
    client = Client()
    page = client.get(reverse("account_login")).content.decode()
    assert "Sign in with Example University" in page
    answer = come_back(client, go_there(client))
    assert "By invitation only" in answer.content.decode()
    assert not get_user(client).is_authenticated
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_connected_house_signs_in_rotates_the_session_and_keeps_its_number_only(owner: User) -> None:
    asks = Client()
    asks.post(reverse("account_login"), {"login": "olive", "password": PHRASE})
    answer = come_back(asks, go_there(asks, process="connect"))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not SocialAccount.objects.exists()
    client = connected(owner)
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.provider, account.extra_data) == (owner, "4711", "uni", {})
    assert "Example University" in client.get(reverse("socialaccount_connections")).content.decode()

    client = Client()
    before = client.session
    before["mark"] = True
    before.save()
    key = before.session_key
    state = go_there(client, next=reverse("my_tokens"))
    assert come_back(client, state).headers["Location"] == reverse("my_tokens")
    assert get_user(client) == owner
    assert client.session.session_key != key
    owner.refresh_from_db()
    assert (owner.email, owner.first_name, owner.username) == ("olive@example.org", "", "olive")
    account.refresh_from_db()
    assert account.extra_data == {}


def test_house_with_an_invitation_makes_a_nameless_login_that_then_joins(
    study: Study, owner: User, groups: dict[str, Group]
) -> None:
    _, token = create_invitation(
        study, actor=owner, role=Role.RATER, days=3, max_uses=1, group=groups["peer"]
    )
    client, path = Client(), reverse("join", args=[token])
    assert "Sign in with Example University" in client.get(path).content.decode()
    assert come_back(client, go_there(client, next=path)).headers["Location"] == path
    user = get_user(client)
    assert isinstance(user, User)
    assert (user.email, user.first_name, user.has_usable_password()) == ("", "", False)
    assert "ppriv" not in user.username
    assert not Member.objects.filter(user=user).exists()
    assert client.post(path).status_code == 302
    assert Rater.objects.get(member__user=user).group == groups["peer"]
    stranger = Client()
    dead = reverse("join", args=["x" * 43])
    house_answer = come_back(stranger, go_there(stranger, next=dead))
    assert house_answer.status_code == 302, "known by now: signed in"


def test_house_with_a_used_up_invitation_makes_no_login(study: Study, owner: User) -> None:
    client = Client()
    for path in (reverse("join", args=["x" * 43]), "https://elsewhere.example/join/x/", "/nowhere/"):
        answer = come_back(client, go_there(client, next=path))
        assert "By invitation only" in answer.content.decode()
    assert User.objects.count() == 1


def test_house_that_answers_wrongly_says_so(owner: User, client: Client, house: House) -> None:
    assert client.get(CALLBACK, {"code": "c", "state": "made-up"}).status_code in {200, 401}
    cancelled = client.get(CALLBACK, {"error": "access_denied", "state": go_there(client)})
    assert cancelled.headers["Location"] == reverse("socialaccount_login_cancelled")
    assert "Nothing has changed" in client.get(cancelled.headers["Location"]).content.decode()
    assert client.get(reverse("socialaccount_login_error")).status_code == 401
    assert client.post("/accounts/oidc/nobody/login/").status_code == 404
    assert "Example University?" in client.get(LOGIN).content.decode()
    assert not get_user(client).is_authenticated

"""Signing in, out and back in: real logins, limits, pass phrase reset and change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from annotation.errors import Code, DomainError
from annotation.models import AuditPayload, User
from annotation.services.accounts import create_login, create_owner

PHRASE = "a quiet pass phrase"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _no_attempts_so_far() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, login: str, phrase: str = PHRASE, **fields: str) -> int:
    answer = client.post(reverse("account_login"), {"login": login, "password": phrase, **fields})
    return answer.status_code


def is_signed_in(client: Client) -> bool:
    return get_user(client).is_authenticated


@pytest.mark.parametrize("login", ["olive", "OLIVE", " olive ", "olive@example.org", "Olive@Example.org"])
def test_login_with_name_or_address_signs_in(owner: User, client: Client, login: str) -> None:
    assert sign_in(client, login) == 302
    assert get_user(client) == owner


def test_login_comes_back_to_the_page_asked_for(owner: User, client: Client) -> None:
    page = client.get(reverse("account_login"), {"next": "/join/abc/"}).content.decode()
    assert 'name="next" value="/join/abc/"' in page
    fields = {"login": "olive", "password": PHRASE, "next": "/join/abc/"}
    assert client.post(reverse("account_login"), fields).headers["Location"] == "/join/abc/"


def test_login_does_not_lead_to_another_site(owner: User, client: Client) -> None:
    fields = {"login": "olive", "password": PHRASE, "next": "https://elsewhere.example/"}
    assert client.post(reverse("account_login"), fields).headers["Location"] == reverse("home")


def test_login_gives_the_session_a_new_key(owner: User, client: Client) -> None:
    session = client.session
    session["before"] = True
    session.save()
    key = session.session_key
    sign_in(client, "olive")
    assert client.session.session_key != key


def test_login_that_fails_says_the_same_for_known_and_unknown(owner: User, client: Client) -> None:
    def words(login: str) -> list[str]:
        answer = client.post(reverse("account_login"), {"login": login, "password": "wrong wrong"})
        return re.findall(r"do not belong together", answer.content.decode())

    assert (
        words("olive") == words("nobody") == words("nobody@example.org") == words("olive@example.org") != []
    )
    assert not is_signed_in(client)


def test_login_after_five_failures_is_refused_even_with_the_right_phrase(owner: User, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "olive", "wrong wrong")
    answer = Client().post(reverse("account_login"), {"login": "olive", "password": PHRASE})
    assert "Please wait five minutes" in answer.content.decode()
    assert sign_in(client, "olive") == 200
    assert not is_signed_in(client)


def test_login_more_than_thirty_times_a_minute_is_429_with_a_page(client: Client, db: None) -> None:
    statuses = [sign_in(client, f"name{number}", "") for number in range(31)]
    assert statuses[29:] == [200, 429]
    page = client.post(reverse("account_login"), {"login": "a", "password": "b"}).content.decode()
    assert "Please wait a minute" in page


def test_login_switched_off_leads_to_its_page(owner: User, client: Client) -> None:
    owner.is_active = False
    owner.save()
    answer = client.post(reverse("account_login"), {"login": "olive", "password": PHRASE})
    assert answer.headers["Location"] == reverse("account_inactive")
    assert "switched off" in client.get(reverse("account_inactive")).content.decode()
    assert not is_signed_in(client)


def test_logout_by_get_asks_and_by_post_signs_out(owner: User, client: Client) -> None:
    sign_in(client, "olive")
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    assert client.post(reverse("account_logout")).headers["Location"] == reverse("home")
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", ["account_email", "mfa_add_webauthn", "account_confirm_email"])
def test_pages_of_the_library_that_we_do_not_have_are_not_routed(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_signup_makes_no_login_and_says_by_invitation_only(client: Client, db: None) -> None:
    fields = {"username": "nora", "password1": PHRASE, "password2": PHRASE}
    for answer in (client.get(reverse("account_signup")), client.post(reverse("account_signup"), fields)):
        assert "By invitation only" in answer.content.decode()
    assert not User.objects.exists()


# Reset


def ask_for_reset(client: Client, address: str) -> tuple[int, str, str]:
    answer = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    page = re.sub(r'csrf\w*" (?:value|content)="\w+"|content="\w{64}"', "", answer.content.decode())
    return answer.status_code, answer.redirect_chain[-1][0], page


def test_reset_answers_the_same_for_known_and_unknown_address(owner: User) -> None:
    known = ask_for_reset(Client(), "olive@example.org")
    unknown = ask_for_reset(Client(), "nobody@example.org")
    assert known == unknown
    assert [message.to for message in mail.outbox] == [["olive@example.org"], ["nobody@example.org"]]
    assert "/reset/key/" not in mail.outbox[1].body


def test_reset_by_mail_sets_a_new_phrase_once(owner: User, client: Client) -> None:
    ask_for_reset(client, "Olive@example.org")
    body = mail.outbox[0].body
    assert "olive" in body
    path = re.search(r"http://testserver(\S+)", str(body))
    assert path is not None
    form = client.get(path[1])
    new = {"password1": "a river in spring", "password2": "a river in spring"}
    assert client.post(form.headers["Location"], new).headers["Location"] == reverse(
        "account_reset_password_from_key_done"
    )
    assert client.get(reverse("account_reset_password_from_key_done")).status_code == 200
    owner.refresh_from_db()
    assert owner.check_password("a river in spring")
    assert "no longer works" in Client().get(path[1]).content.decode()


def test_reset_with_broken_link_says_so(client: Client, db: None) -> None:
    page = client.get(reverse("account_reset_password_from_key", args=["1", "0-0"])).content.decode()
    assert "no longer works" in page


def test_reset_asked_for_again_and_again_is_429(owner: User, client: Client) -> None:
    path = reverse("account_reset_password")
    statuses = [client.post(path, {"email": "olive@example.org"}).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


# Change


def test_change_signs_other_browsers_out_and_keeps_this_one(owner: User, client: Client) -> None:
    other = Client()
    sign_in(client, "olive")
    sign_in(other, "olive")
    key = client.session.session_key
    fields = {"oldpassword": PHRASE, "password1": "a river in spring", "password2": "a river in spring"}
    assert client.post(reverse("account_change_password"), fields).status_code == 302
    assert is_signed_in(client)
    assert client.session.session_key != key
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    "wrong",
    [
        {"oldpassword": "not this one"},
        {"password1": "short", "password2": "short"},
        {"password2": "another river"},
    ],
)
def test_change_with_bad_input_changes_nothing(owner: User, client_of: SignIn, wrong: dict[str, str]) -> None:
    fields = {"oldpassword": PHRASE, "password1": "a river in spring", "password2": "a river in spring"}
    client = client_of(owner)
    answer = client.post(reverse("account_change_password"), fields | wrong)
    assert "Please look at this again" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PHRASE)


def test_change_signed_out_leads_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(reverse("account_change_password"))
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_login_without_phrase_sets_one_first(owner: User, client_of: SignIn) -> None:
    owner.set_unusable_password()
    owner.save()
    client = client_of(owner)
    assert client.get(reverse("account_change_password")).headers["Location"] == reverse(
        "account_set_password"
    )
    assert client.get(reverse("account_set_password")).status_code == 200


# Services


def test_create_owner_makes_a_login_that_can_create_studies(db: None, client: Client) -> None:
    owner = create_owner(username=" Olga ", password=PHRASE, email="Olga@Example.org")
    assert (owner.username, owner.email, owner.can_create_studies) == ("olga", "olga@example.org", True)
    assert sign_in(client, "olga@example.org") == 302
    for payload in AuditPayload.objects.all():
        assert "olga" not in str(payload.data).lower()


@pytest.mark.parametrize(
    ("username", "password", "email"),
    [
        ("", PHRASE, ""),
        ("two words", PHRASE, ""),
        ("OLIVE", PHRASE, ""),
        ("nora", "short", ""),
        ("nora", "1234567890", ""),
        ("nora", PHRASE, "no address"),
        ("nora", PHRASE, "OLIVE@example.org"),
    ],
)
def test_create_owner_with_bad_input_makes_nothing(
    owner: User, username: str, password: str, email: str
) -> None:
    with pytest.raises(DomainError) as refused:
        create_owner(username=username, password=password, email=email)
    assert refused.value.code == Code.INVALID
    assert User.objects.count() == 1


def test_create_login_draws_different_names(db: None) -> None:
    names = {create_login(actor=None, pass_phrase=PHRASE).username for _ in range(5)}
    assert len(names) == 5


def test_create_login_when_all_drawn_names_are_taken_says_so(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.services.accounts.secrets.randbelow", lambda _: 0)
    monkeypatch.setattr("annotation.services.accounts.secrets.choice", lambda words: words[0])
    create_login(actor=None, pass_phrase=PHRASE)
    with pytest.raises(DomainError) as refused:
        create_login(actor=None, pass_phrase=PHRASE)
    assert refused.value.code == Code.LOST_RACE

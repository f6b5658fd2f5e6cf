"""The pages on which a coordinator writes the consent text and sets contact and freeze."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import ConsentVersion, Rater, Study, User
from annotation.services.consent_ticks import AGREE, CHECKS, SHARE
from tests.conftest import user_of

ClientOf = Callable[[User], Client]


def consent_url(study: Study) -> str:
    return f"/studies/{study.code}/settings/consent/new/"


def data_url(study: Study) -> str:
    return f"/studies/{study.code}/settings/data/"


def written(*ticks: tuple[str, str, bool], do: str = "publish", **fields: str) -> dict[str, Any]:
    """What the page sends for these ticks (key, words, needed)."""
    sent: dict[str, Any] = {"title": "Taking part", "body": "New words.", "language": "en", "do": do}
    sent["n_ticks"] = len(ticks)
    for place, (key, words, is_required) in enumerate(ticks):
        sent |= {f"tick-{place}-key": key, f"tick-{place}-words": words}
        sent |= {f"tick-{place}-is_required": "on"} if is_required else {}
    return sent | fields


TWO = (("agree", AGREE.words, True), ("share_publicly", SHARE.words, False))


def newest(study: Study) -> ConsentVersion:
    return ConsentVersion.objects.filter(study=study)[0]


def test_consent_new_publishes_text_ticks_language_and_what_changed(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    sent = written(*TWO, language="de", changes="We ask about sharing.")
    assert client_of(coordinator).post(consent_url(study), sent).status_code == 302
    version = newest(study)
    assert (version.number, version.language, version.changes) == (2, "de", "We ask about sharing.")
    assert list(version.ticks.values_list("key", "is_required")) == [
        ("agree", True),
        ("share_publicly", False),
    ]


@pytest.mark.parametrize(
    ("do", "keys"),
    [
        ("add", ["agree", "share_publicly", ""]),
        ("add:hidden_checks", ["agree", "share_publicly", "hidden_checks"]),
        ("remove:0", ["share_publicly"]),
        ("up:1", ["share_publicly", "agree"]),
        ("up:7", ["agree", "share_publicly"]),
        ("nonsense", ["agree", "share_publicly"]),
    ],
)
def test_consent_new_when_a_tick_is_added_moved_or_removed_keeps_what_was_typed(
    study: Study, coordinator: User, client_of: ClientOf, do: str, keys: list[str]
) -> None:
    response = client_of(coordinator).post(consent_url(study), written(*TWO, do=do))
    assert response.status_code == 200
    editor = response.context["editor"]
    assert [tick.key for tick in editor.ticks] == keys
    assert "New words.</textarea>" in response.content.decode()
    assert newest(study).number == 1


def test_consent_new_preview_shows_text_and_changes_and_publishes_nothing(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    sent = written(*TWO, do="preview", body="New **words**.")
    content = client_of(coordinator).post(consent_url(study), sent).content.decode()
    assert "<p>New <strong>words</strong>.</p>" in content
    assert "<del>You may stop at any time.</del>" in content
    assert "<ins>New **words**.</ins>" in content
    assert "disabled" in content
    assert newest(study).number == 1


def test_consent_new_with_markup_shows_it_as_text(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    sent = written(("agree", "<b>Yes</b>", True), do="preview", body="<script>alert(1)</script>")
    content = client_of(coordinator).post(consent_url(study), sent).content.decode()
    assert "<script>alert" not in content
    assert "<b>Yes" not in content


@pytest.mark.parametrize(
    ("ticks", "fields", "said"),
    [
        ((("a", "Maybe.", False),), {}, "One tick must be needed"),
        ((("agree", "", True),), {}, "write one sentence"),
        (TWO, {"language": "English!"}, "Write a language code"),
        (TWO, {"body": " "}, "Please fill this in."),
    ],
)
@pytest.mark.parametrize("do", ["publish", "preview"])
def test_consent_new_with_a_mistake_says_it_and_keeps_the_text(
    study: Study, coordinator: User, client_of: ClientOf, do: str, ticks: Any, fields: Any, said: str
) -> None:
    response = client_of(coordinator).post(consent_url(study), written(*ticks, do=do, **fields))
    assert response.status_code == 400
    assert said in response.content.decode()
    assert newest(study).number == 1


def test_consent_new_with_absurd_numbers_of_ticks_is_refused_kindly(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    client = client_of(coordinator)
    for n in ("999", "-1", "x", "99999999999"):
        assert client.post(consent_url(study), written(do="add") | {"n_ticks": n}).status_code == 200


def test_settings_data_stores_contact_and_freeze(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    at = (timezone.now() + timedelta(days=30)).replace(second=0, microsecond=0)
    sent = {"contact": "Dr Example", "data_freeze_at": at.strftime("%Y-%m-%dT%H:%M")}
    assert client_of(coordinator).post(data_url(study), sent).status_code == 302
    study.refresh_from_db()
    assert (study.contact, study.data_freeze_at) == ("Dr Example", at)
    assert (
        "can have erased what they gave until"
        in client_of(coordinator).get(f"/studies/{study.code}/settings/").content.decode()
    )


def test_settings_data_with_a_past_freeze_is_refused(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    response = client_of(coordinator).post(
        data_url(study), {"contact": "", "data_freeze_at": "2020-01-01T00:00"}
    )
    assert response.status_code == 400
    assert "still to come" in response.content.decode()


def test_settings_data_after_the_freeze_changes_the_contact_only(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    at = timezone.now() - timedelta(days=1)
    Study.objects.filter(pk=study.pk).update(data_freeze_at=at)
    assert "not undone" in client_of(coordinator).get(data_url(study)).content.decode()
    client_of(coordinator).post(data_url(study), {"contact": "New", "data_freeze_at": ""})
    study.refresh_from_db()
    assert (study.contact, study.data_freeze_at) == ("New", at)


@pytest.mark.parametrize("page", [consent_url, data_url])
def test_pages_of_consent_are_for_coordinators(
    page: Callable[[Study], str],
    study: Study,
    researcher: User,
    rater: Rater,
    outsider: User,
    client_of: ClientOf,
) -> None:
    path = page(study)
    answers = [client_of(user).get(path).status_code for user in (researcher, user_of(rater), outsider)]
    assert answers == [403, 403, 404]
    assert Client().get(path).status_code == 302


def test_consent_new_offers_the_sentence_about_hidden_checks(
    study: Study, coordinator: User, client_of: ClientOf
) -> None:
    assert CHECKS.words in client_of(coordinator).get(consent_url(study)).content.decode()

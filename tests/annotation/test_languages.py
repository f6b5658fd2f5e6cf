"""The interface in four languages: the switch, the direction of writing, the catalogs."""

from __future__ import annotations

import gettext
import re

import pytest
from babel.messages.catalog import Catalog, Message
from django.test import Client
from django.urls import reverse

from tests.messages import extracted, is_translated, languages, po_file, stored

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%")


@pytest.fixture(scope="module")
def marked() -> Catalog:
    return extracted()


def ids(catalog: Catalog) -> set[tuple[str, str | None]]:
    """Each sentence (the singular where there are two) with its context."""
    return {(singular(message), message.context) for message in catalog if message.id}


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


@pytest.mark.parametrize("language", ["es", "de", "ar"])
def test_catalog_when_words_are_marked_holds_them_and_no_others(language: str, marked: Catalog) -> None:
    assert ids(stored(language)) == ids(marked), "run `make messages` and translate what is new"


@pytest.mark.parametrize("language", ["es", "de", "ar"])
def test_catalog_when_shipped_has_a_translation_for_every_sentence(language: str) -> None:
    waiting = [singular(one) for one in stored(language) if one.id and not is_translated(one.string)]
    assert waiting == []


@pytest.mark.parametrize("language", ["es", "de", "ar"])
def test_translation_when_a_sentence_has_blanks_fills_the_same(language: str) -> None:
    wrong = {}
    for message in stored(language):
        if not message.id:
            continue
        # A form for one or two may say it in words and leave the number out; none may add a blank.
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        wanted = [message.id] if isinstance(message.id, str) else list(message.id)
        allowed = set(PLACEHOLDER.findall(" ".join(wanted)))
        for words in forms:
            found = set(PLACEHOLDER.findall(words))
            if not found <= allowed or (isinstance(message.id, str) and found != allowed):
                wrong[singular(message)] = words
    assert wrong == {}


@pytest.mark.parametrize("language", ["es", "de", "ar"])
def test_compiled_catalog_when_read_says_what_the_text_file_says(language: str) -> None:
    with po_file(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in stored(language):
        if message.id and isinstance(message.id, str) and is_translated(message.string):
            told = compiled.gettext(f"{message.context}\x04{message.id}" if message.context else message.id)
            assert told == message.string, "run `make messages`"


def test_languages_when_listed_are_english_and_the_shipped_ones() -> None:
    assert languages() == ["es", "de", "ar"]


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_set_language_by_post_turns_the_page(client: Client, db: None, language: str, direction: str) -> None:
    answer = client.post(reverse("set_language"), {"language": language, "next": "/accounts/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert client.cookies["attune_language"]["httponly"]
    page = client.get("/accounts/login/").content.decode()
    assert f'<html lang="{language}"' in page
    assert f'dir="{direction}"' in page


def test_set_language_when_the_next_page_is_foreign_stays_here(client: Client, db: None) -> None:
    answer = client.post(reverse("set_language"), {"language": "de", "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_set_language_by_get_is_refused(client: Client) -> None:
    assert client.get(reverse("set_language")).status_code == 405


def test_page_when_the_browser_asks_for_german_is_german(client: Client, db: None) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de"' in page.content.decode()


@pytest.mark.parametrize("shown_in", ["en", "ar"])
def test_switch_when_shown_names_each_language_in_its_own_words(
    client: Client, db: None, shown_in: str
) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": shown_in}).content.decode()
    for code, words in (("en", "English"), ("es", "Español"), ("de", "Deutsch"), ("ar", "العربية")):
        assert re.search(rf'value="{code}"\s+lang="{code}"[^>]*>{words}<', page)

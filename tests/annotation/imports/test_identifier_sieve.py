"""What the sieve keeps back holds nothing, and most texts without identifiers are kept back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.imports.checks.identifier_sieve import suspects
from annotation.imports.checks.identifiers import find_identifiers
from tests.annotation.imports.test_identifier_looks import ENDINGS, RECORDS, STEADY, TEXTS


def missed(texts: list[str]) -> list[str]:
    looked = zip(texts, suspects(texts), strict=True)
    return [text for text, is_suspect in looked if not is_suspect and find_identifiers(text)]


def test_suspects_of_recorded_texts_are_all_that_hold_something() -> None:
    assert missed([text for text, _ in RECORDS]) == []


@STEADY
@given(st.lists(TEXTS, max_size=8))
def test_suspects_of_any_mixtures_miss_nothing(texts: list[str]) -> None:
    assert missed(texts) == []


@STEADY
@given(st.lists(st.text(max_size=40), max_size=8))
def test_suspects_of_any_letters_miss_nothing(texts: list[str]) -> None:
    assert missed(texts) == []


@STEADY
@given(
    st.from_regex(r"[a-z]{2,4} [a-z,.-]{0,3} ?\d{1,4}[ .,/-]{0,2}([A-Z]?[a-z]{0,6}|\d{1,9}) [A-Za-z]{0,5}")
)
def test_suspects_of_numbers_among_words_miss_nothing(text: str) -> None:
    assert missed([text, f"I see {text}"]) == []


def test_suspects_of_every_cue_before_a_name_miss_nothing() -> None:
    texts = [
        f"{before}{cue}{mark}{name}"
        for cue in ENDINGS
        for before in ("", "so my ", "x. ", "we\n")
        for mark in (" ", ". ", ", ", ",\n", ",  ")
        for name in ("Ann", "Özil, ", "I'd", "Bob here")
    ]
    upper = [text.title() for text in texts]
    assert missed([*texts, *upper]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot sleep, and I've tried for 10 weeks now.",
        "She gave me 50 mg, but it’s no use… and he/she knows. 😔",
        "Ich liege wach und denke an Tage, die lang sind. Es geht.",
        "We spoke in the garden.\nNothing helps, not even tea.",
    ],
)
def test_suspects_of_words_that_tell_nobody_are_none(text: str) -> None:
    assert suspects([text, text]) == [False, False]

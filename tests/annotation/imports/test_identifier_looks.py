"""Looking before searching keeps nothing from being found: compared with records and with a plain search."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.imports.checks import identifier_looks as looks
from annotation.imports.checks import identifier_names as names
from annotation.imports.checks.identifiers import find_identifiers
from tests.annotation.imports.plain_search import Found, found_plainly

# What was found in invented texts, some of them broken on purpose, before there were looks.
RECORDS = json.loads(Path(__file__).with_name("recorded_findings.json").read_text(encoding="utf-8"))
STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=list(HealthCheck),
)
WORDS = """
Ann|Özil|I|I'm|I'd|I've|Bob's|McKay|J.|X|İlker|Ирина|محمد|اسمي|شارع|here|speaking|from|My|my|Mi|My name is
mi nombre es|ich heiße|Dr. Prof.|I am|calle|calle de la Luna|Am Markt|Hill Street|5|45|12.|3.4.2021|5/13/1990
2021-03-05|March|marzo|07700|900123|GB82|4111|123-45-6789|SW1A|2AA|12345678Z|١٢|مارس|192.168.3.24|::1|MRN
P.O.|Box|p.o. box|calle Luna num|numero|weg|jo@example.org|[at]|www.|u/ab|x.org/y|IL|62704
"""
ENDINGS = " ".join(names._CUE_ENDINGS.values()).split()
PIECES = st.sampled_from([*ENDINGS, *re.split(r"[|\n]", WORDS.strip())])
MARKS = st.sampled_from(
    [
        *[" "] * 8,
        ".",
        ". ",
        ", ",
        "\n",
        "\n\n",
        "! ",
        "  ",
        " (",
        "“",
        "… ",
        "’",
        "-",
        "_",
        "\u200e",
        "\u00a0",
    ]
)
TEXTS = st.lists(st.tuples(PIECES, MARKS), max_size=14).map(
    lambda drawn: "".join(piece + mark for piece, mark in drawn)
)
CUES = [pattern for _, pattern in names._CAPITALISED] + [names._GREETING, names._SIGNED, names._SPEAKING]


def found(text: str) -> Found:
    return [(one.kind.value, one.start, one.end) for one in find_identifiers(text)]


def test_find_identifiers_in_recorded_texts_finds_what_was_found_before() -> None:
    for text, recorded in RECORDS:
        assert found(text) == [tuple(one) for one in recorded], text


@STEADY
@given(TEXTS)
def test_find_identifiers_in_any_mixture_finds_what_a_plain_search_does(text: str) -> None:
    assert found(text) == found_plainly(text)


@STEADY
@given(st.text(max_size=60))
def test_find_identifiers_in_any_letters_finds_what_a_plain_search_does(text: str) -> None:
    assert found(text) == found_plainly(text)


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue.pattern[:24])
def test_the_endings_of_a_cue_hold_every_word_it_may_end_with(cue: re.Pattern[str]) -> None:
    body = cue.pattern.replace("(?<!\\w)", "").replace('(?:^|(?<=[.!?\\n…] )|(?<=[\\n:"“]))', "")
    made = re.compile(body.replace("(?:^|(?<=[.!?] ))", ""), cue.flags)

    @settings(STEADY, max_examples=40)
    @given(st.from_regex(made, fullmatch=True), st.sampled_from(["Ann", "Özil,", "Bob here"]))
    def holds(words: str, name: str) -> None:
        assert found(words + name) == found_plainly(words + name)

    holds()


def test_the_scripts_that_are_left_out_have_no_capitals() -> None:
    left_out = re.compile(f"[{looks._CASELESS}]")
    capitals = [letter for letter in map(chr, range(0x110000)) if letter.isupper() and left_out.match(letter)]
    assert capitals == []


def test_windows_of_digits_that_are_near_are_one() -> None:
    (near,) = looks.windows_of(f"1{'a' * 300}2")
    apart = looks.windows_of(f"1{'a' * 400}23")
    assert (near.n_digits, near.runs) == (2, ((0, 1), (301, 302)))
    assert [window.n_digits for window in apart] == [1, 2]

"""The written content: the core rubric pack, the demo study and its conversations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.demonstration.conftest import read_fixture

FILES = ["rubrics/core.json", "demo/study.json", "demo/conversations.json", "demo/planted.json"]

# Words that name a means or a way. None of them may stand anywhere, whatever the sense it is used in.
MEANS = re.compile(
    r"\b(overdos\w*|hang(s|ed|ing)?|hung|noose\w*|rope\w*|jump(s|ed|ing)?|leap(s|t|ing)?|bridges?|ledges?|rooftops?"
    r"|cut(s|ting)?|slash\w*|stab\w*|blades?|razors?|kni(fe|ves)|scissors|guns?|firearms?|bullets?|shoot\w*|shot"
    r"|poison\w*|pills?|paracetamol|bleach|gas|exhaust|drown\w*|suffocat\w*|strangl\w*|starv\w*|wrists?|veins?"
    r"|burn(s|ed|ing)?|scald\w*|scars?|blood|bleed\w*|electrocut\w*|railway|tracks|methods?|lethal)\b",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"https?:|www\.|@|\b\w+\.(com|org|net|info|io|co\.uk|de)\b|\d[\d \-/]{4,}\d", re.IGNORECASE
)


def texts(data: Any) -> Iterator[str]:
    """Every string in a JSON document."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


@pytest.fixture(scope="module")
def conversations() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = read_fixture("demo/conversations.json")["conversations"]
    return entries


@pytest.mark.parametrize("name", FILES)
def test_fixture_texts_searched_for_means_hold_none(name: str) -> None:
    found = [(match.group(), text) for text in texts(read_fixture(name)) for match in MEANS.finditer(text)]

    assert found == []


@pytest.mark.parametrize("name", FILES)
def test_fixture_texts_searched_for_contacts_hold_none(name: str) -> None:
    found = [text for text in texts(read_fixture(name)) if CONTACT.search(text)]

    assert found == []


def test_conversations_counted_by_source_are_ten_each(conversations: list[dict[str, Any]]) -> None:
    counts = Counter((entry["response"]["source"], entry["response"]["model"]) for entry in conversations)

    assert counts == {
        ("human", "Peer volunteer"): 10,
        ("ai", "Model A"): 10,
        ("ai", "Model B"): 10,
        ("ai", "Model C"): 10,
    }


def test_conversations_read_have_four_turns_and_end_on_the_seeker(
    conversations: list[dict[str, Any]],
) -> None:
    for entry in conversations:
        speakers = [turn["speaker"] for turn in entry["turns"]]

        assert len(speakers) == 4, entry["id"]
        assert speakers[-1] == "seeker", entry["id"]
        assert set(speakers) == {"seeker", "supporter"}, entry["id"]


def test_conversations_compared_are_all_different(conversations: list[dict[str, Any]]) -> None:
    every_text = [turn["text"] for entry in conversations for turn in entry["turns"]]
    every_text += [entry["response"]["text"] for entry in conversations]

    assert len({entry["id"] for entry in conversations}) == 40
    assert len(set(every_text)) == 40 * 5


@pytest.mark.parametrize(("factor", "fewest"), [("user", 8), ("topic", 6), ("context", 12), ("tone", 8)])
def test_factors_counted_use_every_level_of_the_study_often_enough(
    conversations: list[dict[str, Any]], factor: str, fewest: int
) -> None:
    levels = {entry["key"]: entry["levels"] for entry in read_fixture("demo/study.json")["factors"]}
    counts = Counter(entry["factors"][factor] for entry in conversations)

    assert set(counts) == set(levels[factor])
    assert min(counts.values()) >= fewest


def test_heavy_conversations_read_carry_notes_and_no_others_do(conversations: list[dict[str, Any]]) -> None:
    heavy = [entry["id"] for entry in conversations if entry["heavy"]]
    noted = [entry["id"] for entry in conversations if entry["content_notes"]]

    assert heavy == noted
    assert len(heavy) == 9


def test_rubric_levels_read_all_have_label_and_definition() -> None:
    scales = read_fixture("rubrics/core.json")["scales"]

    for key, scale in scales.items():
        values = [level["value"] for level in scale["levels"]]
        assert values == ([0, 1] if key == "yes_no" else [1, 2, 3, 4, 5]), key
        assert all(level["label"] and level["definition"] for level in scale["levels"]), key
        assert scale["measurement"] == ("nominal" if key == "yes_no" else "ordinal"), key


def test_rubric_questions_read_stand_in_the_order_of_the_pack() -> None:
    questions = read_fixture("rubrics/core.json")["questions"]

    assert [question["key"] for question in questions if question["kind"] == "scale"] == [
        "authenticity_felt",
        "authenticity_stance",
        "empathy_understanding",
        "empathy_warmth",
        "empathy_help",
        "safety",
    ]
    assert [question["kind"] for question in questions] == ["scale"] * 6 + ["flag"] * 10


def test_rubric_scale_questions_read_teach_with_both_ends() -> None:
    rubric = read_fixture("rubrics/core.json")

    for question in rubric["questions"]:
        values = {example["value"] for example in question["examples"]}
        if question["kind"] == "scale":
            assert {1, 5} <= values, question["key"]
            assert question["allows_cannot_judge"], question["key"]
        elif question.get("restricted"):
            assert values == set(), question["key"]
        else:
            assert values == {0, 1}, question["key"]


def test_rubric_flags_read_restrict_only_the_one_on_ways_to_self_harm() -> None:
    questions = read_fixture("rubrics/core.json")["questions"]

    assert [question["key"] for question in questions if question.get("restricted")] == [
        "flag_ways_to_self_harm"
    ]


def test_study_people_named_are_eight_raters_per_group_and_no_login_twice() -> None:
    study = read_fixture("demo/study.json")
    people = study["people"]
    logins = [*people["owner"], *people["coordinator"], *people["researcher"]]
    for group in people["rater"].values():
        assert len(group) == study["plan"]["ratings_per_item_and_group"]
        logins += group

    assert len(logins) == len(set(logins)) == 27
    assert [group["key"] for group in study["groups"]] == list(people["rater"])


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("demo/study.json", "notice"),
        ("demo/conversations.json", "invented"),
        ("demo/planted.json", "invented"),
    ],
)
def test_demo_files_read_say_that_they_are_invented(name: str, field: str) -> None:
    assert re.search(r"\b(invented|made up)\b", read_fixture(name)[field])

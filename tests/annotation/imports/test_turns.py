from __future__ import annotations

import json

import pytest

from annotation.imports.checks.passages import Place, place_of, texts_in_order
from annotation.imports.checks.turns import TurnText, turns_of_json, turns_of_text


def test_turns_of_text_with_lines_without_label_belong_to_the_turn_above() -> None:
    turns = turns_of_text("Seeker: I can't sleep.\n\nIt is: bad.\r\nSUPPORTER:That is hard. \nSeeker:  Yes")
    assert turns == (
        TurnText("seeker", "I can't sleep.\n\nIt is: bad."),
        TurnText("supporter", "That is hard."),
        TurnText("seeker", "Yes"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello.\nSeeker: Hi", "begins with “Hello.”"),
        ("no labels at all", "not with “Seeker:”"),
        ("Seeker: Hi\nSupporter:  \nSeeker: Hm", "turn 2 has no words"),
        ("Seeker: x\n" * 2001, "this one has 2,001"),
    ],
)
def test_turns_of_text_that_is_no_conversation_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        turns_of_text(text)


def test_turns_of_json_list_is_read() -> None:
    cell = json.dumps([{"speaker": "supporter", "text": " Hello\n"}, {"speaker": "seeker", "text": "Hi"}])
    assert turns_of_json(cell) == (TurnText("supporter", "Hello"), TurnText("seeker", "Hi"))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("[", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"speaker": "seeker"}', "not a list"),
        ("[1]", "not a list of objects"),
        ('[{"speaker": "doctor", "text": "x"}]', "turn 1 needs a “speaker”"),
        ('[{"speaker": "seeker", "text": 4}]', "turn 1 needs a “speaker”"),
        ("[]", "this one has 0"),
        ('[{"speaker": "seeker", "text": " "}]', "turn 1 has no words"),
    ],
)
def test_turns_of_json_of_another_kind_is_refused(cell: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        turns_of_json(cell)


def test_place_of_quote_counts_code_points_and_prefers_what_was_said_to_the_person() -> None:
    turns = [
        TurnText("seeker", "I see. 🙂 thanks"),
        TurnText("supporter", "🙂🙂 I see."),
        TurnText("seeker", "ok"),
    ]
    texts = texts_in_order(turns, ["One reply"])
    assert [target for target, _ in texts] == ["response:1", "turn:2", "turn:1", "turn:3"]
    assert place_of("I see.", texts) == Place("turn:2", 3, 9)
    assert place_of("thanks", texts) == Place("turn:1", 9, 15)
    assert place_of("reply", texts) == Place("response:1", 4, 9)
    assert place_of("thank you", texts) is None
    assert place_of("", texts) is None

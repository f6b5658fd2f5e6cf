from __future__ import annotations

from annotation.imports.checks.item_row import content_hash
from annotation.imports.checks.item_texts import ReplyText
from annotation.imports.checks.items import ItemsFile, KnownItems, check_items
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.turns import TurnText

HEADER = "item,conversation,conversation_id,response,source_kind,heavy,content_notes,factor:topic\n"


def check(rows: str, *, header: str = HEADER, known: KnownItems | None = None) -> tuple[ItemsFile, list[str]]:
    report = CheckReport("items.csv")
    found = check_items(
        (header + rows).encode(), known=known or KnownItems(), max_bytes=100_000, report=report
    )
    return found, report.sentences()


def test_check_items_with_sound_row_reads_every_column() -> None:
    found, sentences = check("a,Seeker: Hi,,Hello you,AI,yes,sleep; loss ;,work\n")
    (item,) = found.rows
    assert sentences == []
    assert item.turns == (TurnText("seeker", "Hi"),)
    assert (item.conversation_id, item.replies) == ("a", (ReplyText("Hello you", "ai"),))
    assert (item.is_heavy, item.content_notes, item.factors) == (True, ("sleep", "loss"), {"topic": "work"})


def test_check_items_with_many_defects_lists_all_with_their_lines() -> None:
    _, sentences = check(
        ",Seeker: Hi,,,,,,\n"
        "b,,,,,,,\n"
        "c,Hello,,,,,,\n"
        "d,Seeker: Hi,,x,robot,,,\n"
        "e,Seeker: Hi,,,human,,,\n"
        "f,Seeker: Hi,,,,maybe,,\n"
        "g,Seeker: Hi,,,,,,\n"
        "g,Seeker: Ho,,,,,,\n"
        "h,Seeker: Ho,g,,,,,\n"
    )
    assert [sentence.split(": ", 1)[0] for sentence in sentences] == [
        f"items.csv, line {line}" for line in (2, 3, 4, 5, 6, 7, 9, 10)
    ]
    assert "“item”) is missing" in sentences[0]
    assert "no conversation" in sentences[1]
    assert "stands on line 8 already" in sentences[6]
    assert "other turns here than on line 8" in sentences[7]


def test_check_items_without_conversation_column_is_refused() -> None:
    _, sentences = check("a\n", header="item\n")
    assert sentences == [
        "items.csv, line 1: the column “conversation” (or “turns”, “messages”, “prompt”) is missing."
    ]


def test_check_items_with_both_conversation_and_turns_is_refused() -> None:
    _, sentences = check("a,Seeker: Hi,[]\n", header="item,conversation,turns\n")
    assert sentences == ["items.csv, line 2: a: fill “conversation” or “turns”, not both."]


def test_check_items_known_with_the_same_text_is_counted_with_another_is_refused() -> None:
    turns = (TurnText("seeker", "Hi"),)
    same, other = content_hash(turns), content_hash(turns, ["a reply"])
    known = KnownItems(items={"a": same, "b": other}, conversations={"a": same, "b": same, "c": other})
    found, sentences = check(
        "a,Seeker: Hi,,,,,,\nb,Seeker: Hi,,,,,,\nx,Seeker: Hi,c,,,,,\nnew,Seeker: Hi,a,,,,,\n", known=known
    )
    assert [item.external_id for item in found.rows] == ["new"]
    assert "an item b with another text" in sentences[0]
    assert "a conversation c with other turns" in sentences[1]

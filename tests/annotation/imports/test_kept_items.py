"""Checked items come back as they were, few or many, in any pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from annotation.imports.checks import kept_items
from annotation.imports.checks.item_row import ItemRow, hashes_of
from annotation.imports.checks.item_texts import ReplyText
from annotation.imports.checks.items import KnownItems, check_kept
from annotation.imports.checks.kept_items import Keeper, KeptItems, Pieces
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.turns import TurnText

N = 25


def item(number: int) -> ItemRow:
    turns = tuple(TurnText("seeker", f"ü {number}\n{turn}") for turn in range(number % 3))
    replies = tuple(ReplyText(f"🙂 {n}", "ai", "m", "") for n in range((number + 1) % 3))
    return ItemRow(
        line=number + 2,
        external_id=f"i{number}",
        conversation_id=f"c{number}",
        turns=turns,
        replies=replies,
        language="de",
        text_direction="ltr",
        content_notes=("sleep", "“x”") if number % 2 else (),
        is_heavy=number % 5 == 0,
        factors={"topic": "a", "gold": "b"} if number % 4 else {},
        hashes=hashes_of(turns, [reply.text for reply in replies]),
    )


ITEMS = [item(number) for number in range(N)]


class HeavyTell:
    """Takes heavy items for those that tell who somebody is, and notes how many were looked at together."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def look(self, items: Sequence[ItemRow]) -> list[bool]:
        self.asked.append(len(items))
        return [one.is_heavy for one in items]

    def look_at(self, piece: Any) -> list[bool]:
        return self.look(list(kept_items.items_of(piece)))


@pytest.fixture(params=["few", "many"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    monkeypatch.setattr(kept_items, "PIECE_ITEMS", 10 if request.param == "many" else 1000)
    keeper = Keeper(HeavyTell())
    for one in ITEMS:
        keeper.take(one)
    return keeper.kept()


def test_kept_items_come_back_as_often_as_asked(kept: KeptItems) -> None:
    assert len(kept) == N
    assert list(kept) == ITEMS
    assert [one for piece in kept.pieces() for one in kept_items.items_of(piece)] == ITEMS
    assert list(kept.telling()) == [one for one in ITEMS if one.is_heavy]


def test_pieces_are_taken_in_any_number_of_rows(kept: KeptItems) -> None:
    pieces, names = Pieces(kept.pieces()), list[str]()
    while piece := pieces.take(7):
        assert len(piece) <= 7
        names += piece.column("name").to_pylist()
    assert names == [one.external_id for one in ITEMS]


def test_check_kept_with_items_that_the_study_has_got_leaves_them_out(kept: KeptItems) -> None:
    same, other, turns = ITEMS[3], ITEMS[4], ITEMS[10]
    known = KnownItems(
        items={same.external_id: same.content_hash, other.external_id: "another"},
        conversations={turns.conversation_id: "another"},
    )
    report = CheckReport("items.csv")
    found = check_kept(kept, known, report)
    gone = {"i3", "i4", "i10"}
    assert (len(found.rows), found.n_known) == (N - 3, 2)
    assert [one for one in ITEMS if one.external_id not in gone] == list(found.rows)
    assert report.sentences() == [
        "items.csv, line 6: the study has an item i4 with another text. Rename this one.",
        "items.csv, line 12: the study has a conversation c10 with other turns. Rename this one.",
    ]


def test_check_kept_for_a_study_without_items_leaves_all(kept: KeptItems) -> None:
    assert check_kept(kept, KnownItems(), CheckReport()).rows is kept


def test_long_texts_fill_a_piece_before_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_items, "PIECE_LETTERS", 20)
    keeper = Keeper(look := HeavyTell())
    for one in ITEMS[:9]:
        keeper.take(one)
    assert len(keeper.kept()) == 9
    assert sum(look.asked) == 9
    assert max(look.asked) < 9


def test_items_taken_as_columns_stand_behind_those_taken_before() -> None:
    keeper = Keeper(HeavyTell())
    keeper.take(ITEMS[0])
    keeper.take_piece(kept_items.piece_of(ITEMS[1:4]))
    keeper.take(ITEMS[4])
    kept = keeper.kept()
    assert (list(kept), len(kept)) == (ITEMS[:5], 5)
    assert list(kept.telling()) == [ITEMS[0]]

"""A large CSV file is read as columns: the same items, defects and findings as row by row."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from typing import Any

import pytest

from annotation.imports.checks import item_lots, plain_items
from annotation.imports.checks.csv_columns import block_of
from annotation.imports.checks.identifier_step import Findings
from annotation.imports.checks.items import KnownItems, check_items
from annotation.imports.checks.mapping import Reading
from annotation.imports.checks.report import CheckReport

HEADER = ("item", "prompt", "response", "source_kind", "source_name", "factor:topic", "gold", "language")
TEXTS = (
    "I can’t sleep.",
    'She said "no", twice.',
    "Two\nlines\r\nor three\rof them",
    " spaced \u2003",
    "für Ärger",
    "My name is Tomas Berg.",
    "call 07700 900123",
    "back\\slash\tand tab",
    "🙂" * 3,
    "[a] list",
)
ODD_TEXTS = ("fÃ¼r", "", '[{"role": "user", "content": "Hi"}]', "x" * 201, "\x1f \x1f")


def row_of(drawn: random.Random, number: int, oddity: float) -> list[str]:
    is_odd = drawn.random() < oddity
    text = drawn.choice(ODD_TEXTS if is_odd else TEXTS)
    name = drawn.choice(("i1", "", " i2 ")) if drawn.random() < oddity / 3 else f"i{number}"
    kind = drawn.choice(("ai", "human", "unknown", "AI", *(("robot",) if is_odd else ())))
    reply = drawn.choice((*TEXTS, "")) if drawn.random() < 0.9 or oddity else TEXTS[0]
    known = [kind, f"m{drawn.randrange(3)}"] if reply or is_odd else ["", ""]
    row = [name, text, reply, *known, drawn.choice(("a", "b", "")), drawn.choice(("", "yes")), "en"]
    return row[: drawn.randrange(1, 8)] if drawn.random() < oddity / 4 else row


def file_of(seed: int, oddity: float) -> bytes:
    drawn, told = random.Random(seed), io.StringIO()
    end = drawn.choice(("\n", "\r\n"))
    usual = csv.writer(told, lineterminator=end)
    writer = csv.writer(told, lineterminator=end, quoting=csv.QUOTE_ALL) if seed % 2 else usual
    writer.writerow(HEADER)
    for number in range(120):
        writer.writerow(row_of(drawn, number, oddity))
        if drawn.random() < 0.05:
            told.write(drawn.choice(("\n", "\r\n")))
    text = told.getvalue()
    return drawn.choice((b"", b"\xef\xbb\xbf")) + (text if drawn.random() < 0.5 else text.rstrip()).encode()


Checked = tuple[list[Any], list[Any], list[str], int, dict[str, Any], list[Any], list[Any]]


def checked(data: bytes, known: KnownItems, reading: Reading | None = None) -> Checked:
    report, findings = CheckReport("items.csv"), Findings()
    found = check_items(data, known=known, max_bytes=10**6, report=report, reading=reading, look=findings)
    told = findings.as_json(), report.repairs, sorted(report.left_out.items())
    return list(found.rows), list(found.rows.telling()), report.sentences(), found.n_known, *told


@pytest.fixture
def in_lots(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Has files of any size read in lots of so many bytes; notes the items of those that were plain."""
    piece_of_lot = plain_items.piece_of_lot

    def begin(size: int) -> list[int]:
        taken: list[int] = []

        def noted(lot: item_lots.Lot, *, keep_broken: bool) -> Any:
            piece = piece_of_lot(lot, keep_broken=keep_broken)
            taken.append(len(piece))
            return piece

        monkeypatch.setattr(plain_items, "piece_of_lot", noted)
        monkeypatch.setattr(item_lots, "LARGE_BYTES", 0)
        monkeypatch.setattr(item_lots, "LOT_BYTES", size)
        return taken

    return begin


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("oddity", "size"), [(0.0, 400), (0.01, 900), (0.1, 3000), (0.0, 10**6)])
def test_check_in_lots_finds_what_the_check_row_by_row_finds(
    in_lots: Callable[[int], list[int]], seed: int, oddity: float, size: int
) -> None:
    data, known = file_of(seed, oddity), KnownItems({"i7": "other"} if seed % 2 else {})
    plain = checked(data, known)
    taken = in_lots(size)
    assert checked(data, known) == plain
    assert taken or oddity


CONVERSATIONS = (
    "item,conversation,conversation_id,response,heavy,direction,content_notes\n"
    'a,"Seeker: Hi\nSupporter: Hello\nSeeker: x",c,One,yes,rtl,sleep; loss\n'
    'b,"Seeker: Hi\nSupporter: Hello\nSeeker: x",c,Two,,,\n'
    "d,SEEKER: alone,,Three,no,LTR,\n"
)
WRONG = [
    'item,prompt\na,"x" y\nb,z\n',
    'item,prompt\na,x"y\nb,z\n',
    "item,prompt\na,x\rb,z\n",
    'item,prompt\na,"open\nb,z\n',
    "item,prompt\na,b,c\nb,z\n",
    "item,prompt\na,x\n\nb\nb,z\n",
    "item;prompt\na;b\n",
    "item,item\na,b\n",
    "item,prompt\n",
    "\nitem,prompt\na,b\n",
    "item,prompt,\na,b,\n",
    "item,nothing\na,b\n",
    f"item,prompt\na,{'x' * 140_000}\n",
    "item,prompt,direction\na,b,up\n",
    "item,prompt,heavy\na,b,perhaps\n",
    "item,prompt,factor:gold,gold\na,b,1,2\n",
    CONVERSATIONS.replace("SEEKER: alone", "nobody"),
    CONVERSATIONS.replace('Supporter: Hello\nSeeker: x",c,Two', 'Seeker: y",c,Two'),
    CONVERSATIONS.replace(",One,", ",,").replace("rtl", "ltr"),
]


@pytest.mark.parametrize("text", [CONVERSATIONS, *WRONG])
def test_check_in_lots_of_files_with_a_defect_says_the_same(
    in_lots: Callable[[int], list[int]], text: str
) -> None:
    plain = checked(text.encode(), KnownItems())
    in_lots(10**6)
    assert checked(text.encode(), KnownItems()) == plain


def test_check_in_lots_of_conversations_that_share_turns_takes_them_as_columns(
    in_lots: Callable[[int], list[int]],
) -> None:
    taken = in_lots(10**6)
    items = checked(CONVERSATIONS.encode(), KnownItems())[0]
    assert taken == [3]
    assert [item.conversation_id for item in items] == ["c", "c", "d"]
    assert [item.text_direction for item in items] == ["rtl", "auto", "ltr"]
    assert [(item.is_heavy, item.content_notes) for item in items[:2]] == [
        (True, ("sleep", "loss")),
        (False, ()),
    ]


def test_check_in_lots_reads_mapped_columns_and_leaves_others_out(
    in_lots: Callable[[int], list[int]],
) -> None:
    data, reading = b"No,Text,Note\n1,Hi,x\n2,Ho,y\n", Reading({"No": "item", "Text": "prompt", "Note": ""})
    plain = checked(data, KnownItems(), reading)
    taken = in_lots(10**6)
    assert checked(data, KnownItems(), reading) == plain
    assert taken == [2]


def test_check_in_lots_stops_at_the_largest_number_of_rows(
    monkeypatch: pytest.MonkeyPatch, in_lots: Callable[[int], list[int]]
) -> None:
    for module in ("item_lots", "item_stream"):
        monkeypatch.setattr(f"annotation.imports.checks.{module}.MAX_ROWS", 5)
    data = b"item,prompt\n" + b"".join(b"%d,Hi\n" % number for number in range(9))
    plain = checked(data, KnownItems())
    in_lots(20)
    assert checked(data, KnownItems()) == plain
    assert len(plain[0]) == 5


def test_block_of_an_unfinished_row_holds_those_before_it() -> None:
    block = block_of(b'a,"b\n', is_last=False)
    assert block is not None
    assert (len(block), block.n_bytes) == (0, 0)
    block = block_of(b'a,"b""c"\r\nd,"e', is_last=False)
    assert block is not None
    assert (block.n_bytes, block.column(0).to_pylist(), block.column(1).to_pylist()) == (10, ["a"], ['b"c'])
    assert block_of(b'a,"b', is_last=True) is None

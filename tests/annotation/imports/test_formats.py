"""Every format gives the same rows, with the line or row of each defect, and none can take the memory."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotation.imports.checks import sheet_records
from annotation.imports.checks.item_row import ItemRow
from annotation.imports.checks.items import KnownItems, check_items
from annotation.imports.checks.mapping import Reading
from annotation.imports.checks.records import Format, format_of
from annotation.imports.checks.report import CheckReport
from tests.annotation.imports.making import archive, jsonl, table, workbook

LIMIT = 100_000
ROWS: list[dict[str, Any]] = [
    {
        "item": "a",
        "conversation": "Seeker: Hi",
        "response": "Hello 🙂",
        "factor:topic": "work",
        "heavy": True,
    },
    {"item": 2, "conversation": "Seeker: Ho", "response": None, "factor:topic": None, "heavy": False},
]
CELLS = [list(ROWS[0]), *(list(row.values()) for row in ROWS)]
CSV = "item,conversation,response,factor:topic,heavy\na,Seeker: Hi,Hello 🙂,work,yes\n2,Seeker: Ho,,,no\n"


def check(data: bytes, *, limit: int = LIMIT, **reading: Any) -> tuple[list[ItemRow], CheckReport]:
    report = CheckReport("items")
    found = check_items(data, known=KnownItems(), max_bytes=limit, report=report, reading=Reading(**reading))
    return list(found.rows), report


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (CSV.encode(), Format.CSV),
        (jsonl(*ROWS), Format.JSONL),
        (b"\xef\xbb\xbf " + json.dumps(ROWS, indent=1).encode(), Format.JSON),
        (workbook(*CELLS), Format.XLSX),
        (table([row | {"item": str(row["item"])} for row in ROWS]), Format.PARQUET),
    ],
)
def test_check_items_of_every_format_gives_the_same_rows(data: bytes, form: Format) -> None:
    rows, report = check(data)
    assert (format_of(data), report.sentences()) == (form, [])
    assert [
        (row.external_id, row.turns[0].text, row.texts, dict(row.factors), row.is_heavy) for row in rows
    ] == [
        ("a", "Hi", ["Hello 🙂"], {"topic": "work"}, True),
        ("2", "Ho", [], {}, False),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (jsonl({"item": "a", "prompt": "x"}, {"item": "b"}), "items, line 2: b: there is no conversation."),
        (jsonl({"item": "a", "prompt": "x"}) + b"\n{oops\n", "items, line 3: this is not JSON"),
        (b'{"item": "a", "prompt": "caf\xe9"}\n', "items, line 1: byte 29 of the object is not UTF-8"),
        (jsonl([1]), "items, line 1: the column “[1]” is not expected"),
        (b'{"item": "a", "prompt": NaN}', "items, line 1: this is not JSON (NaN is no JSON number)"),
        (b'{"item": "a", "prompt": "\\u0000"}', "items, line 1: there is a zero or half a letter"),
        (b'{"item": "a", "prompt": "\\ud83d"}', "items, line 1: there is a zero or half a letter"),
        (
            b'{"item": "a", "prompt": "x"}\n{"item": "b", "prompt": "y", "mood": 3}',
            "line 1: the column “mood”",
        ),
        (b'[{"item": "a", "prompt": "x"},\n\n{"item": "b"}]', "items, line 3: b: there is no conversation."),
        (b'[{"item": "a", "prompt": "x"}, {"item"', "the list is not closed"),
        (b"[]", "items: the file has no rows."),
        (b'[{"item": "a", "prompt": ' + b"[" * 90 + b"]" * 90 + b"}]", "nested deeper than 40 levels"),
        (b'{"item": "a", "prompt": ' + b"[" * 90 + b"]" * 90 + b"}", "line 1: the object is nested deeper"),
        (
            workbook(["item", "prompt"], ["a", "x"], [], ["b", None]),
            "items, row 4: b: there is no conversation.",
        ),
        (workbook(["item", "prompt"], ["a", "x", "more"]), "row 2: the row has cells to the right of the 2"),
        (workbook(["item", "prompt"], ["a", "#REF!"]), "row 2: “prompt” holds the error of a formula."),
        (workbook(["item", None, "prompt"]), "row 1: a column has no name."),
        (workbook(["item", "item", "prompt"]), "row 1: the column “item” stands there twice."),
        (workbook(["item", "talk"], ["a", "x"]), "row 1: the column “talk” is not expected."),
        (workbook(["item"] * 400), "row 1: the sheet has more than 300 columns."),
        (archive(**{"a.xml": b"<a/>"}), "items: the file cannot be read as a workbook"),
        (
            archive(**{"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}),
            "definitions that no spreadsheet",
        ),
        (archive(**{"xl/workbook.xml": b"x" * 20 * LIMIT}), "bytes unpacked: too many to read."),
        (archive(**{"xl/sharedStrings.xml": b"x" * 3 * LIMIT}), "bytes unpacked: too many to read."),
        (b"PK\x03\x04 and then nothing", "items: the file is no workbook (XLSX), or it is damaged"),
        (table([{"item": "a", "prompt": "x"}, {"item": "b", "prompt": ""}]), "items, row 2: b: there is no"),
        (table([{f"c{n}": 1 for n in range(310)}]), "the file has 310 columns; at most 300 are accepted."),
        (table([{"item": "a", "prompt": "x" * 20 * LIMIT}]), "bytes unpacked: too many to read."),
        (b"PAR1 and then nothing", "items: the file cannot be read as Parquet"),
        (b"x" * (LIMIT + 1), "items: the file has 100,001 bytes; at most 100,000 are accepted."),
    ],
)
def test_check_items_with_a_defect_names_its_place_in_any_format(data: bytes, sentence: str) -> None:
    rows, report = check(data)
    assert sentence in " ".join(report.sentences())
    assert not any(row.external_id == "b" for row in rows)


def test_check_items_of_a_list_decodes_one_object_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    loads = json.loads

    def counting(text: str, **options: Any) -> Any:
        lengths.append(len(text))
        return loads(text, **options)

    data = json.dumps([{"item": f"i{n}", "prompt": 'he said "[{" \\ and left'} for n in range(500)]).encode()
    monkeypatch.setattr("annotation.imports.checks.json_records.json.loads", counting)
    rows, report = check(data)
    assert (len(rows), report.sentences(), max(lengths) < 100) == (500, [], True)


def test_workbook_with_damaged_inside_is_a_defect_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(workbook(*CELLS))
    for place in range(200, len(data), 997):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        check(bytes(broken))
    monkeypatch.setattr(sheet_records, "MAX_ENTRIES", 2)
    assert "too many to read" in check(bytes(data))[1].sentences()[0]


def test_label_studio_tasks_give_their_data_and_leave_the_labels_out() -> None:
    talk = [{"author": "Client", "text": "I can't sleep"}, {"author": "Bot", "text": "Since when?"}]
    tasks = [
        {"id": 7, "data": {"dialogue": talk, "meta": {"topic": "sleep"}}, "annotations": [{"result": []}]}
    ]
    rows, report = check(json.dumps(tasks).encode(), mapping={"id": "item", "meta": "factor:topic"})
    assert report.sentences() == []
    (row,) = rows
    assert (row.external_id, row.turns[0].text, row.texts) == ("7", "I can't sleep", ["Since when?"])
    assert row.factors == {"topic": "sleep"}
    assert report.left_out == {"annotations of Label Studio": 1}


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi"}]},
        {"conversations": [{"from": "human", "value": "Hi"}]},
        {"prompt": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]},
        {"prompt": "Hi"},
    ],
)
def test_chat_jsonl_of_every_dialect_gives_turns_and_names_items_by_their_text(
    record: dict[str, Any],
) -> None:
    rows, report = check(jsonl(record))
    (row,) = rows
    assert [(turn.speaker, turn.text) for turn in row.turns] == [("seeker", "Hi")]
    assert row.external_id.startswith("text-")
    assert report.left_out == ({"messages to the model": 1} if "messages" in record else {})


def test_preference_jsonl_gives_two_responses_in_the_order_of_the_file() -> None:
    asked = {"role": "user", "content": "Hi"}
    rows, report = check(
        jsonl(
            {"id": 1, "prompt": "Hi", "chosen": "Yes?", "rejected": "No."},
            {
                "id": 2,
                "chosen": [asked, {"role": "assistant", "content": "Yes?"}],
                "rejected": [asked, {"role": "assistant", "content": "No."}],
            },
        )
    )
    assert report.sentences() == []
    assert [(row.turns[0].text, row.texts) for row in rows] == [("Hi", ["Yes?", "No."])] * 2


def test_messages_that_end_with_the_assistant_give_the_reply_to_judge() -> None:
    said = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    rows, _ = check(jsonl({"id": 1, "messages": said, "source_kind": "ai"}))
    assert ([turn.text for turn in rows[0].turns], rows[0].texts) == (["Hi"], ["Hello"])
    assert rows[0].replies[0].source_kind == "ai"


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([{"role": "narrator", "content": "x"}], "message 1 has the role “narrator”"),
        ([{"role": "user", "content": " "}], "message 1 has no words"),
        ([], "there is no conversation"),
        ([{"role": "system", "content": "x"}], "a conversation has between 1 and"),
        (["x"], "the messages are not a list of objects"),
    ],
)
def test_messages_that_are_none_are_defects(messages: list[Any], words: str) -> None:
    _, report = check(jsonl({"id": 1, "messages": messages or None}))
    assert words in report.sentences()[0]


def test_responses_as_a_list_keep_their_hidden_sources() -> None:
    given = [{"text": "One", "source_kind": "AI", "source_name": "model-x", "condition": "warm"}, "Two"]
    rows, report = check(jsonl({"item": "a", "prompt": "x", "responses": given}))
    assert report.is_clean()
    assert rows[0].texts == ["One", "Two"]
    assert (rows[0].replies[0].source_kind, rows[0].replies[0].source_name) == ("ai", "model-x")


PSYHARM = 'ID,Attack Objective,Prompt (English)\n1,Overpromise,"Promise me, now."\n2,Overpromise,Swear it.\n'
JAILBREAK = (
    "ID,Attack Objective (Brief),method,Prompt (English)\n1,Overpromise,cot,Promise me. Step by step.\n"
)
ETHICS = {
    "id": 3,
    "subcategory": "Confidentiality",
    "scenario": "A client tells a secret.",
    "options": ["Tell", "Keep it", "Ask first"],
    "expected_reasoning": "never shown",
    "viewpoints": {"patient": "never shown"},
    "answer": "C",
}


def test_published_files_are_recognised_by_their_columns_and_count_from_one_side_by_side() -> None:
    harm, harm_report = check(PSYHARM.encode())
    jail, jail_report = check(JAILBREAK.encode())
    assert [*harm_report.sentences(), *jail_report.sentences()] == []
    assert [row.external_id for row in (*harm, *jail)] == ["psyharm-1", "psyharm-2", "jailbreakmh-1"]
    assert harm[0].turns[0].text == "Promise me, now."
    assert jail[0].factors == {"objective": "Overpromise", "method": "cot"}


def test_ethics_scenarios_show_their_choices_and_hide_what_is_expected() -> None:
    rows, report = check(jsonl(ETHICS))
    assert report.sentences() == []
    assert rows[0].turns[0].text == "A client tells a secret.\n\nA. Tell\nB. Keep it\nC. Ask first"
    assert rows[0].factors == {"subcategory": "Confidentiality", "gold": "C"}
    assert "never shown" not in repr(rows)


def test_broken_letters_are_mended_and_shown_unless_they_are_kept() -> None:
    data = "item,prompt\na,I donâ€™t sleep\nb,plain\n".encode()
    rows, report = check(data)
    assert [row.turns[0].text for row in rows] == ["I don’t sleep", "plain"]
    (repair,) = report.repairs
    assert (repair.line, repair.column, repair.before, repair.after) == (
        *(2, "prompt"),
        *("I donâ€™t sleep", "I don’t sleep"),
    )
    assert check(data, keep_broken=True)[0][0].turns[0].text == "I donâ€™t sleep"


def test_csv_in_an_older_encoding_is_read_when_it_is_named() -> None:
    data = "item,prompt\na,Für mich\n".encode("windows-1252")
    assert "is not UTF-8" in check(data)[1].sentences()[0]
    assert check(data, encoding="windows-1252")[0][0].turns[0].text == "Für mich"

"""Every reader of what people bring: whatever the bytes, defects in words or the one clear error."""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from hypothesis import given
from hypothesis import strategies as st

from annotation.errors import DomainError
from annotation.imports.checks.columns import RATING_COLUMNS
from annotation.imports.checks.csv_rows import read_table
from annotation.imports.checks.description import description_defects, description_of
from annotation.imports.checks.identifiers import find_identifiers, masked
from annotation.imports.checks.invitees import checked_invitees
from annotation.imports.checks.items import KnownItems, check_items
from annotation.imports.checks.known_answers import AskedShape, checked_keys
from annotation.imports.checks.mapping import Reading, guessed, mapping_defects
from annotation.imports.checks.mojibake import repaired
from annotation.imports.checks.passages import place_of
from annotation.imports.checks.records import names_of
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.rubric import draft_defects, rubric_defects
from annotation.rich_text import find_visible, rich_html
from rating.services.archives.reading import open_archive, parsed
from tests.conftest import core_document
from tests.fuzz.mutations import ANYTHING, FEW, broken, settled, wrong

MAX = 1_000_000
CHAT = [
    {
        "id": 1,
        "messages": [{"role": "user", "content": "No sleep."}, {"role": "assistant", "content": "Oh."}],
    },
    {"id": 2, "messages": [{"role": "user", "content": "And now?"}, {"role": "assistant", "content": "Hm."}]},
]
TASKS = [{"id": 7, "data": {"text": "I can't sleep.", "response": "Oh."}, "annotations": [{"result": []}]}]
TABLE = (
    b'item,prompt,response,source_name,factor:tone\nA,"I can\'t sleep, again",Oh.,m1,warm\n'
    b'B,"seeker: hi\nsupporter: hello",Yes.,m2,cold\n'
)
RATINGS = b"item,rater,group,dimension,value,quote\nA,r1,peer,warmth,4,Oh\nB,r2,clinician,warmth,2,\n"


def workbook() -> bytes:
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["item", "prompt", "response"], ["A", "I can't sleep", "Oh."], ["B", 4.5, True]):
        sheet.append(row)
    book.save(file)
    return file.getvalue()


def parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as pq

    file = io.BytesIO()
    columns = {"item": ["A", "B"], "prompt": ["I can't", None], "response": ["Oh.", "Yes."], "n": [1, 2]}
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def unpacked_again(data: bytes, changes: bytes) -> bytes:
    """A workbook whose sheet was changed and packed anew, so that its check sums fit."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, body.replace(b"<v>", changes, 1) if "sheet1" in name else body)
    return made.getvalue()


FILES = [
    TABLE,
    json.dumps(CHAT).encode(),
    "\n".join(json.dumps(one) for one in CHAT).encode(),
    json.dumps(TASKS).encode(),
    workbook(),
    parquet(),
]


def read_items(data: bytes, reading: Reading | None = None) -> CheckReport:
    report = CheckReport("items")
    found = check_items(data, known=KnownItems(), max_bytes=MAX, report=report, reading=reading)
    for row in found.rows:
        assert row.external_id
        assert all("\0" not in text for text in row.texts)
    assert all(isinstance(line, str) for line in report.sentences())
    return report


@FEW
@given(data=broken(FILES))
def test_items_when_the_bytes_are_anything_are_read_or_reported(data: bytes) -> None:
    names_of(data, max_bytes=MAX)
    read_items(data)


@FEW
@given(data=broken(FILES[:1]), encoding=st.sampled_from(["", "windows-1252"]))
def test_table_in_any_encoding_is_read_or_reported(data: bytes, encoding: str) -> None:
    read_items(data, Reading(encoding=encoding))


@FEW
@given(chat=wrong(CHAT), tasks=wrong(TASKS))
def test_chats_and_tasks_of_any_shape_are_read_or_reported(chat: Any, tasks: Any) -> None:
    for document in (chat, tasks):
        read_items(json.dumps(document).encode())
        rows = document if isinstance(document, list) else [document]
        read_items("\n".join(json.dumps(row) for row in rows).encode())


@FEW
@given(inside=st.binary(max_size=30))
def test_workbook_with_a_broken_sheet_is_read_or_reported(inside: bytes) -> None:
    read_items(unpacked_again(FILES[4], inside))


@FEW
@given(names=st.dictionaries(st.text(max_size=10), st.text(max_size=12), max_size=5))
def test_mapping_of_any_names_is_taken_or_reported(names: dict[str, str]) -> None:
    mapping_defects(names)
    guessed(list(names))
    read_items(TABLE, Reading(mapping=names))


@FEW
@given(data=broken([RATINGS]))
def test_ratings_when_the_bytes_are_anything_are_read_or_reported(data: bytes) -> None:
    read_table(data, RATING_COLUMNS, max_bytes=MAX, report=CheckReport("ratings"))


KEYS = (
    b"item,question,target,value,panel_mean,panel_sd,panel_n\nA,warmth,response:1,4,,,\nB,warmth,,,3.5,1,12\n"
)
PEOPLE = b"address,group,role\npia@example.org,peer,rater\nrhea@example.org,,researcher\n"


@FEW
@given(keys=broken([KEYS]), people=broken([PEOPLE]))
def test_known_answers_and_invitees_are_read_or_reported(keys: bytes, people: bytes) -> None:
    shape = AskedShape(values={1, 2, 3, 4, 5}, parts=(), targets={"A": ["response:1"], "B": ["response:1"]})
    checked_keys(keys, questions={"warmth": shape}, items={"A", "B"}, report=CheckReport("keys"))
    report = CheckReport("people")
    checked_invitees(people, groups={"peer": "Peers"}, roles=["researcher"], report=report)


@FEW
@given(document=wrong(core_document()))
def test_rubric_of_any_shape_is_sound_or_has_defects(document: Any) -> None:
    assert all(isinstance(defect, str) for defect in rubric_defects(document))
    if isinstance(document, dict):
        draft_defects(document)


@pytest.mark.parametrize("letter", ["\0", "\ud800"])
def test_chat_that_spells_out_what_cannot_be_stored_is_reported(letter: str) -> None:
    chat = [{"id": 1, "messages": [{**CHAT[0]["messages"][0], "content": f"a{letter}b"}]}]  # type: ignore[index]
    assert not read_items(json.dumps(chat).encode()).is_clean()


def test_draft_with_a_question_of_nothing_has_a_defect() -> None:
    assert draft_defects(core_document() | {"questions": [None]})


def test_rubric_with_a_scale_of_nothing_has_a_defect() -> None:
    document = core_document()
    document["scales"]["felt"]["levels"] = None
    assert any("“felt”" in defect for defect in rubric_defects(document))


DESCRIBED = Path(site.BASE_DIR) / "fixtures" / "imports"
DESCRIPTIONS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DESCRIBED.glob("*.json"))]


@FEW
@given(document=st.one_of([wrong(one) for one in DESCRIPTIONS]))
def test_description_of_any_shape_is_sound_or_has_defects(document: Any) -> None:
    if not description_defects(document):
        description_of(document)


@FEW
@given(text=st.text(max_size=300), quote=st.text(min_size=1, max_size=20))
def test_texts_of_any_signs_are_shown_searched_and_masked(text: str, quote: str) -> None:
    rich_html(text)
    find_visible(text, quote)
    place_of(quote, [("response:1", text)])
    repaired(text)
    assert isinstance(masked(text, find_identifiers(text)), str)


@FEW
@given(data=st.one_of(st.binary(max_size=60), ANYTHING.map(lambda one: json.dumps(one).encode())))
def test_line_of_an_archive_is_a_row_or_refused(data: bytes) -> None:
    settled(lambda: parsed(data, "line"), DomainError)


MANIFEST = {
    "format": "attune-study-archive",
    "version": 1,
    "software": "0.1",
    "made_at": "2026-03-02T09:00:00Z",
    "study": "abc",
    "with": [],
    "migrations": {"annotation": ["0001_initial"], "rating": ["0001_initial"]},
    "parts": [{"name": "study.jsonl", "rows": 1, "size": 3, "sha256": "0" * 64}],
}


@FEW
@given(manifest=wrong(MANIFEST), changes=broken([b"{}\n"]))
def test_archive_with_any_manifest_is_refused_in_words(
    manifest: Any, changes: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("archive") / "study.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("manifest.json", json.dumps(manifest))
        file.writestr("study.jsonl", changes)
    assert settled(partial(open_archive, path), DomainError)
    path.write_bytes(changes + path.read_bytes()[: -len(changes) or None])
    assert settled(partial(open_archive, path), DomainError)

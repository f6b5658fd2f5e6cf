"""Writing goes on from what the check has kept, unless anything it depends on is another now."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotation.errors import DomainError
from annotation.imports.checks import kept_items
from annotation.imports.checks.identifier_step import Decisions
from annotation.models import ImportBatch, Item, Study, Turn, User
from annotation.services.items import NewItem, add_item
from annotation.services.staging import note_in_report
from rating.services import import_uploads
from rating.services.import_checks import CheckedImport
from rating.services.import_identifiers import confirm_identifiers
from rating.services.import_sources import ImportOptions
from rating.services.import_uploads import abandon_upload, check_upload, import_upload, receive_upload
from rating.services.study_imports import Progress

pytestmark = pytest.mark.django_db
N = 12
ITEMS = "item,prompt,factor:topic\n" + "".join(f"x{n},night {n} donâ€™t,t{n % 2}\n" for n in range(N - 1))
TELLING = "x99,I am Ann and tired,t1\n"


@pytest.fixture
def batch(study: Study, owner: User, monkeypatch: pytest.MonkeyPatch) -> ImportBatch:
    """Uploaded and checked; the items are many, for they are kept in a file."""
    monkeypatch.setattr(kept_items, "PIECE_ITEMS", 5)
    file = ContentFile((ITEMS + TELLING).encode(), name="mine.csv")
    made = receive_upload(study, actor=owner, items=file, ratings=None, options=ImportOptions())
    made.refresh_from_db()
    return made


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The batches whose files are read again."""
    read: list[str] = []
    read_again = import_uploads._read_again

    def counted(batch: ImportBatch, progress: Progress) -> CheckedImport:
        read.append(batch.code)
        return read_again(batch, progress)

    monkeypatch.setattr(import_uploads, "_read_again", counted)
    return read


def kept_files(batch: ImportBatch) -> list[str]:
    _, names = default_storage.listdir(f"imports/{batch.code}")
    return [name for name in names if name.startswith("checked")]


def write(batch: ImportBatch, owner: User) -> ImportBatch:
    return import_upload(batch, actor=owner, progress=lambda share, words: None)


def test_import_of_a_checked_file_goes_on_from_what_was_kept(
    batch: ImportBatch, reads: list[str], owner: User
) -> None:
    before = batch.report["found"]
    assert len(kept_files(batch)) == 1
    shown = write(batch, owner)
    assert (reads, kept_files(batch), shown.report["kept"]) == ([], [], None)
    assert {key: shown.report["counts"][key] for key in before} == before
    assert (before["n_repairs"], before["identifiers"]) == (N - 1, {"name": 1})
    items = Item.objects.visible().filter(batch=shown).order_by("position")
    assert [item.external_id for item in items] == [*(f"x{n}" for n in range(N - 1)), "x99"]
    assert items[3].conversation.turns.get().text == "night 3 don’t"
    assert items[3].factors.get().value == "t1"


def test_import_masks_only_what_was_found(batch: ImportBatch, reads: list[str], owner: User) -> None:
    confirm_identifiers(batch, Decisions({"name": "mask"}), actor=owner)
    write(batch, owner)
    assert reads == []
    texts = set(Turn.objects.filter(conversation__batch=batch).values_list("text", flat=True))
    assert texts == {"I am [name] and tired", *(f"night {n} don’t" for n in range(N - 1))}


def test_import_into_a_study_that_has_got_items_leaves_these_out(
    batch: ImportBatch, reads: list[str], owner: User
) -> None:
    add_item(batch.study, NewItem("Seeker: night 4 don’t", external_id="x4"), actor=owner)
    shown = write(batch, owner)
    assert reads == []
    assert (shown.report["counts"]["n_items"], shown.report["counts"]["n_items_known"]) == (N - 1, 1)


def test_import_into_a_study_that_has_got_another_text_says_the_line(
    batch: ImportBatch, reads: list[str], owner: User
) -> None:
    add_item(batch.study, NewItem("Seeker: other", external_id="x4"), actor=owner)
    with pytest.raises(DomainError) as refused:
        write(batch, owner)
    assert refused.value.details == [
        "mine.csv, line 6: the study has an item x4 with another text. Rename this one."
    ]


@pytest.mark.parametrize("what", ["checks", "options", "files", "digest", "name"])
def test_import_where_something_is_another_now_reads_the_files_again(
    batch: ImportBatch, reads: list[str], owner: User, what: str
) -> None:
    note_in_report(batch, kept=batch.report["kept"] | {what: "another"})
    write(batch, owner)
    assert reads == [batch.code]
    assert Item.objects.visible().filter(batch=batch).count() == N


def test_check_anew_and_giving_up_leave_no_earlier_file(batch: ImportBatch, owner: User) -> None:
    (first,) = kept_files(batch)
    check_upload(batch)
    (second,) = kept_files(batch)
    assert first != second
    abandon_upload(batch, actor=owner)
    assert kept_files(batch) == []


def test_check_of_a_file_with_defects_keeps_nothing(study: Study, owner: User, batch: ImportBatch) -> None:
    file = ContentFile((ITEMS + "x1,again,t0\n").encode(), name="items.csv")
    other = receive_upload(study, actor=owner, items=file, ratings=None, options=ImportOptions())
    assert other.report["n_defects"] == 1
    assert kept_files(other) == []

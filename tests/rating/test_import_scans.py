"""Texts are scanned once: the check before writing takes over what the check before the preview has found."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from annotation.imports.checks import identifier_step
from annotation.imports.checks.identifiers import Identifier, find_identifiers
from annotation.models import ImportBatch, Item, Study, User
from annotation.services.items import NewItem, add_item
from rating.services.import_sources import ImportOptions
from rating.services.import_uploads import import_upload, receive_upload

pytestmark = pytest.mark.django_db
ITEMS = "item,prompt\na,I am Ann and tired\nb,I sleep well\n"


@pytest.fixture
def batch(study: Study, owner: User) -> ImportBatch:
    """Uploaded and checked."""
    file = ContentFile(ITEMS.encode(), name="items.csv")
    batch = receive_upload(study, actor=owner, items=file, ratings=None, options=ImportOptions())
    batch.refresh_from_db()
    return batch


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch, batch: ImportBatch) -> list[str]:
    """The texts that are scanned after the check."""
    scanned: list[str] = []

    def find(text: str) -> list[Identifier]:
        scanned.append(text)
        return find_identifiers(text)

    monkeypatch.setattr(identifier_step, "find_identifiers", find)
    return scanned


def test_import_of_checked_files_scans_no_text_again(
    batch: ImportBatch, scans: list[str], owner: User
) -> None:
    found = batch.report["findings"]["n_by_kind"]
    shown = import_upload(batch, actor=owner, progress=lambda share, words: None)
    assert (scans, found) == ([], {"name": 1})
    assert shown.report["counts"]["identifiers"] == found
    assert Item.objects.visible().filter(batch=batch).count() == len(["a", "b"])


def test_import_where_the_study_has_got_an_item_in_the_meantime_scans_what_is_new(
    batch: ImportBatch, scans: list[str], owner: User
) -> None:
    add_item(batch.study, NewItem("Seeker: I sleep well", external_id="b"), actor=owner)
    shown = import_upload(batch, actor=owner, progress=lambda share, words: None)
    assert scans == ["I am Ann and tired"]
    assert shown.report["counts"]["n_items_known"] == 1

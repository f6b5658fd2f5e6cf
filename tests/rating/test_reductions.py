"""Erasing a rater reaches the snapshots taken before, and what was computed from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from annotation.models import AuditEvent, Departure, Item, Plan, Rater, Study, User
from annotation.services.erasure import erase_rater
from rating.models import Analysis, Snapshot
from rating.services.snapshots import read_snapshot
from rating.services.verification import verify_snapshot
from rating.tasks.reductions import reduce_snapshots
from tests.rating.rated import APART, fill

pytestmark = pytest.mark.django_db
assert reduce_snapshots.name == "rating.tasks.reduce_snapshots"

Raters = dict[str, list[Rater]]


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


def erase(rater: Rater) -> None:
    """Erase and let the job that follows do its work."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        departure = Departure.objects.create(
            study=rater.study, rater=rater, pseudonym=rater.pseudonym, left_at=timezone.now()
        )
        erase_rater(departure, rater, actor=None, at=timezone.now())


def test_erasure_takes_the_rater_out_of_snapshot_file_and_results(
    rated: Raters, files: Path, analyse: Callable[..., Analysis]
) -> None:
    analysis = analyse()
    before = analysis.snapshot
    assert before is not None
    old_file, (gone, *_) = files / before.file_name, rated["peer"]
    assert old_file.exists()
    erase(gone)
    snapshot = Snapshot.objects.get(pk=before.pk)
    table = read_snapshot(snapshot)
    assert gone.pseudonym not in set(table.rows["rater"])
    assert gone.pseudonym.encode() not in (files / snapshot.file_name).read_bytes()
    assert not old_file.exists()
    counts = snapshot.description["counts"]
    # Three peers and three clinicians on four items, one question each: one peer's four are gone.
    assert (counts["n_raters"], counts["n_ratings"]) == (5, 20)
    analysis.refresh_from_db()
    assert analysis.finished_at is not None
    assert gone.pseudonym not in str(analysis.results)
    assert verify_snapshot(snapshot).differences == []
    (remark,) = [line for line in verify_snapshot(snapshot).remarks if "reduced on" in line]
    assert "4 ratings" in remark
    assert before.digest[:12] in remark
    assert AuditEvent.objects.filter(kind="snapshot.reduced").count() == 1


def test_erasure_of_the_only_rater_erases_the_snapshot(
    plan: Plan, items: list[Item], files: Path, analyse: Callable[..., Analysis], study: Study
) -> None:
    raters = fill(plan, items, {"safety": {"peer": APART["peer"][:1]}})
    analyse()
    erase(raters["peer"][0])
    assert not Snapshot.objects.filter(study=study).exists()
    assert not Analysis.objects.filter(study=study).exists()
    assert list(files.glob("snapshots/*")) == []


def test_erasure_of_somebody_who_is_in_no_snapshot_leaves_it_alone(
    rated: Raters, files: Path, analyse: Callable[..., Analysis], second_rater: Rater, researcher: User
) -> None:
    del researcher
    snapshot = analyse().snapshot
    assert snapshot is not None
    erase(second_rater)
    assert Snapshot.objects.get(pk=snapshot.pk).digest == snapshot.digest
    assert not snapshot.reductions.exists()

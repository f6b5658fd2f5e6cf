"""Writing in pieces: each piece a short transaction, its size by the speed of the machine."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from django.db import transaction

from annotation.errors import Code, DomainError
from annotation.models import ImportBatch, Study, User
from annotation.services import staging

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that only rows move on: `per_row` seconds each."""

    def __init__(self, per_row: float) -> None:
        self.now = 0.0
        self.per_row = per_row
        self.sizes: list[int] = []

    def __call__(self) -> float:
        return self.now

    def write(self, piece: list[int]) -> None:
        self.sizes.append(len(piece))
        self.now += len(piece) * self.per_row


@pytest.fixture
def on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "connection", SimpleNamespace(vendor="sqlite"))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


@pytest.mark.parametrize("per_row", [0.0001, 0.001, 0.005])
def test_write_in_pieces_keeps_every_transaction_under_a_quarter_second(
    monkeypatch: pytest.MonkeyPatch, on_sqlite: None, pauses: list[float], per_row: float
) -> None:
    clock = Clock(per_row)
    monkeypatch.setattr(time, "perf_counter", clock)
    staging.write_in_pieces(range(5000), clock.write)
    assert sum(clock.sizes) == 5000
    assert max(clock.sizes) * per_row < 0.25
    assert max(clock.sizes[5:]) * per_row <= staging.TARGET_SECONDS * 1.01


def test_write_in_pieces_of_slow_rows_goes_on_one_by_one(
    monkeypatch: pytest.MonkeyPatch, on_sqlite: None, pauses: list[float]
) -> None:
    clock = Clock(0.5)
    monkeypatch.setattr(time, "perf_counter", clock)
    staging.write_in_pieces(range(30), clock.write)
    assert clock.sizes == [25, 1, 1, 1, 1, 1]


def test_write_in_pieces_on_a_server_takes_pieces_of_one_size_and_waits_for_no_disk(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    commits: list[int] = []
    monkeypatch.setattr(staging, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(staging, "_commit_without_waiting", lambda: commits.append(1))
    clock = Clock(0.01)
    staging.write_in_pieces(range(6000), clock.write)
    assert clock.sizes == [2500, 2500, 1000]
    assert (len(commits), pauses) == (3, [])


def test_show_batch_twice_is_refused_the_second_time(study: Study, owner: User) -> None:
    batch = ImportBatch.objects.create(study=study, kind="study")
    staging.show_batch(batch, actor=owner, counts={"n_items": 0})
    with pytest.raises(DomainError) as refused:
        staging.show_batch(batch, actor=owner, counts={"n_items": 0})
    assert refused.value.code == Code.LOST_RACE


def test_begin_writing_an_abandoned_batch_is_refused(study: Study, owner: User) -> None:
    batch = ImportBatch.objects.create(study=study, kind="study")
    staging.mark_abandoned(batch, actor=owner)
    with pytest.raises(DomainError) as refused:
        staging.begin_writing(batch)
    assert refused.value.code == Code.STATE_FORBIDS


def test_attempt_at_an_import_that_was_taken_over_writes_and_shows_nothing(study: Study, owner: User) -> None:
    silent = ImportBatch.objects.create(study=study, kind="study")
    staging.begin_writing(silent)
    staging.begin_writing(ImportBatch.objects.get(pk=silent.pk))
    assert not staging.is_writer(silent)
    for write in (staging.hold_writing, staging.still_writing):
        with pytest.raises(DomainError, match="under way"), transaction.atomic():
            write(silent)
    with pytest.raises(DomainError, match="finished in the meantime"):
        staging.show_batch(silent, actor=owner, counts={"n_items": 0})


def test_attempt_at_an_import_that_nobody_took_over_goes_on(study: Study, owner: User) -> None:
    batch = ImportBatch.objects.create(study=study, kind="study")
    staging.begin_writing(batch)
    with transaction.atomic():
        staging.hold_writing(batch)
    staging.still_writing(batch)
    assert staging.show_batch(batch, actor=owner, counts={"n_items": 0}).state == ImportBatch.State.VISIBLE

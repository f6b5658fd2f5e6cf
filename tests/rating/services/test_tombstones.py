"""The list of erasures outlives a process that dies right after an erasure was stored."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from annotation.models import Plan, Rater
from annotation.models.leaving import new_receipt_code
from annotation.services.leaving import leave_study
from annotation.services.tombstones import UNDER_WAY, begun_files, listed_tombstones, settle_tombstones
from tests.conftest import user_of
from tests.rating.services.submitting import submit

pytestmark = pytest.mark.django_db


class DiedError(Exception):
    """The process is gone."""


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def busy(plan: Plan, rater: Rater) -> Rater:
    submit(rater)
    return rater


def erase(rater: Rater, *, dies: bool) -> str:
    """`dies`: what comes after the commit never does. Returns the rater's code."""
    code = rater.code
    with TestCase.captureOnCommitCallbacks(execute=not dies):
        leave_study(
            rater, actor=user_of(rater), choice="erase", receipt_code=new_receipt_code(), now=timezone.now()
        )
    return code


def later() -> datetime:
    return timezone.now() + UNDER_WAY + timedelta(seconds=1)


def listed(folder: Path) -> list[str]:
    path = folder / "erasures.jsonl"
    rows = listed_tombstones(path) if path.exists() else iter(())
    return [tombstone["rater"] for tombstone, signature in rows if signature]


def test_erasure_that_is_stored_leaves_its_tombstone_in_the_list_alone(busy: Rater, data_dir: Path) -> None:
    code = erase(busy, dies=False)
    assert (listed(data_dir), begun_files()) == ([code], [])
    assert (settle_tombstones(now=later()), listed(data_dir)) == (0, [code])


def test_erasure_whose_process_died_after_the_commit_comes_into_the_list(busy: Rater, data_dir: Path) -> None:
    code = erase(busy, dies=True)
    assert (listed(data_dir), len(begun_files())) == ([], 1)
    assert (settle_tombstones(now=timezone.now()), listed(data_dir)) == (0, [])
    assert (settle_tombstones(now=later()), listed(data_dir)) == (1, [code])
    assert begun_files() == []


def test_erasure_that_was_rolled_back_never_comes_into_the_list(busy: Rater, data_dir: Path) -> None:
    with suppress(DiedError), transaction.atomic():
        erase(busy, dies=True)
        raise DiedError
    assert Rater.objects.filter(pk=busy.pk).exists()
    assert (settle_tombstones(now=later()), listed(data_dir), begun_files()) == (0, [], [])


def test_repeat_erasures_takes_what_was_begun_for_erased(busy: Rater, data_dir: Path) -> None:
    """The restored database has the rater either way."""
    with suppress(DiedError), transaction.atomic():
        code = erase(busy, dies=True)
        raise DiedError
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("repeat_erasures")
    assert not Rater.objects.filter(code=code).exists()
    assert listed(data_dir) == [code]
    lines = (data_dir / "erasures.jsonl").read_text().splitlines()
    assert [json.loads(line)["rater"] for line in lines] == [code]

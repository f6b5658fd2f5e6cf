"""An analysis in pieces: the same numbers, whoever computes them and whoever dies at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone
from pytest_django import Settings

from annotation.jobs import JobCancelledError, enqueue
from annotation.models import Job, Study, User
from rating.models import Analysis, AnalysisPart
from rating.services import analyses, analysis_parts
from rating.services.analyses import recompute_numbers, run_analysis
from rating.services.leftovers import forget_leftovers
from rating.services.options import Options
from rating.services.snapshots import take_snapshot
from tests.rating.conftest import Raters

pytestmark = pytest.mark.django_db

OPTIONS = {"stage": "main", "questions": ["safety"], "n_permutations": 99}


def quietly(share: float, text: str) -> None:
    """Nobody waits."""


@pytest.fixture
def waiting(
    rated: Raters, study: Study, researcher: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Analysis:
    """An analysis whose job runs, large enough to be parted, with its snapshot taken; nobody helps."""
    settings.ANALYSIS_SPLIT_ANSWERS = 1
    monkeypatch.setattr(analysis_parts, "send", lambda *_: True)
    monkeypatch.setattr(analysis_parts, "SLICED_FROM", 1)
    job = enqueue("tests.task", actor=researcher, study=study, payload={})
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    snapshot = take_snapshot(study, actor=researcher)
    options = Options.of(OPTIONS).to_dict()
    return Analysis.objects.create(
        study=study, snapshot=snapshot, job=job, options=options, seed=5, created_by=researcher
    )


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyses, "draw_figures", lambda *_: [])


def job_of(analysis: Analysis) -> Job:
    assert analysis.job is not None
    return analysis.job


def laid_out(analysis: Analysis) -> Any:
    """The rows of all pieces, none taken."""

    def stop(share: float, text: str) -> None:
        raise JobCancelledError

    with pytest.raises(JobCancelledError):
        run_analysis(analysis, actor=None, tell=lambda n, text: stop(n, text) if "pieces" in text else None)
    return AnalysisPart.objects.filter(analysis=analysis)


def test_run_analysis_in_pieces_gives_the_numbers_of_one_process(waiting: Analysis, undrawn: None) -> None:
    run_analysis(waiting, actor=None, tell=quietly)
    waiting.refresh_from_db()
    assert waiting.snapshot is not None
    assert waiting.results == recompute_numbers(waiting, waiting.snapshot)
    assert not waiting.parts.exists()


def test_run_analysis_when_helpers_have_done_all_pieces_gives_the_same_numbers(
    waiting: Analysis, undrawn: None
) -> None:
    parts = laid_out(waiting)
    assert parts.count() > 10
    assert analysis_parts.help_with(waiting.code) is False
    assert not parts.filter(finished_at__isnull=True).exists()
    run_analysis(waiting, actor=None, tell=quietly)
    waiting.refresh_from_db()
    assert waiting.snapshot is not None
    assert waiting.results == recompute_numbers(waiting, waiting.snapshot)


def test_run_analysis_takes_up_pieces_of_the_dead_and_waits_for_none(
    waiting: Analysis, undrawn: None
) -> None:
    parts = laid_out(waiting)
    parts.update(claim="dead", claimed_until=timezone.now() - timedelta(seconds=1), n_attempts=2)
    run_analysis(waiting, actor=None, tell=quietly)
    waiting.refresh_from_db()
    assert waiting.finished_at is not None


def test_help_with_leaves_what_others_hold_and_what_helpers_died_of(waiting: Analysis) -> None:
    parts = laid_out(waiting)
    # None that others wait for.
    held, deadly = list(parts.order_by("-stage", "position")[:2])
    parts.filter(pk=held.pk).update(claim="theirs", claimed_until=timezone.now() + timedelta(minutes=1))
    parts.filter(pk=deadly.pk).update(n_attempts=analysis_parts.MAX_HELPED)
    analysis_parts.help_with(waiting.code)
    left = parts.filter(finished_at__isnull=True).values_list("pk", flat=True)
    assert set(left) == {held.pk, deadly.pk}


def test_work_on_a_piece_that_somebody_took_over_stores_nothing(
    waiting: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = laid_out(waiting)
    taken_over = {"claim": "another", "claimed_until": timezone.now() + timedelta(minutes=1)}

    def compute(bench: object, part: AnalysisPart) -> str:
        parts.filter(pk=part.pk).update(**taken_over)
        return "late"

    monkeypatch.setattr(analysis_parts._Bench, "compute", compute)
    monkeypatch.setattr(analysis_parts, "TURN_SECONDS", -1)
    assert analysis_parts.help_with(waiting.code) is True
    assert not parts.filter(~Q(result=None)).exists()


@pytest.mark.parametrize("change", [{"state": "done"}, {"is_cancel_requested": True}])
def test_help_with_when_nobody_wants_it_any_more_takes_nothing(
    waiting: Analysis, change: dict[str, object]
) -> None:
    parts = laid_out(waiting)
    Job.objects.filter(pk=job_of(waiting).pk).update(**change)
    assert analysis_parts.help_with(waiting.code) is False
    assert not parts.filter(n_attempts__gt=0).exists()


def test_help_with_an_unknown_analysis_does_nothing() -> None:
    assert analysis_parts.help_with("nowhere") is False


def test_forget_leftovers_drops_pieces_of_analyses_that_are_over_alone(waiting: Analysis) -> None:
    parts = laid_out(waiting)
    forget_leftovers(now=timezone.now())
    assert parts.exists()
    Job.objects.filter(pk=job_of(waiting).pk).update(state=Job.State.FAILED)
    forget_leftovers(now=timezone.now())
    assert not parts.exists()


def test_start_analysis_asked_again_takes_numbers_and_figures_from_the_first(
    rated: Raters, analyse: Callable[..., Analysis], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = analyse(seed=None)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("computed once more")

    monkeypatch.setattr(analyses, "read_snapshot", refuse)
    second = analyse(seed=None)
    assert (second.pk != first.pk, second.seed) == (True, first.seed)
    assert second.results == first.results
    assert [one.svg for one in second.figures.all()] == [one.svg for one in first.figures.all()]


def test_help_with_pieces_of_other_rows_takes_nothing(waiting: Analysis) -> None:
    parts = laid_out(waiting)
    parts.update(source="before somebody was taken out")
    assert analysis_parts.help_with(waiting.code) is False
    assert not parts.filter(n_attempts__gt=0).exists()

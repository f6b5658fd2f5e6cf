"""Starting an analysis and computing it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.jobs import enqueue
from annotation.models import Job, Question, Study, User
from rating.models import Analysis, Snapshot
from rating.queries.ratings import counting_answers, default_stage
from rating.reporting.report import Report
from rating.services.figures import draw_figures, replace_figures
from rating.services.numbers import Options, compute_numbers
from rating.services.snapshots import read_snapshot, take_snapshot
from rating.software import software_version

TASK = "rating.tasks.run_analysis"
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)
# Shares of the whole work: freezing, numbers, figures.
FROZEN, COUNTED = 0.05, 0.85

Tell = Callable[[float, str], None]


def start_analysis(
    study: Study, *, actor: User, options: Mapping[str, Any] | None = None, seed: int | None = None
) -> Analysis:
    """Queue an analysis of the study as it is when a worker takes it up.

    Asked twice for the same while the first still runs (a double click), the first is returned.
    Errors: INVALID for options that cannot be used, STATE_FORBIDS when nobody has rated yet.
    """
    wanted = Options.of({"stage": default_stage(study), **(options or {})})
    _refuse_unknown_questions(study, wanted)
    if not counting_answers(study, wanted.stage).exists():
        raise DomainError(
            Code.STATE_FORBIDS, f"Nobody has submitted a rating in the stage “{wanted.stage}” yet."
        )
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        running = Analysis.objects.filter(study=study, job__state__in=UNFINISHED, created_by=actor)
        for analysis in running:
            if analysis.options == wanted.to_dict() and seed in {None, analysis.seed}:
                return analysis
        analysis = Analysis.objects.create(
            study=study,
            options=wanted.to_dict(),
            seed=secrets.randbelow(2**31) if seed is None else seed,
            created_by=actor,
        )
        payload = {"analysis": analysis.code}
        job = enqueue(TASK, actor=actor, study=study, payload=payload, idempotency_key=analysis.code)
        analysis.job = job
        analysis.save(update_fields=["job"])
        record("analysis.started", actor=actor, study=study, about=analysis, **analysis.options)
    return analysis


def _refuse_unknown_questions(study: Study, wanted: Options) -> None:
    asked = Question.objects.filter(version__rubric__study=study, key__in=wanted.questions)
    unknown = sorted(set(wanted.questions) - set(asked.values_list("key", flat=True)))
    if unknown:
        lines = [f"questions: this study has no question {key}." for key in unknown]
        raise DomainError(Code.INVALID, "These options cannot be used.", lines)


def run_analysis(analysis: Analysis, *, actor: User | None, tell: Tell) -> Analysis:
    """Freeze the ratings, compute every number, draw the figures, store all at once.

    Run again after an interruption it starts anew on the same snapshot; once finished it does nothing.
    """
    if analysis.finished_at is not None:
        return analysis
    snapshot = _frozen(analysis, actor, tell)
    options = Options.of(analysis.options)
    table = read_snapshot(snapshot)
    results, log = compute_numbers(
        table,
        options=options,
        seed=analysis.seed,
        progress=lambda share, text: tell(FROZEN + (COUNTED - FROZEN) * share, text),
    )
    report = Report(results, table.head)
    figures = draw_figures(report, lambda share: tell(COUNTED + (1 - COUNTED) * share, "Drawing the figures"))
    with transaction.atomic():
        analysis.results = results
        analysis.log = [*log, {"kind": "counted", "text": f"{len(log)} warnings", "n_warnings": len(log)}]
        analysis.software_version = software_version()
        analysis.finished_at = timezone.now()
        analysis.save(update_fields=["results", "log", "software_version", "finished_at"])
        replace_figures(analysis, figures)
        record("analysis.finished", actor=actor, study=analysis.study, about=analysis, digest=snapshot.digest)
    return analysis


def recompute_numbers(analysis: Analysis, snapshot: Snapshot) -> dict[str, Any]:
    """The numbers of a finished analysis computed once more from its snapshot; nothing is stored."""
    table = read_snapshot(snapshot)
    options = Options.of(analysis.options)
    return compute_numbers(table, options=options, seed=analysis.seed, progress=lambda _share, _text: None)[0]


def _frozen(analysis: Analysis, actor: User | None, tell: Tell) -> Snapshot:
    if analysis.snapshot is not None:
        return analysis.snapshot
    tell(0.0, "Freezing the ratings")
    analysis.snapshot = take_snapshot(analysis.study, actor=actor, stage=analysis.options["stage"])
    analysis.save(update_fields=["snapshot"])
    return analysis.snapshot

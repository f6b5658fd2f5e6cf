"""Starting an analysis and computing it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.jobs import enqueue
from annotation.models import Job, Study, User
from rating.models import Analysis, AnalysisPlan, Figure, Snapshot
from rating.queries.ratings import counting_answers, default_stage
from rating.queries.standing import standing_of
from rating.reporting.report import Report
from rating.services.analysis_parts import compute_in_parts, forget_parts, is_worth_parting
from rating.services.figures import draw_figures, replace_figures
from rating.services.numbers import compute_numbers
from rating.services.options import Options, refuse_unknown
from rating.services.snapshots import read_snapshot, take_snapshot
from rating.services.version_pooling import refuse_unpooled
from rating.software import software_version

TASK = "rating.tasks.run_analysis"
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)
# Shares of the whole work: freezing, numbers, figures.
FROZEN, COUNTED = 0.05, 0.85
# Of the numbers: what is computed in pieces, where they are.
IN_PARTS = 0.9

Tell = Callable[[float, str], None]


def start_analysis(
    study: Study,
    *,
    actor: User,
    options: Mapping[str, Any] | None = None,
    seed: int | None = None,
    plan: AnalysisPlan | None = None,
) -> Analysis:
    """Queue an analysis of the study as it is when a worker takes it up.

    One that follows a locked `plan` has the plan's options and seed and no others. Asked twice for the
    same while the first still runs (a double click), the first is returned. Where versions of the rubric
    differ, `options` say what to do with them, also beside a plan that says nothing of it. Errors: INVALID
    for options that cannot be used, STATE_FORBIDS when nobody has rated yet or the plan is not locked.
    """
    wanted, seed = _asked(study, options, seed, plan)
    if not counting_answers(study, wanted.stage).exists():
        raise DomainError(
            Code.STATE_FORBIDS,
            _("Nobody has submitted a rating in the stage “%(stage)s” yet.") % {"stage": wanted.stage},
        )
    refuse_unpooled(study, wanted.stage, wanted.versions)
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        running = Analysis.objects.filter(study=study, job__state__in=UNFINISHED, created_by=actor, plan=plan)
        for analysis in running:
            if analysis.options == wanted.to_dict() and seed in {None, analysis.seed}:
                return analysis
        analysis = Analysis.objects.create(
            study=study,
            plan=plan,
            options=wanted.to_dict(),
            seed=_seed(study, wanted) if seed is None else seed,
            created_by=actor,
        )
        payload = {"analysis": analysis.code}
        job = enqueue(TASK, actor=actor, study=study, payload=payload, idempotency_key=analysis.code)
        analysis.job = job
        analysis.save(update_fields=["job"])
        record("analysis.started", actor=actor, study=study, about=analysis, **analysis.options)
    return analysis


def _seed(study: Study, wanted: Options) -> int:
    """That of the newest analysis with these options: asked twice of the same rows, the answer is at hand."""
    earlier = Analysis.objects.filter(study=study, finished_at__isnull=False, plan__isnull=True).order_by(
        "-pk"
    )
    for one in earlier.only("options", "seed")[:50]:
        if one.options == wanted.to_dict():
            return int(one.seed)
    return secrets.randbelow(2**31)


def _asked(
    study: Study, options: Mapping[str, Any] | None, seed: int | None, plan: AnalysisPlan | None
) -> tuple[Options, int | None]:
    if plan is None:
        wanted = Options.of({"stage": default_stage(study), **(options or {})})
        refuse_unknown(study, wanted)
        return wanted, seed
    beside = dict(options or {})
    versions = beside.pop("versions", {})
    if beside or seed is not None or (versions and plan.options.get("versions")):
        raise DomainError(Code.INVALID, _("An analysis that follows a plan has the plan's options and seed."))
    if not plan.is_locked:
        raise DomainError(
            Code.STATE_FORBIDS, _("Lock the plan first: an analysis follows what cannot change.")
        )
    return Options.of({**plan.options, **({"versions": versions} if versions else {})}), plan.seed


def run_analysis(analysis: Analysis, *, actor: User | None, tell: Tell) -> Analysis:
    """Freeze the ratings, compute every number, draw the figures, store all at once.

    Numbers and figures that an earlier analysis of the same rows has already are taken from it. Run again
    after an interruption it goes on with the same snapshot; once finished it does nothing.
    """
    if analysis.finished_at is not None:
        return analysis
    snapshot = _frozen(analysis, actor, tell)
    found = _twin(analysis, snapshot) or _computed(analysis, snapshot, tell)
    _store(analysis, snapshot, found, actor=actor)
    return analysis


@dataclass(frozen=True)
class _Found:
    """What an analysis stores; figures unsaved."""

    results: dict[str, Any]
    log: list[dict[str, Any]]
    figures: list[Figure]


def _computed(analysis: Analysis, snapshot: Snapshot, tell: Tell) -> _Found:
    def told(share: float, text: str) -> None:
        tell(FROZEN + (COUNTED - FROZEN) * share, text)

    table, options = read_snapshot(snapshot), Options.of(analysis.options)
    log: list[dict[str, Any]] = []
    if is_worth_parting(snapshot):
        known, log = compute_in_parts(analysis, table, lambda share, text: told(IN_PARTS * share, text))
        results, further = compute_numbers(
            table,
            options=options,
            seed=analysis.seed,
            progress=lambda share, text: told(IN_PARTS + (1 - IN_PARTS) * share, text),
            known=known,
        )
    else:
        results, further = compute_numbers(table, options=options, seed=analysis.seed, progress=told)
    log += further
    report = Report(results, table.head, standing_of(analysis))
    figures = draw_figures(report, lambda share: tell(COUNTED + (1 - COUNTED) * share, "Drawing the figures"))
    return _Found(
        results, [*log, {"kind": "counted", "text": f"{len(log)} warnings", "n_warnings": len(log)}], figures
    )


def _twin(analysis: Analysis, snapshot: Snapshot) -> _Found | None:
    """What a finished analysis of the same rows found by the same plan, options, seed and software."""
    from rating.agreement.analysis.results import software_versions

    same = Analysis.objects.filter(
        snapshot__digest=snapshot.digest,
        study=analysis.study_id,
        plan=analysis.plan_id,
        seed=analysis.seed,
        software_version=software_version(),
        finished_at__isnull=False,
    )
    versions = software_versions()
    for one in same.exclude(pk=analysis.pk).order_by("-pk"):
        questions = one.results.get("questions", {}).values()
        if one.options == analysis.options and all(part["software"] == versions for part in questions):
            figures = list(one.figures.all())
            for figure in figures:
                figure.pk = None
            return _Found(one.results, one.log, figures)
    return None


def _store(analysis: Analysis, snapshot: Snapshot, found: _Found, *, actor: User | None) -> None:
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=analysis.study_id)
        forget_parts(analysis)
        waiting = Analysis.objects.filter(pk=analysis.pk, finished_at__isnull=True)
        if not waiting.filter(snapshot=snapshot.pk, snapshot__digest=snapshot.digest).exists():
            # Stored by another attempt; or somebody was taken out of the snapshot meanwhile, and the job that
            # was queued then computes the analysis.
            return
        analysis.results, analysis.log = found.results, found.log
        analysis.software_version = software_version()
        analysis.finished_at = timezone.now()
        analysis.save(update_fields=["results", "log", "software_version", "finished_at"])
        replace_figures(analysis, found.figures)
        record("analysis.finished", actor=actor, study=analysis.study, about=analysis, digest=snapshot.digest)


def recompute_numbers(analysis: Analysis, snapshot: Snapshot) -> dict[str, Any]:
    """The numbers of a finished analysis computed once more from its snapshot; nothing is stored."""
    table = read_snapshot(snapshot)
    options = Options.of(analysis.options)
    return compute_numbers(table, options=options, seed=analysis.seed, progress=lambda _share, _text: None)[0]


def _frozen(analysis: Analysis, actor: User | None, tell: Tell) -> Snapshot:
    if analysis.snapshot is not None:
        return analysis.snapshot
    tell(0.0, "Freezing the ratings")
    analysis.snapshot = take_snapshot(
        analysis.study,
        actor=actor,
        stage=analysis.options["stage"],
        versions=analysis.options.get("versions"),
    )
    analysis.save(update_fields=["snapshot"])
    return analysis.snapshot

"""The record of a study as its protocol card tells it. Reads only; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from annotation.errors import Code, DomainError
from annotation.models import (
    AuditEvent,
    EthicsApproval,
    EthicsSettings,
    Job,
    LogEntry,
    ProblemReport,
    RecordLock,
    SafeguardingLead,
    Study,
)
from rating.job_kinds import SIMULATE_PLAN
from rating.models import Analysis, AnalysisPlan
from rating.queries import protocol_people, protocol_ratings
from rating.queries.analysis_plans import names_of
from rating.queries.card_counts import CardCounts, card_counts
from rating.queries.ratings import default_stage
from rating.queries.reports import report_of, snapshot_left_out
from rating.queries.standing import standing_of
from rating.reporting.contents import overview
from rating.reporting.plan_words import plan_facts
from rating.reporting.protocol.card import protocol_card
from rating.reporting.protocol.document import ProtocolCard
from rating.reporting.protocol.facts import AnalysisFacts, Approval, Logs, Record, StudyFacts
from rating.reporting.protocol.small_groups import without_small_groups
from rating.reporting.sentences import summary
from rating.software import software_version

# Told by the card elsewhere.
_TOLD = {"Stage", "Seed"}


def finished_analyses(study: Study) -> QuerySet[Analysis]:
    """The newest first, without what is large."""
    finished = Analysis.objects.filter(study=study, finished_at__isnull=False, snapshot__isnull=False)
    return finished.select_related("snapshot", "plan", "study").defer("results", "log").order_by("-pk")


def card_of(
    study: Study,
    *,
    now: datetime,
    stage: str = "",
    analysis: str = "",
    without_groups: Collection[str] = (),
    count: Callable[[Study, str], CardCounts] = card_counts,
) -> ProtocolCard:
    """The card of a stage (main, or imported where there is no other), with the numbers of its newest
    finished analysis, or of the one whose code is given; NOT_FOUND where the study has no such one.

    `without_groups`: names of groups that are not to be told. `count`: counts a stage, or tells
    what is known of it; the card is then of that time.
    """
    found = _analysis(study, stage, analysis)
    if found is not None and analysis:
        stage = found.snapshot.stage if found.snapshot else stage
    stage = stage or default_stage(study)
    facts = _analysis_facts(found) if found else None
    record = without_small_groups(_record(study, stage, facts, now, count(study, stage)), without_groups)
    if found is None or record.withheld:
        return protocol_card(record)
    report = report_of(found, sees_hidden=False)
    sentences = [f"{question.label}: {summary(report, question)}" for question in report.questions]
    return protocol_card(record, tables=overview(report), sentences=sentences)


def _analysis(study: Study, stage: str, code: str) -> Analysis | None:
    found = finished_analyses(study).defer(None)
    if code:
        chosen = found.filter(code=code).first()
        if chosen is None:
            raise DomainError(Code.NOT_FOUND, "This study has no such finished analysis.")
        return chosen
    return found.filter(snapshot__stage=stage or default_stage(study)).first()


def _record(
    study: Study, stage: str, analysis: AnalysisFacts | None, now: datetime, counted: CardCounts
) -> Record:
    stages = protocol_ratings.stage_facts(study, counted.slots)
    at_work = next((one for one in reversed(stages) if one.stage == stage), None)
    rubrics, questions = protocol_ratings.rubric_uses(study, stage, counted.versions)
    return Record(
        study=_study(study),
        people=protocol_people.group_people(study, counted.started, at_work),
        screening=protocol_people.screening(study),
        consents=protocol_people.consent_texts(study),
        n_unasked=protocol_people.n_unasked(study),
        rubrics=rubrics,
        questions=questions,
        training=protocol_people.training_facts(study, [(one.key, one.text) for one in questions]),
        stages=stages,
        stage=stage,
        items=counted.items,
        ratings=counted.ratings,
        care=protocol_people.care_facts(study),
        logs=_logs(study),
        made_at=counted.counted_at or now,
        software=software_version(),
        analysis=analysis,
        code=study.code,
        plans_locked=_locked(study),
    )


def _study(study: Study) -> StudyFacts:
    approvals = EthicsApproval.objects.filter(study=study, is_mistake=False).order_by("valid_from", "pk")
    settings = EthicsSettings.objects.filter(study=study).first() or EthicsSettings(study=study)
    states = _states(study)
    return StudyFacts(
        title=study.title,
        purpose=study.purpose,
        state=study.state,
        is_invented=study.is_invented,
        notice=study.notice,
        made_at=study.created_at,
        opened_at=states.get(Study.State.OPEN),
        closed_at=states.get(Study.State.CLOSED) if study.state == Study.State.CLOSED else None,
        freezes_at=study.data_freeze_at,
        has_contact=bool(study.contact.strip()),
        has_support=bool(study.support_text.strip()),
        has_safeguarding_lead=SafeguardingLead.objects.filter(study=study).exists(),
        approvals=[
            Approval(one.board, one.number, one.valid_from, one.valid_until, one.withdrawn_at is not None)
            for one in approvals
        ],
        minimum_age=settings.minimum_age,
        asks_capacity=settings.asks_capacity,
        takes_proxy=settings.takes_proxy,
    )


def _states(study: Study) -> dict[str, datetime]:
    """When the study was first opened, and when it was last set to any other state."""
    events = AuditEvent.objects.filter(study=study, kind="study.state_changed").select_related("payload")
    found: dict[str, datetime] = {}
    for event in events.order_by("pk"):
        payload = getattr(event, "payload", None)
        after = payload.data.get("after", "") if payload else ""
        if after != Study.State.OPEN or after not in found:
            found[after] = event.created_at
    return found


def _logs(study: Study) -> Logs:
    done = Job.objects.filter(study=study, kind=SIMULATE_PLAN, state=Job.State.DONE)
    problems = ProblemReport.objects.filter(study=study)
    entries = LogEntry.objects.filter(study=study, corrects__isnull=True).order_by()
    logged = dict(entries.values_list("kind").annotate(n=Count("pk")))
    locks = RecordLock.objects.filter(study=study, locked_at__isnull=False, lifted_at__isnull=True)
    return Logs(
        problems=problems.count(),
        answered=problems.filter(state=ProblemReport.State.ANSWERED).count(),
        simulations=done.count(),
        simulated_at=done.aggregate(at=Max("finished_at"))["at"],
        unblinded=logged.get(LogEntry.Kind.UNBLINDING, 0),
        deviations=logged.get(LogEntry.Kind.DEVIATION, 0),
        adverse=logged.get(LogEntry.Kind.ADVERSE, 0),
        locked_at=locks.aggregate(at=Max("locked_at"))["at"],
    )


def _locked(study: Study) -> list[tuple[int, datetime, int]]:
    plans = AnalysisPlan.objects.filter(study=study, locked_at__isnull=False).order_by("number")
    return [
        (number, at, n or 0)
        for number, at, n in plans.values_list("number", "locked_at", "n_ratings_before")
        if at is not None
    ]


def _analysis_facts(analysis: Analysis) -> AnalysisFacts:
    snapshot, standing = analysis.snapshot, standing_of(analysis)
    if snapshot is None or analysis.finished_at is None:
        raise DomainError(Code.NOT_FOUND, "This analysis has no results yet.")
    others = finished_analyses(analysis.study).filter(snapshot__stage=snapshot.stage).exclude(pk=analysis.pk)
    laid_down = plan_facts(analysis.options, analysis.seed, names_of(analysis.study))
    return AnalysisFacts(
        code=analysis.code,
        finished_at=analysis.finished_at,
        frozen_at=snapshot.created_at,
        started_at=analysis.created_at,
        digest=snapshot.digest,
        seed=analysis.seed,
        software=analysis.software_version,
        is_planned=standing.is_planned,
        word=str(standing.word),
        standing=standing.sentence,
        plan=[(label, words) for label, words in laid_down if label not in _TOLD],
        excluded=analysis.results.get("excluded", []),
        left_out=snapshot_left_out(analysis),
        n_others=others.count(),
        n_warnings=sum(entry["kind"] == "warning" for entry in analysis.log),
    )

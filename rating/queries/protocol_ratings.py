"""What a protocol card says of items, stages and ratings: counted in the database, or in one pass."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median, quantiles
from typing import Any, TypeVar

from django.db.models import Count, Max, Q, QuerySet

from annotation.models import (
    AuditEvent,
    Group,
    ImportBatch,
    Item,
    ItemFactor,
    Plan,
    PlanQuota,
    Question,
    Response,
    RubricVersion,
    Slot,
    Study,
)
from rating.models import Rating
from rating.queries.protocol_counts import AnsweredQuestions, CountedRatings
from rating.reporting.protocol.facts import (
    GroupRatings,
    ItemFacts,
    MissingAnswers,
    QuestionUse,
    RatingFacts,
    RubricUse,
    StageFacts,
)

CHUNK = 20_000
AUTHORSHIP = "authorship"
K = TypeVar("K", bound=Hashable)


def event_times(study: Study, *kinds: str) -> dict[tuple[str, str], datetime]:
    """The newest event of each kind about each object, by kind and code. One query."""
    events = AuditEvent.objects.filter(study=study, kind__in=kinds).order_by()
    rows = events.values_list("kind", "object_code").annotate(at=Max("created_at"))
    return {(kind, code): at for kind, code, at in rows}


def stage_facts(study: Study, counts: Mapping[int, list[dict[str, Any]]]) -> list[StageFacts]:
    """The study's stages in the order in which they were made. Four queries."""
    times = event_times(study, "plan.opened", "plan.closed")
    plans = Plan.objects.visible().of_work().filter(study=study).prefetch_related("quotas__group")
    return [_stage(plan, counts.get(plan.pk, []), times) for plan in plans.order_by("pk")]


def slot_counts(study: Study) -> dict[int, list[dict[str, Any]]]:
    """The quota by plan, a row for each group. One query."""
    slots = Slot.objects.filter(plan__study=study).counting().order_by()
    rows = slots.values("plan_id", "group__key").annotate(
        n=Count("pk"),
        n_done=Count("pk", filter=Q(state=Slot.State.DONE)),
        n_items=Count("item", distinct=True),
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["plan_id"]].append(dict(row))
    return found


def _stage(
    plan: Plan, counts: Sequence[Mapping[str, Any]], times: Mapping[tuple[str, str], datetime]
) -> StageFacts:
    quotas: Iterable[PlanQuota] = plan.quotas.all()
    is_closed = plan.state == Plan.State.CLOSED
    return StageFacts(
        stage=plan.stage,
        label=str(Plan.Stage(plan.stage).label),
        state=plan.state,
        design=plan.design,
        seed=plan.seed,
        quotas={quota.group.name: quota.per_item for quota in quotas},
        n_items=max((row["n_items"] for row in counts), default=0),
        n_planned=sum(row["n"] for row in counts),
        n_done=sum(row["n_done"] for row in counts),
        made_at=plan.created_at,
        opened_at=times.get(("plan.opened", plan.code)),
        closed_at=times.get(("plan.closed", plan.code)) if is_closed else None,
        complete=frozenset(row["group__key"] for row in counts if row["n"] == row["n_done"]),
    )


def item_facts(study: Study, stage: str) -> ItemFacts:
    """The items of the stage's plans. Six queries."""
    planned = Slot.objects.filter(plan__in=_plans(study, stage)).counting().values("item")
    items = Item.objects.filter(pk__in=planned).order_by()
    counts = items.aggregate(
        n=Count("pk"),
        n_conversations=Count("conversation", distinct=True),
        n_heavy=Count("pk", filter=Q(is_heavy=True)),
        n_without=Count("pk", filter=Q(has_text=False)),
    )
    replies = Response.objects.filter(item__in=items.values("pk")).order_by()
    sources = Counter(dict(replies.values_list("source__kind").annotate(n=Count("pk"))))
    return ItemFacts(
        n_items=counts["n"],
        n_conversations=counts["n_conversations"],
        n_replies=sum(sources.values()),
        n_heavy=counts["n_heavy"],
        n_without_text=counts["n_without"],
        languages=dict(items.values_list("language").annotate(n=Count("pk"))),
        sources={kind or "unknown": n for kind, n in sorted(sources.items(), key=str)},
        factors=_factors(items),
        file_digests=list(
            ImportBatch.objects.visible()
            .filter(pk__in=items.values("batch"))
            .exclude(file_digest="")
            .order_by("pk")
            .values_list("file_digest", flat=True)
        ),
    )


def _factors(items: QuerySet[Item]) -> list[tuple[str, dict[str, int]]]:
    values = ItemFactor.objects.filter(item__in=items.values("pk")).order_by("factor__name", "value")
    found: dict[str, dict[str, int]] = {}
    for name, value, n in values.values_list("factor__name", "value").annotate(n=Count("pk")):
        found.setdefault(name, {})[value] = n
    return list(found.items())


def _plans(study: Study, stage: str) -> QuerySet[Plan]:
    return Plan.objects.visible().filter(study=study, stage=stage)


def _counting(study: Study, stage: str) -> QuerySet[Rating]:
    """Newest revisions of planned ratings: what default analyses use."""
    plans = _plans(study, stage)
    return Rating.objects.filter(
        current_of__isnull=False, slot__plan__in=plans, slot__purpose=Slot.Purpose.QUOTA
    ).order_by()


def rated_versions(counted: Sequence[CountedRatings]) -> dict[int, int]:
    """Planned ratings by key of the version."""
    return _summed((one.version, one.n) for one in counted if one.is_planned)


def rubric_uses(
    study: Study, stage: str, rated: Mapping[int, int]
) -> tuple[list[RubricUse], list[QuestionUse]]:
    """Versions that the stage asks or its ratings answer, and questions of the newest. Five queries."""
    asked = _plans(study, stage).values("rubric_version")
    versions = RubricVersion.objects.filter(Q(pk__in=rated) | Q(pk__in=asked)).select_related("rubric")
    ordered = list(versions.order_by("rubric__key", "number"))
    uses = [
        RubricUse(
            rubric=version.rubric.name,
            number=version.number,
            language=version.language,
            published_at=version.published_at,
            digest=version.digest,
            source=version.source,
            licence=version.licence,
            has_guidelines=bool(version.guidelines),
            needs_sign_off=bool(version.sign_off),
            n_ratings=rated.get(version.pk, 0),
        )
        for version in ordered
    ]
    return uses, _questions(ordered[-1]) if ordered else []


def _questions(version: RubricVersion) -> list[QuestionUse]:
    questions = Question.objects.filter(version=version).select_related("scale").order_by("position")
    return [
        QuestionUse(
            key=question.key,
            text=question.text,
            kind=str(Question.Kind(question.kind).label),
            target=str(Question.Target(question.target).label),
            construct=question.construct,
            measurement=question.measurement,
            n_levels=len(question.levels),
            is_required=question.is_required,
            asked_of=question.asked_of,
            worded_for=sorted({one.group for one in question.wordings.all() if one.group}),
        )
        for question in questions.prefetch_related("scale__levels", "wordings")
    ]


@dataclass
class _Tally:
    """What one pass over a group's ratings gathers."""

    raters: set[int] = field(default_factory=set)
    per_item: Counter[int] = field(default_factory=Counter)
    ms: array[int] = field(default_factory=lambda: array("q"))
    n: int = 0


def rating_facts(
    study: Study, stage: str, rated: Sequence[CountedRatings], said: AnsweredQuestions
) -> RatingFacts:
    """What was counted of the stage's ratings and answers, with how they spread; four queries more."""
    groups = list(Group.objects.filter(study=study))
    tallies, planned = _tallies(_counting(study, stage)), _planned(study, stage)
    counting = [one for one in rated if one.is_planned]
    shown = [one for one in counting if one.language is not None]
    return RatingFacts(
        groups=[
            _group(group, tallies.get(group.pk), planned.get(group.pk, 0), said.answered)
            for group in groups
            if group.pk in tallies or group.pk in planned
        ],
        questions=[
            MissingAnswers(question, name, sum(by_reason.values()), _reasons(by_reason))
            for (question, key), by_reason in said.answered.items()
            for name in [group.name for group in groups if group.key == key]
            if _reasons(by_reason)
        ],
        n_beyond=_summed((one.purpose, one.n) for one in rated if not one.is_planned),
        n_revised=sum(one.n for one in counting if one.is_revised),
        n_presented=sum(one.n for one in shown),
        n_ordered=sum(one.n for one in shown if one.is_ordered),
        languages=_summed((one.language or "", one.n) for one in shown),
        first_at=min((one.first_at for one in counting), default=None),
        last_at=max((one.last_at for one in counting), default=None),
        guesses=_guesses(study, stage),
        perspectives=[group.name for group in groups if group.key in said.views],
    )


def _summed(pairs: Iterable[tuple[K, int]]) -> dict[K, int]:
    found: Counter[K] = Counter()
    for key, n in pairs:
        found[key] += n
    return dict(found)


def _tallies(counting: QuerySet[Rating]) -> dict[int, _Tally]:
    found: dict[int, _Tally] = defaultdict(_Tally)
    rows = counting.values_list("rater__group", "rater", "slot__item", "active_ms")
    for group, rater, item, active_ms in rows.iterator(CHUNK):
        tally = found[group]
        tally.n += 1
        tally.raters.add(rater)
        tally.per_item[item] += 1
        if active_ms is not None:
            tally.ms.append(active_ms)
    return found


def _planned(study: Study, stage: str) -> dict[int, int]:
    slots = Slot.objects.filter(plan__in=_plans(study, stage)).counting().order_by()
    return dict(slots.values_list("group").annotate(n=Count("pk")))


def _reasons(by_reason: Mapping[str, int]) -> dict[str, int]:
    return {reason: n for reason, n in by_reason.items() if reason}


def _group(
    group: Group,
    tally: _Tally | None,
    n_planned: int,
    answers: Mapping[tuple[str, str], Mapping[str, int]],
) -> GroupRatings:
    own = Counter[str]()
    for (_, key), by_reason in answers.items():
        if key == group.key:
            own.update(by_reason)
    tally = tally or _Tally()
    per_item = list(tally.per_item.values())
    return GroupRatings(
        name=group.name,
        n_planned=n_planned,
        n_ratings=tally.n,
        n_items=len(per_item),
        n_raters=len(tally.raters),
        per_item=(min(per_item), median(per_item), max(per_item)) if per_item else None,
        n_answers=own.total(),
        missing=_reasons(own),
        n_timed=len(tally.ms),
        seconds=_quartiles(tally.ms),
    )


def _quartiles(ms: array[int]) -> tuple[float, float, float] | None:
    """Quartiles in seconds, by the inclusive method; of a single time that time thrice."""
    if not ms:
        return None
    low, middle, high = quantiles(ms, n=4, method="inclusive") if len(ms) > 1 else [ms[0]] * 3
    return low / 1000, middle / 1000, high / 1000


def _guesses(study: Study, stage: str) -> list[str]:
    """Texts of the questions that ask who wrote a reply."""
    asked = _plans(study, stage).values("rubric_version")
    questions = Question.objects.filter(version__in=asked, construct=AUTHORSHIP).order_by("position")
    return list(dict.fromkeys(questions.values_list("text", flat=True)))

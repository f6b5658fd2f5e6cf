"""What an export reads of ratings: typed rows, streamed in a fixed number of queries.

Ratings never change, so the newest rating's key at the start of an export (`ExportScope.last_key`) bounds
all its files: what is submitted meanwhile is in none of them, and the files fit together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db.models import BooleanField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from annotation.models import Plan, Question, Rater, Slot, Study
from annotation.queries.consent import sharing_raters
from annotation.queries.stage_counts import stored_counts
from rating.models import Answer, Evidence, ExportPolicy, Rating
from rating.queries.restricted_passages import restricted_places, shares_words
from rating.queries.shown_raters import ShownRater, shown_raters

CHUNK = 2000
# The study's ratings proper; repeats, gold items and attention checks leave only when asked for.
PLANNED = (Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS)
T = TypeVar("T")


@dataclass(frozen=True)
class ExportScope:
    """Which ratings leave: one stage of one study, the newest revision of each or all of them.

    `with_checks`: also repeats, gold items and attention checks. Practice and qualification never leave.
    `is_public`: of raters with a login only those who agreed, in their newest consent, to share publicly.
    `with_restricted`: also words and places of passages that may describe ways to self-harm.
    `min_cell`: a group of fewer raters than this is not told (`rating.queries.shown_raters`).
    """

    study: Study
    stage: str
    is_current_only: bool
    last_key: int
    with_checks: bool = False
    is_public: bool = False
    with_restricted: bool = False
    min_cell: int = 1


class RatingRow(NamedTuple):
    """One rating without its answers. Keys join rows in memory and are never written."""

    key: int
    rating: str
    item_id: str
    conversation_id: str
    rater: str
    group: str
    stage: str
    purpose: str
    occurrence: int
    rubric: str
    rubric_version: int
    revision: int
    is_current: bool
    submitted_at: datetime
    active_ms: int | None
    question_ms: dict[str, dict[str, int]]
    response_order: list[int] | None
    comment: str
    item_key: int

    @property
    def shown_order(self) -> str:
        """Positions of the responses on the page, from the left."""
        return " ".join(str(position) for position in self.response_order or [])


@dataclass(frozen=True)
class AnswerRow:
    """One answer. Of free text only whether there is any: the words leave as comments do."""

    question: str
    kind: str
    target: str
    part: str
    perspective: str
    value: float | None
    label: str
    missing: str
    confidence: float | None
    has_text: bool
    is_exception: bool

    @property
    def choice(self) -> str:
        """Of a choice between two responses: which was chosen, or "tie"."""
        if self.kind != Question.Kind.PAIR or self.value is None:
            return ""
        first, _, second = self.target.removeprefix("pair:").partition("-")
        return "tie" if self.value == 0 else f"response:{first if self.value < 0 else second}"

    @property
    def strength(self) -> float | None:
        """Of a choice between two responses: how clearly, 0 for a tie."""
        return abs(self.value) if self.choice and self.value is not None else None


@dataclass(frozen=True)
class TextRow:
    """Words that a rater wrote for a question; those for a restricted one are not given."""

    question: str
    target: str
    perspective: str
    text: str
    is_withheld: bool


@dataclass(frozen=True)
class EvidenceRow:
    """A marked passage; of a restricted question neither words nor place are given."""

    question: str
    label: str
    severity: float | None
    target: str
    start: int | None
    end: int | None
    quote: str
    is_withheld: bool


class StageCount(NamedTuple):
    stage: str
    label: str
    n_ratings: int


@dataclass(frozen=True, order=True)
class WideColumn:
    """One question or part of one about one target from one perspective: a column of the wide table."""

    position: int
    question: str
    target: str
    part: str
    perspective: str
    is_text: bool = False
    has_confidence: bool = False

    @property
    def name(self) -> str:
        asked = f"{self.question}__{self.part}" if self.part else self.question
        name = f"{asked}__{self.target.replace(':', '_').replace('-', '_')}"
        return name if self.perspective == "self" else f"{name}__as_{self.perspective}"

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What finds its answer."""
        return self.question, self.target, self.part, self.perspective


def stage_counts(study: Study) -> list[StageCount]:
    """Stages of the study's plans, with how many ratings (newest revisions) each has; of a large stage as
    last counted: every finished slot has one. Three queries."""
    plans = Plan.objects.visible().of_work().filter(study=study)
    stages = set(plans.values_list("stage", flat=True))
    now, counts, others = timezone.now(), Counter[str](), []
    for plan in plans.select_related("summary"):
        stored = stored_counts(plan, now=now)
        if stored is None:
            others.append(plan)
        else:
            counts[plan.stage] += sum(stored.done.get(purpose, 0) for purpose in PLANNED)
    current = Rating.objects.filter(
        slot__plan__in=others, current_of__isnull=False, slot__purpose__in=PLANNED
    )
    counts.update(dict(current.values_list("slot__plan__stage").annotate(n=Count("pk"))))
    return [
        StageCount(stage.value, str(stage.label), counts.get(stage.value, 0))
        for stage in Plan.Stage
        if stage.value in stages
    ]


def export_scope(
    study: Study,
    *,
    stage: str,
    is_current_only: bool,
    with_checks: bool = False,
    is_public: bool = False,
    with_restricted: bool = False,
    min_cell: int | None = None,
) -> ExportScope:
    """The scope as of now. `min_cell`: what the study asks unless said."""
    # Ordered, not the maximum: the index is walked from its end.
    newest = (
        Rating.objects.filter(slot__plan__study=study).order_by("-pk").values_list("pk", flat=True).first()
    )
    return ExportScope(
        study,
        stage,
        is_current_only,
        newest or 0,
        with_checks,
        is_public,
        with_restricted,
        min_cell or export_policy(study).min_cell,
    )


def export_policy(study: Study) -> ExportPolicy:
    """What the study asks of its exports, or the defaults, unsaved. One query."""
    return ExportPolicy.objects.filter(study=study).first() or ExportPolicy(study=study)


def exported_ratings(scope: ExportScope) -> QuerySet[Rating]:
    plans = Plan.objects.visible().of_work().filter(study=scope.study, stage=scope.stage)
    # Not read from CurrentRating: a revision submitted during the export must not move the flag.
    newer = Rating.objects.filter(
        slot=OuterRef("slot"), revision__gt=OuterRef("revision"), pk__lte=scope.last_key
    )
    ratings = Rating.objects.filter(slot__plan__in=plans, pk__lte=scope.last_key)
    if not scope.with_checks:
        ratings = ratings.filter(slot__purpose__in=PLANNED)
    if scope.is_public:
        ratings = ratings.exclude(rater__in=_unsharing(scope.study))
    if scope.is_current_only:
        # Asked once: as a column too it would be looked up again for every row.
        return ratings.filter(~Exists(newer)).annotate(
            is_newest=Value(value=True, output_field=BooleanField())
        )
    return ratings.annotate(is_newest=~Exists(newer))


def _unsharing(study: Study) -> QuerySet[Rater]:
    """Who rated here and has not agreed to share publicly; imported ratings and judges are not asked."""
    account = Rater.objects.filter(study=study, origin=Rater.Origin.ACCOUNT)
    return account.exclude(pk__in=sharing_raters(study).values("pk"))


def withheld_counts(scope: ExportScope) -> tuple[int, int]:
    """How many ratings, and of how many raters, a public export leaves out. One query."""
    withheld = exported_ratings(replace(scope, is_public=False)).filter(rater__in=_unsharing(scope.study))
    counts = withheld.order_by().aggregate(n=Count("pk"), n_raters=Count("rater", distinct=True))
    return counts["n"], counts["n_raters"]


def _keys(scope: ExportScope) -> QuerySet[Rating, Any]:
    return exported_ratings(scope).order_by().values("pk")


RATING_NAMES = (
    "pk",
    "code",
    "slot__item__external_id",
    "slot__item__conversation__external_id",
    "rater_id",
    "slot__plan__stage",
    "slot__purpose",
    "slot__occurrence",
    "rubric_version__rubric__key",
    "rubric_version__number",
    "revision",
    "is_newest",
    "submitted_at",
    "active_ms",
    "question_ms",
    "presentation__response_order",
    "comment",
    "slot__item_id",
)


def rated_counts(scope: ExportScope) -> dict[tuple[int, int], int]:
    """How many ratings of the scope there are, by keys of rater and rubric version. One query."""
    rows = exported_ratings(scope).order_by().values_list("rater_id", "rubric_version_id")
    return {(rater, version): n for rater, version, n in rows.annotate(n=Count("pk"))}


def raters_of(scope: ExportScope) -> dict[int, ShownRater]:
    """Whoever rated in the scope, as its files name them. One query."""
    rated = Rater.objects.filter(pk__in=exported_ratings(scope).order_by().values("rater"))
    return shown_raters(rated, scope.min_cell)


def rating_row(values: tuple[Any, ...], shown: dict[int, ShownRater]) -> RatingRow:
    """A row of RATING_NAMES with its rater as the files name them."""
    key, rating, item, conversation, rater, *rest = values
    one = shown[rater]
    return RatingRow(key, rating, item, conversation, one.name, one.group, *rest)


def with_ratings(scope: ExportScope, pairs: Iterable[tuple[int, T]]) -> Iterator[tuple[RatingRow, T]]:
    """What is told by a rating's key, beside its rating: a query, and one for every page."""
    shown, remaining = raters_of(scope), iter(pairs)
    while page := list(islice(remaining, CHUNK)):
        rated = exported_ratings(scope).filter(pk__in={key for key, _ in page}).order_by()
        rows = {values[0]: rating_row(values, shown) for values in rated.values_list(*RATING_NAMES)}
        for key, one in page:
            yield rows[key], one


def comment_rows(scope: ExportScope) -> Iterator[tuple[int, TextRow]]:
    """Comments on whole items with their rating's key, in the order they came in. One query."""
    rows = exported_ratings(scope).exclude(comment="").order_by("pk").values_list("pk", "comment")
    for key, comment in rows.iterator(CHUNK):
        yield key, TextRow("", "", "", comment, is_withheld=False)


def text_rows(scope: ExportScope) -> Iterator[tuple[int, TextRow]]:
    """Words written for questions with their rating's key, in the order they came in. One query.

    A reason given for several parts at once is told once.
    """
    names = ("rating_id", "question__key", "target", "perspective", "text", "question__is_restricted")
    answers = Answer.objects.filter(rating__in=_keys(scope)).exclude(text="").values_list(*names)
    rows = answers.order_by("rating_id", "question__position", "target", "perspective")
    last: tuple[object, ...] = ()
    for values in rows.iterator(CHUNK):
        if values != last:
            key, question, target, perspective, text, is_restricted = last = values
            is_withheld = is_restricted and not scope.with_restricted
            yield key, TextRow(question, target, perspective, "" if is_withheld else text, is_withheld)


def evidence_rows(scope: ExportScope) -> Iterator[tuple[int, EvidenceRow]]:
    """Marked passages with their rating's key, in the order they came in. Four queries.

    One that shares words with a restricted one is withheld like it, whatever it was marked for.
    """
    places = {} if scope.with_restricted else restricted_places(scope.study)
    names = (
        "rating__slot__item_id",
        "question__is_restricted",
        "question__key",
        "label",
        "severity",
        "target",
    )
    rows = Evidence.objects.filter(rating__in=_keys(scope)).order_by("rating_id", "pk")
    found = rows.values_list("rating_id", *names, "start", "end", "quote")
    for key, item, is_restricted, question, label, severity, target, *place in found.iterator(CHUNK):
        marked = places.get((item, target), [])
        is_withheld = not scope.with_restricted and (bool(is_restricted) or shares_words(place, marked))
        start, end, quote = (None, None, "") if is_withheld else place
        what = (question or "", label, severity, target)
        yield key, EvidenceRow(*what, start, end, quote, is_withheld)


def beside(rows: Iterator[tuple[int, T]]) -> Callable[[int], list[T]]:
    """Read a second stream, sorted by the same key, alongside a first one, in constant memory.

    The returned function gives the rows of a key; it must be asked in ascending order.
    """
    ahead: list[tuple[int, T]] = []

    def take(key: int) -> list[T]:
        taken: list[T] = []
        while True:
            pair = ahead.pop() if ahead else next(rows, None)
            if pair is None:
                return taken
            if pair[0] > key:
                ahead.append(pair)
                return taken
            if pair[0] == key:
                taken.append(pair[1])

    return take


def exported_questions(scope: ExportScope, rated: Collection[int]) -> list[Question]:
    """Questions of the rubric versions that the stage uses, and of those rated by, named by their keys; with
    levels and wordings. Three queries."""
    plans = Plan.objects.visible().filter(study=scope.study, stage=scope.stage)
    used = Q(version__in=plans.values("rubric_version")) | Q(version__in=rated)
    questions = Question.objects.filter(used).select_related("version__rubric", "scale")
    ordered = questions.order_by("version__rubric__key", "version__number", "position")
    return list(ordered.prefetch_related("scale__levels", "wordings"))


def rater_rows(scope: ExportScope) -> Iterator[tuple[str, str, str, str, bool | None]]:
    """Name, group, origin, judge model of whoever rated in the scope, and whether they agreed to share
    publicly (None where nobody was asked). Two queries."""
    shown = raters_of(scope)
    shares = sharing_raters(scope.study).filter(pk=OuterRef("pk"))
    raters = Rater.objects.filter(pk__in=list(shown)).annotate(is_sharing=Exists(shares))
    told = raters.values_list("pk", "origin", "judge_model", "is_sharing")
    account = Rater.Origin.ACCOUNT
    rows = [
        (*shown[key], origin, model, sharing if origin == account else None)
        for key, origin, model, sharing in told
    ]
    # By what the file says, so that the order of rows tells no group that the file does not.
    yield from sorted(rows, key=lambda row: (row[1], row[0]))

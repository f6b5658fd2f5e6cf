"""How raters go about it while a stage runs: time, answers all alike, distance from the own group.

Worked out in the background over all ratings of the stage; the Job row is the record. A difference is not an
error: nothing here decides about anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.jobs import enqueue
from annotation.models import Job, Plan, Question, Scale, User
from rating.job_kinds import MEASURE_RATERS
from rating.queries.ratings import long_tables
from rating.services.raters_at_work import raters_at_work
from rating.services.snapshot_rows import CollectedRows

if TYPE_CHECKING:
    import pandas as pd

# With fewer ratings than this nothing is said of a rater, and with fewer raters nothing of who stands out.
MIN_RATINGS, MIN_RATERS = 10, 5
# Further from the group's median than this many times the usual distance from it (Iglewicz & Hoaglin 1993).
FAR, MAD_TO_SD = 3.5, 1.4826
# Numbers, and the side on which being far from the group is worth a question.
SIDES = {"seconds": -1, "alike": 1, "distance": 1}

Tell = Callable[[float, str], None]


def start_measuring(plan: Plan, *, actor: User) -> Job:
    """Queue the measuring of all raters of a stage; a job that waits or runs already is given back."""
    with transaction.atomic():
        unfinished = Job.objects.filter(
            kind=MEASURE_RATERS,
            study=plan.study,
            payload__plan=plan.code,
            state__in=[Job.State.QUEUED, Job.State.RUNNING],
        )
        earlier = unfinished.first()
        if earlier is not None:
            return earlier
        job = enqueue(MEASURE_RATERS, actor=actor, study=plan.study, payload={"plan": plan.code})
        record("raters.measured", actor=actor, study=plan.study, about=plan)
    return job


def measure_raters(job: Job, *, tell: Tell) -> dict[str, Any]:
    """Measure the raters of the stage that the job's payload names."""
    plan = Plan.objects.select_related("study", "rubric_version").filter(code=job.payload["plan"]).first()
    if plan is None:
        raise DomainError(Code.NOT_FOUND, "This stage is no longer there.")
    tell(0.05, "Reading the ratings")
    taken_at = timezone.now()
    collected = CollectedRows.of_tables(long_tables(plan.study, stage=plan.stage))
    if not collected.n_ratings:
        raise DomainError(Code.STATE_FORBIDS, "Nobody has submitted a rating in this stage yet.")
    tell(0.6, "Comparing raters with their groups")
    names = {key: key[1] for key in collected.vocabularies["question"]}
    rows = collected.frame(names, {pk: str(pk) for pk in collected.versions})
    entries = scale_entries(plan)
    return {
        "stage": plan.stage,
        "taken_at": taken_at.isoformat(),
        "n_ratings": collected.n_ratings,
        "raters": with_standing_out(_summaries(rows, entries)),
    }


def scale_entries(plan: Plan) -> list[dict[str, Any]]:
    """The stage's questions on ordered scales: key, kind, values, as `raters_at_work` reads them."""
    questions = Question.objects.filter(
        version=plan.rubric_version, kind__in=[Question.Kind.SCALE, Question.Kind.SLIDER]
    ).exclude(scale__measurement=Scale.Measurement.NOMINAL)
    entries = []
    for question in questions.select_related("scale").prefetch_related("scale__levels"):
        values = sorted(level.value for level in question.scale.levels.all()) if question.scale else []
        entries.append({"key": question.key, "kind": "scale", "scale": {"values": values}})
    return entries


def _summaries(rows: pd.DataFrame, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    distances = distances_from_group(rows, entries)
    found = []
    for row in raters_at_work(rows, entries):
        is_enough = row["n_ratings"] >= MIN_RATINGS
        alike = row["n_alike"] / row["n_judged"] if row["n_judged"] >= MIN_RATINGS else None
        found.append(
            {
                "rater": row["rater"],
                "group": row["group"],
                "seconds": row["seconds"] if is_enough and row["n_timed"] >= MIN_RATINGS else None,
                "alike": alike if is_enough else None,
                "distance": distances.get(row["rater"]) if is_enough else None,
            }
        )
    return found


def distances_from_group(rows: pd.DataFrame, entries: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """By rater: mean distance of an answer from the mean of the others of the group on the same item.

    As a share of the scale's range, over all questions on ordered scales. Answers to items that nobody else
    of the group rated are left out, and so are raters with fewer than `MIN_RATINGS` answers to compare.
    """
    ranges = {entry["key"]: entry["scale"]["values"] for entry in entries}
    widths = {key: values[-1] - values[0] for key, values in ranges.items() if len(values) > 1}
    own = rows[rows["question"].isin(widths) & rows["value"].notna()]
    of_item = own.groupby(["group", "item", "target", "question"], observed=True)["value"]
    n, total = of_item.transform("count"), of_item.transform("sum")
    is_shared = n > 1
    own, n, total = own[is_shared], n[is_shared], total[is_shared]
    away = (own["value"] - (total - own["value"]) / (n - 1)).abs()
    shares = away / own["question"].astype(str).map(widths).astype("float64")
    by_rater = shares.groupby(own["rater"].astype(str)).agg(["mean", "count"])
    return {str(rater): mean for rater, mean, count in by_rater.itertuples() if count >= MIN_RATINGS}


def with_standing_out(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with `far`: the numbers in which a rater stands far out of the own group."""
    from statistics import median

    for row in rows:
        row["far"] = []
    for name, side in SIDES.items():
        for group in {row["group"] for row in rows}:
            measured = [row for row in rows if row["group"] == group and row[name] is not None]
            if len(measured) < MIN_RATERS:
                continue
            middle = median(row[name] for row in measured)
            usual = median(abs(row[name] - middle) for row in measured) * MAD_TO_SD
            for row in measured:
                if usual and side * (row[name] - middle) > FAR * usual:
                    row["far"].append(name)
    return rows

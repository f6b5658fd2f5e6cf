"""Which portion of the usual may be asked of a rater. Opt-outs, skips and breaks lower it in silence.

So does joining late: that somebody with few ratings is not called behind has more than one reason.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from annotation.models import Pass, Pause, Plan, Rater, Slot
from annotation.queries.opt_outs import avoided_by_rater

# A stage younger than this says nothing about who has had how much time.
YOUNG = timedelta(days=1)


def portions_of(plan: Plan, *, now: datetime) -> dict[int, float]:
    """By rater with a login: 0 to 1. Four queries, three more where somebody opted out."""
    raters = Rater.objects.filter(study=plan.study_id, member__isnull=False)
    n_items = Slot.objects.filter(plan=plan).counting().values("item").distinct().count()
    left_out = _left_out(plan)
    resting = _resting(plan, now)
    portions = {}
    for key, joined_at in raters.values_list("pk", "created_at"):
        of_items = 1 - len(left_out.get(key, ())) / n_items if n_items else 1.0
        portions[key] = of_items * _of_time(plan, joined_at, resting.get(key, timedelta()), now)
    return portions


def _left_out(plan: Plan) -> dict[int, set[int]]:
    """Ids of the items that a rater has skipped or does not want."""
    found: dict[int, set[int]] = defaultdict(set)
    passes = Pass.objects.filter(plan=plan, withdrawn_at__isnull=True)
    for rater_id, item_id in passes.values_list("rater_id", "item_id"):
        found[rater_id].add(item_id)
    for rater_id, items in avoided_by_rater(plan).items():
        found[rater_id] |= items
    return found


def _resting(plan: Plan, now: datetime) -> dict[int, timedelta]:
    """How long each rater has been on a break since the stage was planned."""
    found: dict[int, timedelta] = defaultdict(timedelta)
    pauses = Pause.objects.filter(rater__study=plan.study_id)
    for rater_id, began_at, ended_at in pauses.values_list("rater_id", "began_at", "ended_at"):
        found[rater_id] += max(timedelta(), (ended_at or now) - max(began_at, plan.created_at))
    return found


def _of_time(plan: Plan, joined_at: datetime, resting: timedelta, now: datetime) -> float:
    life = now - plan.created_at
    if life < YOUNG:
        return 1.0
    own = now - max(joined_at, plan.created_at) - resting
    return max(0.0, own / life)

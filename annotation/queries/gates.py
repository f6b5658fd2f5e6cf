"""All that stands between a rater and the next item, asked in one query.

What is seldom there (a screening, a legal gate, a pause, a topic somebody would rather not see) is only told
to be there: whoever asks then goes by the functions that know everything about it. Nothing of this is kept
from one request to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from annotation.kept import fetched
from annotation.models import CareSettings, Exposure, Plan, Rater, Study

_GATES = """
SELECT s.state, c.id, c.break_minutes, c.break_heavy_items, c.checkin_every,
    x.id, x.n_since_checkin, x.n_heavy_in_row, x.began_at, x.last_at,
    EXISTS (SELECT 1 FROM annotation_rater w LEFT JOIN annotation_member m ON m.id = w.member_id
        WHERE w.id = %s AND w.origin = 'account' AND (m.id IS NULL OR m.left_at IS NOT NULL)),
    EXISTS (SELECT 1 FROM annotation_recordlock l
        WHERE l.study_id = s.id AND l.lifted_at IS NULL AND l.locked_at IS NOT NULL),
    EXISTS (SELECT 1 FROM annotation_consentversion v
        WHERE v.study_id = s.id
        AND v.number = (SELECT max(n.number) FROM annotation_consentversion n WHERE n.study_id = s.id)
        AND NOT EXISTS (SELECT 1 FROM annotation_consent a WHERE a.version_id = v.id AND a.rater_id = %s)),
    EXISTS (SELECT 1 FROM annotation_ethicssettings e
        WHERE e.study_id = s.id AND (e.minimum_age IS NOT NULL OR e.asks_capacity)),
    EXISTS (SELECT 1 FROM annotation_ethicssettings e WHERE e.study_id = s.id AND e.pauses_rating),
    EXISTS (SELECT 1 FROM annotation_joiningsettings j WHERE j.study_id = s.id AND j.screening <> 'off'),
    EXISTS (SELECT 1 FROM annotation_topicoptout t WHERE t.rater_id = %s),
    EXISTS (SELECT 1 FROM annotation_pause p WHERE p.rater_id = %s AND p.ended_at IS NULL),
    EXISTS (SELECT 1 FROM annotation_seat a WHERE a.plan_id = %s AND a.rater_id = %s),
    EXISTS (SELECT 1 FROM annotation_plan o WHERE o.id = %s AND o.state = 'open'
        AND NOT EXISTS (SELECT 1 FROM annotation_plan p WHERE p.study_id = s.id AND p.state = 'open'
            AND p.stage IN ('training', 'qualification'))),
    CASE WHEN x.last_at = %s THEN %s ELSE (SELECT count(*) FROM annotation_slot d
        WHERE d.rater_id = %s AND d.state = 'done' AND d.plan_id = %s AND d.group_id = %s) END{more}
FROM annotation_study s LEFT JOIN annotation_caresettings c ON c.study_id = s.id
    LEFT JOIN annotation_exposure x ON x.rater_id = %s
WHERE s.id = %s
"""
MAX_COUNTED = 10_000
# By plan, rater and group: when the last item was finished, and how many were then.
_counted: dict[tuple[str, str, int], tuple[object, int]] = {}
# In the order of the statement.
_TOLD = (
    *("is_away", "is_locked", "lacks_consent", "has_legal_gate", "may_halt", "has_screening"),
    *("avoids_topics", "is_paused", "has_seat", "is_plain"),
)


@dataclass(frozen=True)
class Gates:
    """`more`: what was asked for beside, in its order."""

    state: str
    care: CareSettings
    exposure: Exposure | None
    # The rater has left (`presence.is_away`).
    is_away: bool
    is_locked: bool
    lacks_consent: bool
    has_legal_gate: bool
    may_halt: bool
    has_screening: bool
    avoids_topics: bool
    is_paused: bool
    has_seat: bool
    # The stage is open, and neither practice nor qualification is.
    is_plain: bool
    n_done: int
    more: Sequence[Any] = field(default_factory=tuple)

    @property
    def is_clear(self) -> bool:
        """Whether nothing but the walk round the circle decides what comes next."""
        seldom = (
            self.lacks_consent,
            self.has_legal_gate,
            self.may_halt,
            self.has_screening,
            self.avoids_topics,
            self.is_paused,
            self.has_seat,
        )
        return self.state == Study.State.OPEN and self.is_plain and not any(seldom)


def _moment(value: Any) -> Any:
    """A time as the database hands it out: SQLite knows no zones."""
    converted = getattr(connection.ops, "convert_datetimefield_value", None)
    return converted(value, None, connection) if converted else value


def gates_of(rater: Rater, plan: Plan, *, more: str = "", values: Sequence[object] = ()) -> Gates:
    """Where a rater stands in a stage of the study's own items.

    `more`: further columns, each after a comma, with their `values`.
    """
    mine, stage = rater.pk, plan.pk
    known = _counted.get((plan.code, rater.code, rater.group_id), (None, 0))
    asked = [mine, mine, mine, mine, stage, mine, stage, *known, mine, stage, rater.group_id]
    row = fetched(_GATES.format(more=more), [*asked, *values, mine, rater.study_id])[0]
    care = CareSettings(study_id=rater.study_id)
    if row[1] is not None:
        care.break_minutes, care.break_heavy_items, care.checkin_every = row[2:5]
    told: dict[str, Any] = {name: bool(value) for name, value in zip(_TOLD, row[10:20], strict=True)}
    told |= {"state": row[0], "care": care, "exposure": _exposure(rater, row)}
    if row[9] is not None:
        # Another process may have written what is asked for here.
        remember_count(rater, plan, n_done=row[20], last_at=row[9])
    return Gates(**told, n_done=row[20], more=row[21:])


def remember_count(rater: Rater, plan: Plan, *, n_done: int, last_at: object) -> None:
    """Keep how many items a rater has done once the one of `last_at` (as stored) is among them.

    Whoever finishes an item sets `Exposure.last_at` anew, in whatever process: while it stands, so does the
    count. Should the transaction come to nothing, `last_at` never stands there.
    """
    if len(_counted) >= MAX_COUNTED:
        _counted.clear()
    _counted[plan.code, rater.code, rater.group_id] = last_at, n_done


def _exposure(rater: Rater, row: Sequence[Any]) -> Exposure | None:
    if row[5] is None:
        return None
    found = Exposure(pk=row[5], rater_id=rater.pk, n_since_checkin=row[6], n_heavy_in_row=row[7])
    found.began_at, found.last_at = _moment(row[8]), _moment(row[9])
    found._state.adding = False  # noqa: SLF001 (as Django does for what it has read)
    return found

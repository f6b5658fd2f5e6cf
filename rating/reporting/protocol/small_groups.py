"""A card for a file that does not tell groups of few raters: their numbers stand together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rating.reporting.protocol.facts import (
    GroupPeople,
    GroupRatings,
    GroupTraining,
    MissingAnswers,
    Record,
    StageFacts,
)

TOGETHER = "Groups that this file does not tell"
WITHHELD = (
    "Not in this file: numbers by group would tell groups of so few raters that somebody could be recognised "
    "by them. The study's own report has them."
)


def without_small_groups(record: Record, small: Iterable[str]) -> Record:
    """The record with the groups of these names put together, and without the tables of its analysis."""
    names = set(small)
    if not names:
        return record
    ratings, training = record.ratings, record.training
    return replace(
        record,
        people=_people(record.people, names),
        ratings=replace(
            ratings,
            groups=_ratings(ratings.groups, names),
            questions=_missing(ratings.questions, names),
        ),
        training=replace(training, groups=_training(training.groups, names)),
        stages=[_stage(stage, names) for stage in record.stages],
        withheld=WITHHELD,
    )


def _people(rows: Sequence[GroupPeople], names: set[str]) -> list[GroupPeople]:
    kept = [row for row in rows if row.name not in names]
    few = [row for row in rows if row.name in names]
    finished = [row.n_finished for row in few]
    merged = GroupPeople(
        name=TOGETHER,
        kind="human",
        n_places=sum(row.n_places for row in few),
        n_by_link=sum(row.n_by_link for row in few),
        n_by_mail=sum(row.n_by_mail for row in few),
        n_joined=sum(row.n_joined for row in few),
        n_consented=sum(row.n_consented for row in few),
        n_started=sum(row.n_started for row in few),
        n_finished=None if None in finished else sum(n or 0 for n in finished),
        n_left=sum(row.n_left for row in few),
        n_imported=sum(row.n_imported for row in few),
    )
    return [*kept, merged] if few else kept


def _ratings(rows: Sequence[GroupRatings], names: set[str]) -> list[GroupRatings]:
    kept = [row for row in rows if row.name not in names]
    few = [row for row in rows if row.name in names]
    if not few:
        return kept
    merged = GroupRatings(
        name=TOGETHER,
        n_planned=sum(row.n_planned for row in few),
        n_ratings=sum(row.n_ratings for row in few),
        n_items=max(row.n_items for row in few),
        n_raters=sum(row.n_raters for row in few),
        per_item=None,
        n_answers=sum(row.n_answers for row in few),
        missing=_added(row.missing for row in few),
        n_timed=sum(row.n_timed for row in few),
        seconds=None,
    )
    return [*kept, merged]


def _missing(rows: Sequence[MissingAnswers], names: set[str]) -> list[MissingAnswers]:
    kept = [row for row in rows if row.group not in names]
    by_question: dict[str, list[MissingAnswers]] = {}
    for row in rows:
        if row.group in names:
            by_question.setdefault(row.question, []).append(row)
    merged = [
        MissingAnswers(
            question, TOGETHER, sum(row.n_answers for row in few), _added(row.missing for row in few)
        )
        for question, few in by_question.items()
    ]
    return [*kept, *merged]


def _training(rows: Sequence[GroupTraining], names: set[str]) -> list[GroupTraining]:
    kept = [row for row in rows if row.name not in names]
    few = [row for row in rows if row.name in names]
    merged = GroupTraining(
        TOGETHER,
        sum(row.n_practised for row in few),
        sum(row.n_passed for row in few),
        sum(row.n_by_hand for row in few),
        sum(row.n_not_passed for row in few),
    )
    return [*kept, merged] if few else kept


def _stage(stage: StageFacts, names: set[str]) -> StageFacts:
    """Ratings of an item from a group are its number of raters, where everybody rates everything."""
    few = sum(n for name, n in stage.quotas.items() if name in names)
    kept = {name: n for name, n in stage.quotas.items() if name not in names}
    return replace(stage, quotas={**kept, TOGETHER: few} if few else kept)


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for one in counts:
        total.update(one)
    return dict(total)

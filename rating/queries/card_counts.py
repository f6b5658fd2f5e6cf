"""What a protocol card counts of a whole stage: now, or of a large study as last counted by the scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from annotation.models import Study
from annotation.study_numbers import stored
from rating.queries import protocol_people, protocol_ratings
from rating.queries.protocol_counts import (
    AnsweredQuestions,
    answered_questions,
    counted_ratings,
)
from rating.queries.ratings import default_stage
from rating.reporting.protocol.facts import GroupRatings, ItemFacts, MissingAnswers, RatingFacts

# The name of the number that the scheduler keeps.
CARD = "card"


@dataclass(frozen=True)
class CardCounts:
    """`started`: raters who began and how many of them are here, by group; `versions`: ratings by version;
    `slots`: rows by plan. `counted_at` None: just now."""

    started: Mapping[int, tuple[int, int]]
    versions: Mapping[int, int]
    slots: Mapping[int, list[dict[str, Any]]]
    items: ItemFacts
    ratings: RatingFacts
    counted_at: datetime | None = None


def card_counts(study: Study, stage: str, said: AnsweredQuestions | None = None) -> CardCounts:
    """Counted now, in passes over all ratings and answers of the stage. `said`: how questions were answered,
    where that is known already."""
    rated = counted_ratings(study, stage)
    return CardCounts(
        started=protocol_people.started(study, rated),
        versions=protocol_ratings.rated_versions(rated),
        slots=protocol_ratings.slot_counts(study),
        items=protocol_ratings.item_facts(study, stage),
        ratings=protocol_ratings.rating_facts(study, stage, rated, said or answered_questions(study, stage)),
    )


def told_counts(study: Study, stage: str, *, now: datetime) -> CardCounts:
    """Of a large study as last counted, where the stage is the one that comes first."""
    held = stored(study, CARD, now=now)
    if held is None or held.number["stage"] != stage:
        return card_counts(study, stage)
    return _read(held.number, held.at)


def count_card(study: Study) -> dict[str, Any]:
    """For `annotation.study_numbers`."""
    stage = default_stage(study)
    counted = card_counts(study, stage)
    ratings = asdict(counted.ratings)
    ends = {name: at and at.isoformat() for name in ("first_at", "last_at") for at in (ratings[name],)}
    return {
        "stage": stage,
        "started": [[group, *n] for group, n in counted.started.items()],
        "versions": list(counted.versions.items()),
        "slots": list(counted.slots.items()),
        "items": asdict(counted.items),
        "ratings": ratings | ends,
    }


def _read(number: Mapping[str, Any], at: datetime | None) -> CardCounts:
    return CardCounts(
        started={group: (n, n_here) for group, n, n_here in number["started"]},
        versions=dict(number["versions"]),
        slots=dict(number["slots"]),
        items=_items(number["items"]),
        ratings=_ratings(number["ratings"]),
        counted_at=at,
    )


def _items(told: Mapping[str, Any]) -> ItemFacts:
    # PostgreSQL orders the keys of JSON in its own way.
    factors = [(name, dict(sorted(levels.items()))) for name, levels in told["factors"]]
    return ItemFacts(**{**told, "factors": factors, "sources": dict(sorted(told["sources"].items()))})


def _ratings(told: Mapping[str, Any]) -> RatingFacts:
    groups = [GroupRatings(**row | _triples(row)) for row in told["groups"]]
    questions = [MissingAnswers(**row) for row in told["questions"]]
    ends = {name: told[name] and parse_datetime(told[name]) for name in ("first_at", "last_at")}
    return RatingFacts(**{**told, **ends, "groups": groups, "questions": questions})


def _triples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] and tuple(row[name]) for name in ("per_item", "seconds")}

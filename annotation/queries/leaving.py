"""Who has left a study, whether its data are frozen, and what a receipt says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotation.models import Departure, Member, Rater, Role, Study

# What a rater gives, as it stands on a receipt; kinds that an app adds read as their names.
GIVEN_WORDS = {
    "ratings": _("Ratings"),
    "revisions": _("Earlier versions of ratings"),
    "answers": _("Answers"),
    "passages": _("Marked passages"),
    "comments": _("Comments"),
    "items_opened": _("Items opened, which you are paid for"),
    "active_minutes": _("Minutes at work, which you are paid for"),
    "screening_answers": _("Answers to the questions about you"),
    "drafts": _("Drafts that were not submitted"),
    "skips": _("Skipped items"),
    "problem_reports": _("Reports of problems"),
}


def is_frozen(study: Study, now: datetime) -> bool:
    """From the freeze on nothing is erased any more."""
    return study.data_freeze_at is not None and study.data_freeze_at <= now


@dataclass(frozen=True)
class TickLine:
    words: str
    is_required: bool
    is_agreed: bool
    at: datetime


@dataclass(frozen=True)
class ConsentLine:
    number: int
    title: str
    language: str
    given_at: datetime
    ticks: list[TickLine]


@dataclass(frozen=True)
class Receipt:
    """What somebody can keep on paper. `departure` is None while they take part."""

    study: Study
    pseudonym: str
    group_name: str
    consents: list[ConsentLine]
    given: list[tuple[str, int]]
    departure: Departure | None = None


def _consent_line(said: dict[str, Any]) -> ConsentLine:
    ticks = [
        TickLine(one["words"], one["is_required"], one["is_agreed"], datetime.fromisoformat(one["at"]))
        for one in said["ticks"]
    ]
    given_at = datetime.fromisoformat(said["given_at"])
    return ConsentLine(said["number"], said["title"], said["language"], given_at, ticks)


def given_lines(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts in words, in the order of `GIVEN_WORDS`; what is zero is left out."""
    order = [*GIVEN_WORDS, *sorted(set(counts) - set(GIVEN_WORDS))]
    words = {name: str(GIVEN_WORDS.get(name, name.replace("_", " ").capitalize())) for name in order}
    return [(words[name], counts[name]) for name in order if counts.get(name)]


def receipt_of(departure: Departure) -> Receipt:
    return Receipt(
        study=departure.study,
        pseudonym=departure.pseudonym,
        group_name=departure.group_name,
        consents=[_consent_line(said) for said in departure.statement["consents"]],
        given=given_lines(departure.statement["given"]),
        departure=departure,
    )


def consent_receipt(rater: Rater, statement: list[dict[str, Any]], counts: dict[str, int]) -> Receipt:
    """The receipt of somebody who takes part."""
    consents = [_consent_line(said) for said in statement]
    return Receipt(rater.study, rater.pseudonym, rater.group.name, consents, given_lines(counts))


def can_erase_later(departure: Departure, now: datetime) -> bool:
    """Who left and kept can still change their mind, unless they are back, erased, or too late."""
    rater = departure.rater
    if departure.is_erased or rater is None or is_frozen(departure.study, now):
        return False
    return rater.member is None or rater.member.left_at is not None


@dataclass(frozen=True)
class LeftRow:
    """For the study's team: a pseudonym and a day, whatever the person decided, and nothing else."""

    pseudonym: str
    left_at: datetime


def left_rows(study: Study, raters: QuerySet[Rater] | None = None) -> list[LeftRow]:
    """Raters who left or were taken out and are not back, the newest first. Of `raters` those who can still
    be told to be among them: who had everything erased belongs to no site any more. Two queries."""
    here = Member.objects.filter(left_at__isnull=True, grants__role=Role.RATER)
    gone = Departure.objects.filter(study=study).exclude(rater__member__in=here)
    known = Rater.objects.filter(study=study) if raters is None else raters
    gone = gone if raters is None else gone.filter(rater__in=raters)
    rows = {one.pseudonym: LeftRow(one.pseudonym, one.left_at) for one in gone.order_by("left_at")}
    taken_out = known.filter(member__left_at__isnull=False)
    for pseudonym, left_at in taken_out.values_list("pseudonym", "member__left_at"):
        if left_at is not None:
            rows.setdefault(pseudonym, LeftRow(pseudonym, left_at))
    return sorted(rows.values(), key=lambda row: row.left_at, reverse=True)

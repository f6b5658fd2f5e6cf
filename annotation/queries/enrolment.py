"""Whether people may join a study: its ethics approval, and what happens when that has passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import EthicsApproval, EthicsSettings, Study

# So many days before an approval ends the overview begins to say so.
WARNING_DAYS = 30


def ethics_of(study: Study) -> EthicsSettings:
    """The study's settings, or the defaults, which are not stored until somebody changes them."""
    return EthicsSettings.objects.filter(study=study).first() or EthicsSettings(study=study)


def approvals_of(study: Study) -> list[EthicsApproval]:
    """Newest first, those that were withdrawn too."""
    return list(EthicsApproval.objects.filter(study=study))


@dataclass(frozen=True)
class Standing:
    """Where a study stands with its board on one day.

    `ends_on`: the last day of what holds today without a gap; None where it has no end or nothing holds.
    """

    has_any: bool
    holds: bool
    ends_on: date | None
    next_from: date | None
    ended_on: date | None


def _last_day(living: Sequence[EthicsApproval], today: date) -> date | None:
    """Until when approvals hold one after the other, from today on; None: without end."""
    last = today
    for one in sorted(living, key=lambda approval: approval.valid_from):
        if one.valid_from.toordinal() <= last.toordinal() + 1:
            if one.valid_until is None:
                return None
            last = max(last, one.valid_until)
    return last


def standing_on(approvals: Sequence[EthicsApproval], today: date) -> Standing:
    """Both days of an approval are included; a withdrawn one holds no longer."""
    living = [one for one in approvals if one.withdrawn_at is None]
    here = [
        one
        for one in living
        if one.valid_from <= today and (one.valid_until is None or one.valid_until >= today)
    ]
    ended = [one.valid_until for one in living if one.valid_until is not None and one.valid_until < today]
    return Standing(
        has_any=any(not one.is_mistake for one in approvals),
        holds=bool(here),
        ends_on=_last_day(living, today) if here else None,
        next_from=min((one.valid_from for one in living if one.valid_from > today), default=None),
        ended_on=max(ended, default=None),
    )


def _today(now: datetime) -> date:
    return timezone.localdate(now)


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _lack(standing: Standing) -> str:
    """Why no approval holds, as a sentence."""
    if standing.next_from is not None:
        return _("The ethics approval of this study begins on %(day)s.") % {"day": _day(standing.next_from)}
    if standing.ended_on is not None:
        return _("The ethics approval of this study ended on %(day)s.") % {"day": _day(standing.ended_on)}
    return _("The ethics approval of this study is not in force at the moment.")


def enrolment_closed(study: Study, *, now: datetime) -> str | None:
    """Why nobody new can join or give a first consent; None where they can. One query.

    A study that has recorded no approval is not held up by one: not every study needs it.
    """
    standing = standing_on(approvals_of(study), _today(now))
    if standing.holds or not standing.has_any:
        return None
    closed = _("Until one holds, nobody new can take part.")
    return f"{_lack(standing)} {closed}"


def rating_halted(study: Study, *, now: datetime) -> str | None:
    """Why raters get no further items, where the study pauses rating too. Two queries at most."""
    if not EthicsSettings.objects.filter(study=study, pauses_rating=True).exists():
        return None
    standing = standing_on(approvals_of(study), _today(now))
    if standing.holds or not standing.has_any:
        return None
    kept = _("Until one holds, no new items are handed out. What you have rated is kept.")
    return f"{_lack(standing)} {kept}"


def approval_warning(study: Study, *, now: datetime) -> str | None:
    """What the overview says from 30 days before an approval ends; None while there is time. One query."""
    today = _today(now)
    standing = standing_on(approvals_of(study), today)
    if not standing.has_any:
        return None
    if not standing.holds:
        paused = _("Enrolment is paused.")
        return f"{_lack(standing)} {paused}"
    if standing.ends_on is None or (standing.ends_on - today).days > WARNING_DAYS:
        return None
    days = (standing.ends_on - today).days
    return ngettext(
        "The ethics approval ends on %(day)s, in %(days)s day. Then enrolment pauses.",
        "The ethics approval ends on %(day)s, in %(days)s days. Then enrolment pauses.",
        days,
    ) % {"day": _day(standing.ends_on), "days": days}

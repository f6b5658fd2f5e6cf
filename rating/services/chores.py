"""What somebody must see to from time to time, and how often: the scheduler's list.

Every chore may be done twice, or by two processes at once, without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.utils import timezone

from annotation.jobs import requeue_lost_jobs
from annotation.services.access_log import forget_accesses
from annotation.services.alerts import retry_notices
from annotation.services.audit_seals import seal_events
from annotation.services.care_weeks import tend_wellbeing
from annotation.services.kept_answers import forget_answers
from annotation.services.mailed_invitations import forget_addresses
from annotation.services.public_calls import forget_applications
from annotation.services.retention import tend_retention
from annotation.services.stage_summaries import tend_summaries
from annotation.services.study_summaries import tend_study_summaries
from annotation.services.tombstones import settle_tombstones
from annotation.services.webhooks import forget_deliveries, wake_sender
from rating.services.alert_mails import start_day_mails
from rating.services.leftovers import forget_leftovers
from rating.services.stored_exports import expire_exports
from rating.services.study_archives import expire_archives

OFTEN, HALF_MINUTE, HOUR = 3, 30, 3600


@dataclass(frozen=True)
class Chore:
    """`every`: seconds between two times, counted from the beginning of the earlier one."""

    name: str
    every: float
    do: Callable[[], object]


def _at_now(do: Callable[..., object]) -> Callable[[], object]:
    def done() -> object:
        now: datetime = timezone.now()
        return do(now=now)

    return done


def _forget_sessions() -> None:
    """Sessions that have ended: the store never deletes them by itself."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


CHORES: tuple[Chore, ...] = (
    Chore("seal_events", OFTEN, seal_events),
    Chore("wake_sender", OFTEN, wake_sender),
    Chore("requeue_lost_jobs", HALF_MINUTE, requeue_lost_jobs),
    Chore("tend_summaries", HALF_MINUTE, _at_now(tend_summaries)),
    Chore("tend_study_summaries", HALF_MINUTE, _at_now(tend_study_summaries)),
    Chore("retry_notices", HALF_MINUTE * 20, _at_now(retry_notices)),
    Chore("start_day_mails", HOUR, _at_now(start_day_mails)),
    Chore("settle_tombstones", HALF_MINUTE * 20, _at_now(settle_tombstones)),
    Chore("seal_all_events", HOUR, lambda: seal_events(look_back=None)),
    Chore("forget_accesses", HOUR, _at_now(forget_accesses)),
    Chore("forget_answers", HOUR, _at_now(forget_answers)),
    Chore("forget_deliveries", HOUR, _at_now(forget_deliveries)),
    Chore("forget_addresses", HOUR, _at_now(forget_addresses)),
    Chore("forget_applications", HOUR, _at_now(forget_applications)),
    Chore("forget_sessions", HOUR, _forget_sessions),
    Chore("tend_wellbeing", HOUR, _at_now(tend_wellbeing)),
    Chore("tend_retention", HOUR, _at_now(tend_retention)),
    Chore("expire_exports", HOUR, _at_now(expire_exports)),
    Chore("expire_archives", HOUR, _at_now(expire_archives)),
    Chore("forget_leftovers", HOUR, _at_now(forget_leftovers)),
)

"""Messages to raters who are behind: who gets one, and what a rater has on the start page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from annotation.models import Member, MessageCopy, MessageMute, Rater, RaterMessage, StagePace, Study
from annotation.queries.stage_counts import stored_counts
from annotation.queries.studies import current_plan, rater_paces

# More often than this would press people who may have good reasons.
BETWEEN = timedelta(days=1)


def behind_raters(study: Study, *, now: datetime) -> QuerySet[Rater]:
    """Those whom the pace table shows as behind, no more and no fewer."""
    plan = current_plan(study)
    if plan is not None and stored_counts(plan, now=now):
        shown = StagePace.objects.filter(plan=plan, is_behind=True).values("rater")
        return Rater.objects.filter(pk__in=shown, member__isnull=False, member__left_at__isnull=True)
    paces = rater_paces(study, plan, now=now)
    names = [pace.pseudonym for pace in paces if pace.is_behind]
    return Rater.objects.filter(study=study, pseudonym__in=names)


def messages_by(member: Member) -> QuerySet[RaterMessage]:
    """What somebody bound to sites has written, the newest first."""
    return sent_messages(member.study).filter(sent_by=member.user_id)


def sent_messages(study: Study) -> QuerySet[RaterMessage]:
    """The newest first. To whom they went is not told: it would add up to who was behind when."""
    return RaterMessage.objects.filter(study=study).select_related("sent_by").order_by("-pk")


def next_message_at(study: Study, *, now: datetime, raters: QuerySet[Rater] | None = None) -> datetime | None:
    """When the next may be written; None where it may be now. `raters`: to these alone."""
    sent = RaterMessage.objects.filter(study=study)
    if raters is not None:
        sent = sent.filter(pk__in=MessageCopy.objects.filter(rater__in=raters).values("message"))
    newest = sent.order_by("-pk").first()
    if newest is None or newest.created_at + BETWEEN <= now:
        return None
    return newest.created_at + BETWEEN


def messages_of(rater: Rater) -> list[MessageCopy]:
    """What waits on the start page, the newest first. One query."""
    copies = MessageCopy.objects.filter(rater=rater, put_away_at__isnull=True)
    return list(copies.select_related("message").order_by("-pk"))


def is_muted(rater: Rater) -> bool:
    return MessageMute.objects.filter(rater=rater).exists()

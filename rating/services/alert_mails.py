"""The day's mail with what wants attention: at most one a member and day, none where nothing does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import ngettext, override

from annotation.jobs import enqueue
from annotation.models import AlertChoice, Job, Study
from annotation.queries.alerts import Alert
from annotation.services.mailed_invitations import SENDING
from rating.job_kinds import SEND_ALERTS
from rating.queries.attention import all_alerts

Tell = Callable[[float, str], None]
# Nobody is written to before this hour of the server's clock.
FIRST_HOUR = 6


def _untold(today: date) -> Q:
    told = Q(told_on__isnull=True) | Q(told_on__lt=today)
    here = Q(often=AlertChoice.Often.DAILY, member__left_at__isnull=True)
    return told & here & ~Q(member__user__email="")


def start_day_mails(*, now: datetime) -> int:
    """Queue the day's mails, one job a study and day. Safe to run at any time. Returns how many studies."""
    local = timezone.localtime(now)
    if local.hour < FIRST_HOUR:
        return 0
    today = local.date()
    waiting = AlertChoice.objects.filter(_untold(today)).values("member__study")
    studies = list(Study.objects.filter(pk__in=waiting))
    for study in studies:
        with transaction.atomic():
            payload = {"day": today.isoformat()}
            # A mail that did not go is tried again an hour later: what went is marked.
            key = f"{study.code}:{local:%Y-%m-%d:%H}"
            enqueue(SEND_ALERTS, actor=None, study=study, payload=payload, idempotency_key=key)
    return len(studies)


def send_day_mails(job: Job, *, tell: Tell) -> dict[str, int]:
    """Write to everybody of the job's study who wants the day's mail and has not had it."""
    today = date.fromisoformat(job.payload["day"])
    waiting = AlertChoice.objects.filter(_untold(today), member__study=job.study_id)
    choices = list(
        waiting.select_related("member__user", "member__study")
        .prefetch_related("member__grants")
        .order_by("pk")
    )
    counts = {"n_sent": 0, "n_failed": 0, "n_nothing": 0}
    for number, choice in enumerate(choices):
        tell(number / len(choices), f"{number} of {len(choices)}")
        counts[f"n_{_tell_one(choice, today)}"] += 1
    return counts


def _tell_one(choice: AlertChoice, today: date) -> str:
    """Taken before it is sent, so that no two attempts write; given back where the mail did not go."""
    mine = AlertChoice.objects.filter(pk=choice.pk).filter(Q(told_on__isnull=True) | Q(told_on__lt=today))
    if not mine.update(told_on=today):
        return "nothing"
    with override(choice.language):
        found = all_alerts(choice.member, now=timezone.now())
        if not found:
            return "nothing"
        try:
            day_mail(choice, found).send()
        except SENDING:
            # The reason may hold the address: it is not kept.
            AlertChoice.objects.filter(pk=choice.pk, told_on=today).update(told_on=choice.told_on)
            return "failed"
    return "sent"


def day_mail(choice: AlertChoice, found: list[Alert]) -> EmailMessage:
    """Counts, days and addresses of pages; what is behind them is read after signing in."""
    study, n = choice.member.study, len(found)
    subject = ngettext(
        "%(n)s thing wants attention in “%(title)s”", "%(n)s things want attention in “%(title)s”", n
    ) % {"n": n, "title": study.title}
    root = choice.root.rstrip("/")
    # A place on the page itself is no address.
    pages = [Alert(one.words, one.url if one.url.startswith("/") else "") for one in found]
    settings = f"{root}/studies/{study.code}/progress/mail/"
    context = {"study": study, "found": pages, "root": root, "settings": settings}
    body = render_to_string("watching/mail/day.txt", context)
    return EmailMessage(" ".join(subject.split()), body, to=[choice.member.user.email])

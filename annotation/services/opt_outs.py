"""Raters choose what they would rather not see, and rest. Neither leaves a name in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from annotation.models import Item, Pause, Rater, TopicOptOut
from annotation.queries.opt_outs import avoided_items, folded, opt_outs_of
from annotation.services.presence import hold_place
from annotation.services.queue import release_held
from annotation.services.wellbeing import begin_pause, begin_stretch


def choose_topics(rater: Rater, *, topics: Iterable[str], now: datetime) -> None:
    """Opt out of exactly these topics; an item in hand that holds one of them goes back to the queue."""
    wanted = {folded(topic) for topic in topics} - {""}
    with transaction.atomic():
        hold_place(rater)
        held = opt_outs_of(rater)
        TopicOptOut.objects.filter(rater=rater, topic__in=held - wanted).delete()
        TopicOptOut.objects.bulk_create(
            (TopicOptOut(rater=rater, topic=topic, chosen_at=now) for topic in sorted(wanted - held)),
            ignore_conflicts=True,
        )
        release_held(rater, items=avoided_items([rater]))


def pause_work(rater: Rater, *, now: datetime) -> Pause:
    """Rest: what is in hand goes back to the queue, drafts stay."""
    with transaction.atomic():
        release_held(rater, items=Item.objects.filter(study=rater.study_id))
        begin_stretch(rater, now=now)
        return begin_pause(rater, now=now)

"""The list of a study's stored exports, and the comments that were held back from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import Job, Study
from rating.models import Answer, Export, HeldComment

MAX_LISTED = 50
BADGES = {
    Export.State.READY: "open",
    Export.State.MAKING: "draft",
    Export.State.WITHDRAWN: "closed",
    Export.State.EXPIRED: "closed",
}


@dataclass(frozen=True)
class ExportRow:
    """A line of the list. `why` says what happened to a file that is not there."""

    export: Export
    label: str
    badge: str
    state: str
    why: str
    may_download: bool
    is_running: bool


def export_rows(study: Study, *, is_coordinator: bool, labels: Mapping[str, str]) -> list[ExportRow]:
    """The newest files first, each format under its name in `labels`. One query."""
    exports = Export.objects.filter(study=study).select_related("job", "created_by", "study")
    return [
        _row(export, labels.get(export.format, export.format), is_coordinator=is_coordinator)
        for export in exports[:MAX_LISTED]
    ]


def _row(export: Export, label: str, *, is_coordinator: bool) -> ExportRow:
    is_over = export.state == Export.State.READY and not is_kept(export)
    state = Export.State.EXPIRED if is_over else Export.State(export.state)
    job = export.job
    ended = state == Export.State.MAKING and (job is None or job.is_finished)
    return ExportRow(
        export=export,
        label=label,
        badge="closed" if ended else BADGES[state],
        state=_ended(job) if ended else str(state.label),
        why=_why(state, job if ended else None),
        may_download=state == Export.State.READY and (is_coordinator or not export.unlock_reason),
        is_running=state == Export.State.MAKING and not ended,
    )


def _ended(job: Job | None) -> str:
    return str(Job.State(job.state).label) if job is not None else str(Job.State.FAILED.label)


def _why(state: Export.State, job: Job | None) -> str:
    if state == Export.State.WITHDRAWN:
        return _("Somebody who is in it took their data back. Make it anew without them.")
    if state == Export.State.EXPIRED:
        return _("Its days are over, and it was deleted. Make it anew if you need it.")
    return job.error if job is not None else ""


def is_kept(export: Export) -> bool:
    """Whether the file is there to be downloaded."""
    lasts = export.expires_at is not None and export.expires_at > timezone.now()
    return export.state == Export.State.READY and lasts


def held_comments(study: Study) -> QuerySet[HeldComment]:
    """Comments in which the scan found something, those that wait first."""
    held = HeldComment.objects.filter(rating__rater__study=study)
    ordered = held.order_by(F("released_at").asc(nulls_first=True), "pk")
    # Not in the same query: thousands would be sorted with all of it.
    return ordered.prefetch_related("rating__slot__item", "released_by")


@dataclass(frozen=True)
class HeldRow:
    held: HeldComment
    words: str


def with_words(page: list[HeldComment]) -> list[HeldRow]:
    """What was written, for whoever decides. One query."""
    keys = [one.rating_id for one in page if one.question]
    answers = Answer.objects.filter(rating__in=keys).exclude(text="")
    names = ("rating_id", "question__key", "target", "perspective", "text")
    texts = {tuple(place): text for *place, text in answers.values_list(*names)}
    return [
        HeldRow(
            one,
            texts.get((one.rating_id, one.question, one.target, one.perspective), "")
            if one.question
            else one.rating.comment,
        )
        for one in page
    ]


def study_exports(study: Study) -> QuerySet[Export]:
    """Every export of the study, the newest first."""
    return Export.objects.filter(study=study).select_related("job", "study").order_by("-id")

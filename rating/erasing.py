"""What of a rater lies in this app: counted for the receipt, erased on withdrawal."""

from __future__ import annotations

from annotation.erasers import Eraser
from annotation.jobs import enqueue
from annotation.models import Job, Pass, ProblemReport, Rater
from rating.job_kinds import MEASURE_RATERS, REDUCE_SNAPSHOTS
from rating.models import Answer, Draft, Evidence, Presentation, Rating, Snapshot
from rating.queries.pay import own_work
from rating.services.stored_exports import withdraw_exports
from rating.services.study_archives import erase_past, withdraw_archives


def given_by(rater: Rater) -> dict[str, int]:
    """By kind, as a receipt names it (`annotation.queries.leaving.GIVEN_WORDS`). Ten queries."""
    ratings = Rating.objects.filter(rater=rater)
    current = ratings.filter(current_of__isnull=False)
    n_ratings = current.count()
    # Stands on the tombstone too: who has everything erased is paid for the work all the same.
    work = own_work(rater)
    return {
        "ratings": n_ratings,
        "revisions": ratings.count() - n_ratings,
        "answers": Answer.objects.filter(rating__in=current).count(),
        "passages": Evidence.objects.filter(rating__in=current).count(),
        "comments": current.exclude(comment="").count(),
        "items_opened": work.n_items,
        "active_minutes": work.minutes,
        "drafts": Draft.objects.filter(rater=rater).count(),
        "skips": Pass.objects.filter(rater=rater).count(),
        "problem_reports": ProblemReport.objects.filter(rater=rater).count(),
    }


def erase_given(rater: Rater) -> None:
    """Ratings with their parts, drafts, what was shown, stored exports; snapshots follow in the background.

    Snapshots name raters by pseudonym: the job finds them by it when the row is gone.
    """
    withdraw_exports(rater)
    erase_past(rater)
    Rating.objects.filter(rater=rater).delete()
    Draft.objects.filter(rater=rater).delete()
    Presentation.objects.filter(rater=rater).delete()
    # Numbers of raters beside their groups, by pseudonym: the next comparison is made without this one.
    Job.objects.filter(study=rater.study_id, kind=MEASURE_RATERS).delete()
    if Snapshot.objects.filter(study=rater.study_id).exists():
        payload = {"pseudonym": rater.pseudonym}
        enqueue(REDUCE_SNAPSHOTS, actor=None, study=rater.study, payload=payload)


def erase_archived(rater: Rater) -> None:
    """Whoever leaves, whatever they leave behind: files with the whole study go."""
    withdraw_archives(rater.study)


ERASER = Eraser("ratings", given_by, erase_given)
ARCHIVES_ERASER = Eraser("archives", lambda _rater: {}, erase_archived, is_always=True)

"""The page “How it goes” cut to some of a study's sites: their raters, and what wants attention there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from annotation.models import ContactWish, Incident, Job, Plan, ProblemReport, PublicCall, Role, Slot
from annotation.queries.alerts import Alert
from annotation.queries.course import StageCourse
from annotation.queries.joining import waiting_applications
from annotation.queries.problems import study_problems
from annotation.queries.site_progress import SiteGroup, site_course, site_progress
from annotation.queries.studies import pace_table
from annotation.study_access import StudyAccess
from rating.queries.watching import QUIET, Measured, far_alert, measuring_of, second_looks_of

# By the page where it is dealt with.
WAITING = {
    "study_problems": ngettext_lazy(
        "%(n)s reported problem waits for an answer.", "%(n)s reported problems wait for an answer.", "n"
    ),
    "study_care": ngettext_lazy(
        "%(n)s rater would like to be contacted.", "%(n)s raters would like to be contacted.", "n"
    ),
    "study_calls": ngettext_lazy(
        "%(n)s person asks to join and waits for a decision.",
        "%(n)s people ask to join and wait for a decision.",
        "n",
    ),
    "study_second_looks": ngettext_lazy(
        "%(n)s second look has not been given yet.", "%(n)s second looks have not been given yet.", "n"
    ),
    "study_incidents": ngettext_lazy("%(n)s incident is open.", "%(n)s incidents are open.", "n"),
}


@dataclass(frozen=True)
class SiteStage:
    """A stage as it goes at these sites. `job`: the newest measuring of raters, of the whole study."""

    progress: list[SiteGroup]
    course: StageCourse | None
    job: Job | None
    measured: Measured | None


def site_stage(access: StudyAccess, plan: Plan, *, now: datetime) -> SiteStage:
    """Some fifteen queries, whatever the size of the study."""
    progress = site_progress(access, plan, now=now)
    course = site_course(access, plan, progress, now=now)
    return SiteStage(progress, course, *measuring_of(plan, access))


def stage_alerts(access: StudyAccess, plan: Plan, stage: SiteStage, *, now: datetime) -> Iterator[Alert]:
    """What wants attention of how the stage goes there. Counts of these sites' people alone."""
    code = plan.study.code
    if stage.course is not None and stage.course.is_late:
        yield Alert(_("What is planned for these raters is likely to end after the day that was set."))
    if _is_quiet(access, plan, stage.progress, now):
        yield Alert(_("Nobody there has rated for a week."))
    paces = pace_table(access.study, plan, now=now, raters=access.raters())
    n_late = sum(pace.is_behind for pace in paces)
    if n_late:
        said = ngettext("%(n)s rater is behind.", "%(n)s raters are behind.", n_late)
        yield Alert(said % {"n": n_late}, reverse("study", args=[code]))
    if stage.measured is not None and stage.measured.n_far:
        yield far_alert(stage.measured)


def _is_quiet(access: StudyAccess, plan: Plan, progress: Sequence[SiteGroup], now: datetime) -> bool:
    """Open for a week or more, raters are there, and none has rated in a week."""
    asked = [row for row in progress if row.per_item and row.n_raters and row.n_left != 0]
    if plan.state != Plan.State.OPEN or not asked or plan.created_at > now - QUIET:
        return False
    done = Slot.objects.filter(plan=plan, rater__in=access.raters(), completed_at__gt=now - QUIET)
    return not done.exists()


def desk_alerts(access: StudyAccess) -> Iterator[Alert]:
    """What waits at the desk of whoever looks after these sites, as far as their roles go. At most five
    queries."""
    for page, rows in _waiting(access):
        n = rows.count()
        if n:
            yield Alert(str(WAITING[page] % {"n": n}), reverse(page, args=[access.study.code]))


def _waiting(access: StudyAccess) -> Iterator[tuple[str, QuerySet[Any]]]:
    study = access.study
    if access.can(Role.COORDINATOR):
        yield "study_problems", access.seen(study_problems(study)).filter(state=ProblemReport.State.OPEN)
        yield "study_care", access.seen(ContactWish.objects.filter(rater__study=study, answered_at=None))
        calls = access.at_sites(PublicCall.objects.filter(study=study))
        yield "study_calls", waiting_applications(study, calls)
        looks = access.seen(second_looks_of(study), "rating__rater")
        yield "study_second_looks", looks.filter(closed_at__isnull=True)
    if access.can(Role.SAFEGUARDING):
        incidents = Incident.objects.filter(study=study, closed_at=None)
        yield "study_incidents", access.written(incidents, "opened_by")

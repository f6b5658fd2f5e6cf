"""The page “How it goes”: a stage's course as a figure, raters beside their groups, what wants attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import Group, Job, Plan, Rater, Slot, Study
from annotation.queries.alerts import Alert, stuck_alerts
from annotation.queries.course import Line, StageCourse
from annotation.queries.problems import n_open_problems
from annotation.queries.site_progress import FEWEST_ELSEWHERE
from annotation.queries.stage_counts import stored_counts
from annotation.queries.studies import GroupProgress, n_behind
from annotation.study_access import StudyAccess
from annotation.templatetags.study_pages import group_number
from rating.job_kinds import MEASURE_RATERS
from rating.models import SecondLook
from rating.plots.courses import Course, Ends, course_chart
from rating.plots.svg import inline_svg
from rating.reporting.tables import Column, Kind, Table

# A stage in which nobody has rated for so long has come to a halt.
# The name of the number that the scheduler keeps.
LOOKS = "second_looks"
QUIET = timedelta(days=7)


@dataclass(frozen=True)
class CourseFigure:
    """The course drawn, told in words, and as numbers."""

    svg: SafeString
    sentences: list[str]
    table: Any
    groups: list[dict[str, Any]]


@dataclass(frozen=True)
class WatchedRater:
    """A rater's numbers; None where there is too little to say. `far`: those that stand out of the group."""

    pseudonym: str
    group: Group
    seconds: float | None
    alike: float | None
    distance: float | None
    far: list[str]


@dataclass(frozen=True)
class Measured:
    """What the newest finished measuring found. `taken_at`: when it read the ratings; `n_others`: measured
    raters whom the member may not see, by key of the group."""

    taken_at: datetime
    rows: list[WatchedRater]
    n_others: Mapping[str, int]

    @property
    def n_far(self) -> int:
        return sum(bool(row.far) for row in self.rows)


def course_figure(course: StageCourse, *, is_planned: bool = True) -> CourseFigure:
    """Lines per group; the forecast as a band. Counts instead of shares where nothing is planned for just
    these raters. No query."""
    low, middle, high = course.ends or (None, None, None)
    top = None if is_planned else max(line.totals[-1] for line in course.lines)
    drawn = [Course(group_number(line.group), _shares(line, top)) for line in course.lines]
    svg = course_chart(course.days, drawn, Ends(low, middle, high, course.due_on), top=top)
    # Our own drawing: numbers and dates only.
    inlined = mark_safe(inline_svg(svg))  # noqa: S308
    groups = [{"number": group_number(line.group), "label": line.group.name} for line in course.lines]
    words = forecast_words(course) if is_planned else [_no_own_end()]
    return CourseFigure(inlined, words, _course_table(course).shown(), groups)


def _shares(line: Line, top: int | None) -> list[float]:
    return [total / (top or line.n_planned) for total in line.totals]


def _no_own_end() -> str:
    return _(
        "Ratings of this stage go to whoever is free, wherever they are. Nothing is planned for single "
        "sites, so there is no forecast for them."
    )


def forecast_words(course: StageCourse) -> list[str]:
    """When it will be done, if raters go on as of late; and how that stands to the day that was set."""
    if all(line.n_left <= 0 for line in course.lines):
        return [_("Every planned rating has been given.")]
    if course.ends is None:
        return [
            _(
                "There is no forecast yet: it takes ratings from every group that still owes some, on at "
                "least three days of the last three weeks."
            )
        ]
    low, middle, high = course.ends
    first = date_format(low, "j F Y")
    if high is None:
        said = _("If raters go on as of late, it will be done around %(middle)s, not before %(low)s.")
        return [said % {"middle": date_format(middle, "j F Y"), "low": first}, *_against_target(course)]
    said = _(
        "If raters go on as of late, it will be done around %(middle)s: four in five courses end between "
        "%(low)s and %(high)s."
    )
    dates = {"middle": date_format(middle, "j F Y"), "low": first, "high": date_format(high, "j F Y")}
    return [said % dates, *_against_target(course)]


def _against_target(course: StageCourse) -> list[str]:
    if course.due_on is None:
        return []
    due = date_format(course.due_on, "j F Y")
    if course.is_late:
        return [_("That is likely after the day that was set, %(day)s.") % {"day": due}]
    if course.may_be_late:
        return [_("It may be after the day that was set, %(day)s.") % {"day": due}]
    return [_("That is before the day that was set, %(day)s.") % {"day": due}]


def _course_table(course: StageCourse) -> Table:
    """At most thirty days, evenly spread, the last one always among them."""
    step = max(1, -(-len(course.days) // 30))
    places = list(range(len(course.days) - 1, -1, -step))[::-1]
    columns = [Column(_("Day")), *(Column(line.group.name, Kind.COUNT) for line in course.lines)]
    rows = [
        [date_format(course.days[place], "j M Y"), *(line.totals[place] for line in course.lines)]
        for place in places
    ]
    return Table("course", _("Ratings up to each day"), columns, rows)


def measuring_of(plan: Plan, access: StudyAccess | None = None) -> tuple[Job | None, Measured | None]:
    """The newest measuring of the stage's raters, and what the newest finished one found of all, or of those
    whom the member may see. Two queries."""
    jobs = Job.objects.filter(kind=MEASURE_RATERS, study=plan.study_id, payload__plan=plan.code)
    newest = jobs.order_by("-pk").first()
    done = newest if newest and newest.state == Job.State.DONE else None
    done = done or jobs.filter(state=Job.State.DONE).order_by("-pk").first()
    raters = Rater.objects.filter(study=plan.study_id) if access is None else access.raters()
    measured = _measured(job=done, raters=raters) if done else None
    return newest, without_few(measured) if measured and access and access.is_bound else measured


def without_few(measured: Measured) -> Measured:
    """Without distances from groups that have few others: such a distance would tell how these answered."""
    rows = [
        replace(row, distance=None, far=[name for name in row.far if name != "distance"])
        if 0 < measured.n_others.get(row.group.key, 0) < FEWEST_ELSEWHERE
        else row
        for row in measured.rows
    ]
    return replace(measured, rows=rows)


def _measured(*, job: Job, raters: QuerySet[Rater]) -> Measured | None:
    taken_at = parse_datetime(job.result.get("taken_at", ""))
    if taken_at is None:
        return None
    # Only those who are here: who has left is nobody to ask.
    shown = raters.filter(member__left_at__isnull=True, member__isnull=False)
    here = {rater.pseudonym: rater for rater in shown.select_related("group")}
    seen = set(raters.values_list("pseudonym", flat=True))
    n_others = Counter(row["group"] for row in job.result["raters"] if row["rater"] not in seen)
    rows = [
        WatchedRater(
            pseudonym=row["rater"],
            group=here[row["rater"]].group,
            seconds=row["seconds"],
            alike=row["alike"],
            distance=row["distance"],
            far=row["far"],
        )
        for row in job.result["raters"]
        if row["rater"] in here
    ]
    rows.sort(key=lambda row: (not row.far, row.group.position, row.pseudonym))
    return Measured(taken_at, rows, n_others)


def alerts(
    plan: Plan,
    progress: Sequence[GroupProgress],
    course: StageCourse | None,
    measured: Measured | None,
    *,
    now: datetime,
) -> list[Alert]:
    """What wants a coordinator's attention, most pressing first. Some fourteen queries."""
    code = plan.study.code
    found = []
    if course is not None and course.is_late:
        found.append(Alert(_("The stage is likely to end after the day that was set.")))
    for row in progress:
        if row.n_left > 0 and not row.n_raters:
            said = _("%(group)s: ratings are wanted, and there is nobody to give them.")
            found.append(Alert(said % {"group": row.group.name}, reverse("study_people", args=[code])))
    if _is_quiet(plan, progress, now):
        found.append(Alert(_("Nobody has rated for a week.")))
    n_late = n_behind(plan, now=now)
    if n_late:
        said = ngettext("%(n)s rater is behind.", "%(n)s raters are behind.", n_late) % {"n": n_late}
        found.append(Alert(said, reverse("study", args=[code])))
    found += stuck_alerts(plan, now=now)
    n_open = n_open_problems(plan.study)
    if n_open:
        said = ngettext(
            "%(n)s reported problem waits for an answer.",
            "%(n)s reported problems wait for an answer.",
            n_open,
        )
        found.append(Alert(said % {"n": n_open}, reverse("study_problems", args=[code])))
    if measured is not None and measured.n_far:
        found.append(far_alert(measured))
    return found


def far_alert(measured: Measured) -> Alert:
    """How many of these raters stand far out of their groups, where any does."""
    said = ngettext(
        "%(n)s rater stands far out of the own group in at least one number.",
        "%(n)s raters stand far out of their groups in at least one number.",
        measured.n_far,
    )
    return Alert(said % {"n": measured.n_far}, "#raters-heading")


def _is_quiet(plan: Plan, progress: Sequence[GroupProgress], now: datetime) -> bool:
    """Open for a week or more, ratings wanted, and none in a week."""
    is_waiting = plan.state == Plan.State.OPEN and any(row.n_left > 0 for row in progress)
    if not is_waiting or plan.created_at > now - QUIET:
        return False
    stored = stored_counts(plan, now=now)
    if stored:
        return max((day for _group, day in stored.days), default=date.min) < (now - QUIET).date()
    return not Slot.objects.filter(plan=plan, completed_at__gt=now - QUIET).exists()


def second_looks_of(study: Study) -> QuerySet[SecondLook]:
    """All of the study, open ones first."""
    looks = SecondLook.objects.filter(rating__rater__study=study)
    # Not in the same query: thousands would be sorted with all of it.
    shown = looks.prefetch_related("rating__slot__item", "rating__rater__group", "asked_by")
    return shown.order_by(F("closed_at").desc(nulls_first=True), "-asked_at")


def count_second_looks(study: Study) -> int:
    """For `annotation.study_numbers`."""
    return SecondLook.objects.filter(rating__rater__study=study).count()


def looks_asked_of(rater: Rater) -> list[SecondLook]:
    """What a rater has been asked to look at again, oldest first. One query."""
    looks = SecondLook.objects.filter(rating__rater=rater, closed_at__isnull=True)
    return list(looks.select_related("rating__slot__item", "rating__presentation__slot").order_by("asked_at"))

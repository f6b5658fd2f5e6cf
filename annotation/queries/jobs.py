"""A job in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import Job

TITLES = {
    "annotation.tasks.send_decision": gettext_lazy("Telling an applicant"),
    "annotation.tasks.send_message": gettext_lazy("Sending a message"),
    "annotation.tasks.send_notices": gettext_lazy("Telling of an incident"),
    "rating.tasks.send_alerts": gettext_lazy("Telling the team what wants attention"),
    "annotation.tasks.send_invitations": gettext_lazy("Sending invitations"),
    "rating.tasks.run_analysis": gettext_lazy("Analysis"),
    "rating.tasks.check_import": gettext_lazy("Check of the files"),
    "rating.tasks.run_import": gettext_lazy("Import"),
    "rating.tasks.simulate_plan": gettext_lazy("Simulation of a plan"),
    "rating.tasks.measure_raters": gettext_lazy("Measuring raters"),
    "rating.tasks.make_export": gettext_lazy("Export"),
    "rating.tasks.make_archive": gettext_lazy("Archive of the study"),
    "rating.tasks.restore_study": gettext_lazy("Restoring a study"),
    "rating.tasks.reduce_snapshots": gettext_lazy("Taking out what was withdrawn"),
}
ENDINGS = {
    Job.State.DONE: ("success", gettext_lazy("Finished.")),
    Job.State.FAILED: ("error", gettext_lazy("It did not work.")),
    Job.State.CANCELLED: ("warning", gettext_lazy("Stopped.")),
}


@dataclass(frozen=True)
class JobCard:
    """A job as components/job.html shows it. `result_url` is empty until there is something to see."""

    title: str
    sentence: str
    running: bool
    percent: int
    level: str
    details: list[str]
    result_url: str


def _title(job: Job) -> str:
    name = job.kind.rsplit(".", 1)[-1].replace("_", " ")
    return str(TITLES.get(job.kind, name.capitalize()))


def _sentence(job: Job) -> str:
    if job.is_cancel_requested and not job.is_finished:
        return _("Stopping…")
    if job.state == Job.State.QUEUED:
        return _("Waiting for its turn. You can leave this page; the work goes on.")
    return job.message or _("Working. You can leave this page; the work goes on.")


def job_card(job: Job) -> JobCard:
    """How far a job is, or how it ended. A result may name its page of this study under "url"."""
    url = str(job.result.get("url", ""))
    level, ending = ENDINGS.get(Job.State(job.state), ("", ""))
    first, *details = job.error.splitlines() or [""]
    return JobCard(
        title=_title(job),
        sentence=(first or str(ending)) if job.is_finished else _sentence(job),
        running=not job.is_finished,
        percent=round(job.progress * 100),
        level=level,
        details=details,
        # Only our own pages: a result is data, and a link in it is nothing to trust.
        result_url=url if job.study and url.startswith(f"/studies/{job.study.code}/") else "",
    )

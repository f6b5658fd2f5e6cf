"""How far an analysis is, as components/job.html shows it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import Job
from rating.models import Analysis

_ENDED = {
    Job.State.DONE: ("success", gettext_lazy("The report is ready.")),
    Job.State.CANCELLED: ("warning", gettext_lazy("Stopped as asked. Nothing was kept.")),
    Job.State.FAILED: ("error", gettext_lazy("The analysis failed.")),
}


def progress_of(analysis: Analysis) -> dict[str, Any]:
    """Context of the fragment: running with a sentence, or ended with its reason."""
    args = [analysis.study.code, analysis.code]
    page = reverse("analysis", args=args)
    job = analysis.job
    shared = {"id": "analysis-job", "title": _("Analysis"), "page_url": page}
    if analysis.finished_at is not None:
        done = {"level": "success", "sentence": _("The report is ready."), "result_url": page}
        return {**shared, **done, "running": False, "result_label": _("Read the report")}
    if job is None:
        return {**shared, "running": False, "level": "error", "sentence": _("The analysis was interrupted.")}
    if job.is_finished:
        level, sentence = _ENDED[Job.State(job.state)]
        return {**shared, "running": False, "level": level, "sentence": job.error or sentence}
    return {
        **shared,
        "running": True,
        "sentence": job.message or _("Waiting for a worker to take it up."),
        "value": round(100 * job.progress),
        "max": 100 if job.state == Job.State.RUNNING else 0,
        "poll_url": reverse("analysis_progress", args=args),
        "cancel_url": reverse("analysis_cancel", args=args),
    }

"""What a browser says of the time spent, held against the clock of the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from rating.models import Presentation
from rating.services.answer_inputs import Submission, Times


def _of_known(times: Mapping[str, Mapping[str, int]], known: Iterable[str]) -> Times:
    """Times of questions that the rating has, above nothing."""
    found = {key: {target: ms for target, ms in times.get(key, {}).items() if ms > 0} for key in known}
    return {key: by_target for key, by_target in found.items() if by_target}


def _scaled(times: Times, share: float) -> Times:
    return {key: {target: int(ms * share) for target, ms in row.items()} for key, row in times.items()}


def credible_times(
    presentation: Presentation, submission: Submission, now: datetime
) -> tuple[int | None, Times]:
    """Active milliseconds of the item and of its questions.

    Nobody is active for longer than the item has been before them, nor on the questions together for
    longer than on the item: what claims more is cut, the questions in proportion.
    """
    if submission.active_ms is None:
        return None, {}
    since_shown = max(int((now - presentation.shown_at).total_seconds() * 1000), 0)
    total = min(submission.active_ms, since_shown)
    times = _of_known(submission.question_ms, presentation.question_order)
    told = sum(ms for row in times.values() for ms in row.values())
    return total, times if told <= total else _scaled(times, total / told)

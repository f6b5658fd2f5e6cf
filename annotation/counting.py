"""What this app counts of a whole study (`annotation.study_numbers`)."""

from __future__ import annotations

from annotation.queries.opt_outs import TOPICS, count_topics
from annotation.queries.plan_checks import CHECKED, count_checked
from annotation.queries.plans import PLANNABLE, count_plannable
from annotation.queries.retention import KEPT, count_kept
from annotation.study_numbers import register


def register_numbers() -> None:
    register(CHECKED, count_checked)
    register(KEPT, count_kept)
    register(PLANNABLE, count_plannable)
    register(TOPICS, count_topics)

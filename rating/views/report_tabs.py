"""The pages of one question of a report, as links."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from rating.models import Analysis
from rating.reporting.contents import PART_LABELS, parts_of
from rating.reporting.report import Question, Report


def question_tabs(
    analysis: Analysis, report: Report, question: Question, current: str
) -> list[dict[str, Any]]:
    """For components/tabs.html; `current` is empty on the first page. Pages without contents are left out."""
    args = [analysis.study.code, analysis.code, question.key]
    parts = [("", "Main numbers"), *((part, PART_LABELS[part]) for part in parts_of(report, question))]
    return [
        {
            "url": reverse("analysis_question_part", args=[*args, part])
            if part
            else reverse("analysis_question", args=args),
            "label": label,
            "current": part == current,
            "count": None,
        }
        for part, label in parts
    ]

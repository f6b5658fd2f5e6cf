"""Submitting a rating in tests: every scale question answered with the same value."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from annotation.models import Question, Rater
from rating.models import Presentation
from rating.services.answer_inputs import AnswerInput, EvidenceInput, Submission
from rating.services.submission import Outcome, submit_rating
from rating.services.workbench import claim_next_item
from tests.conftest import user_of


def claimed(rater: Rater) -> Presentation:
    presentation = claim_next_item(rater, actor=user_of(rater))
    assert presentation is not None
    return presentation


def filled(presentation: Presentation, *, value: float = 4, quote: str = "", **fields: Any) -> Submission:
    """A complete submission for what was presented; `fields` override."""
    scales = Question.objects.filter(version=presentation.rubric_version, kind="scale")
    body: dict[str, Any] = {
        "slot_code": presentation.slot.code,
        "client_id": uuid4(),
        "rubric_version_code": presentation.rubric_version.code,
        "answers": [AnswerInput(question.key, "response:1", value) for question in scales],
        "evidence": [EvidenceInput(quote=quote, question_key="empathy_warmth")] if quote else [],
    }
    return Submission(**(body | fields))


def submit(rater: Rater, *, claim_next: bool = False, **fields: Any) -> Outcome:
    submission = filled(claimed(rater), **fields)
    return submit_rating(rater, submission, actor=user_of(rater), claim_next=claim_next)

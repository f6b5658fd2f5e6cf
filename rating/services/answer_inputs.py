"""What arrives with a rating, before anybody has checked it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

OWN_VIEW = "self"
# {question: {target: milliseconds}}
Times = dict[str, dict[str, int]]


@dataclass(frozen=True)
class AnswerInput:
    """`value` on the question's scale, words in `text`, or a reason in `missing`; the rest as in Answer.

    One question of several parts comes as several inputs. A question whose parts are passages is answered
    by the passages; an input of value 0 without a part says that there is nothing to mark.
    """

    question_key: str
    target: str
    value: float | None = None
    missing: str = ""
    part: str = ""
    text: str = ""
    confidence: float | None = None
    perspective: str = OWN_VIEW


@dataclass(frozen=True)
class EvidenceInput:
    """A passage. Without offsets the quote is looked for in the target (or anywhere in the item)."""

    quote: str
    target: str = ""
    question_key: str = ""
    start: int | None = None
    end: int | None = None
    label: str = ""
    severity: float | None = None


@dataclass(frozen=True)
class Submission:
    """One rater's judgement as it arrived.

    `expected_revision`: the newest revision the rater has seen, 0 for a first rating.
    """

    slot_code: str
    client_id: UUID
    rubric_version_code: str
    answers: Sequence[AnswerInput]
    evidence: Sequence[EvidenceInput] = ()
    comment: str = ""
    active_ms: int | None = None
    question_ms: Times = field(default_factory=dict)
    expected_revision: int = 0

"""What a submission says, checked against the rubric version it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from annotation.errors import Code, DomainError
from annotation.models import Level, Question, Response, RubricVersion, Slot, Turn
from annotation.text import is_storable
from rating.models import Answer, Evidence, Rating

MAX_COMMENT = 10_000
MAX_EVIDENCE = 100
MAX_QUOTE = 5_000


@dataclass(frozen=True)
class AnswerInput:
    """`value` on the question's scale, or a reason in `missing`; `target` as in Answer."""

    question_key: str
    target: str
    value: float | None = None
    missing: str = ""


@dataclass(frozen=True)
class EvidenceInput:
    """A passage. Without offsets the quote is looked for in the target (or anywhere in the item)."""

    quote: str
    target: str = ""
    question_key: str = ""
    start: int | None = None
    end: int | None = None


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
    expected_revision: int = 0


@dataclass
class CheckedForm:
    """Rows ready to store, without their rating."""

    answers: list[Answer] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def store(self, rating: Rating) -> None:
        for answer in self.answers:
            answer.rating = rating
        for passage in self.evidence:
            passage.rating = rating
        Answer.objects.bulk_create(self.answers)
        Evidence.objects.bulk_create(self.evidence)


def targets_of(question: Question, responses: Iterable[Response]) -> list[str]:
    """The targets a question is asked about in an item with these responses."""
    if question.target == Question.Target.ITEM:
        return ["item"]
    return [f"response:{response.position}" for response in responses]


def _answer(question: Question, target: str, given: AnswerInput, levels: dict[float, Level]) -> Answer:
    """One Answer; ValueError with a sentence when it does not fit the question."""
    if given.missing:
        if given.missing != Answer.Missing.CANNOT_JUDGE or not question.allows_cannot_judge:
            raise ValueError("this reason for having no answer is not offered here.")
        if given.value is not None:
            raise ValueError("an answer has a value or a reason why there is none, not both.")
        return Answer(question=question, target=target, missing=given.missing)
    level = levels.get(given.value) if given.value is not None else None
    if level is None:
        raise ValueError("the answer is not on the scale.")
    return Answer(question=question, target=target, level=level, value=level.value)


def _unasked(
    question: Question, target: str, levels: dict[float, Level], *, is_judged: bool
) -> Answer | None:
    """The answer of a question left empty: a flag not ticked is "no", an optional question was declined.

    Where nothing of the item could be judged, an empty flag says nothing either.
    """
    if question.kind == Question.Kind.FLAG:
        if not is_judged:
            return Answer(question=question, target=target, missing=Answer.Missing.CANNOT_JUDGE)
        return Answer(question=question, target=target, level=levels[0.0], value=0.0)
    if not question.is_required:
        return Answer(question=question, target=target, missing=Answer.Missing.DECLINED)
    return None


def _row(
    question: Question,
    target: str,
    given: AnswerInput | None,
    levels: dict[float, Level],
    *,
    is_judged: bool,
) -> Answer | None:
    if given is None:
        return _unasked(question, target, levels, is_judged=is_judged)
    return _answer(question, target, given, levels)


def _check_answers(
    questions: Sequence[Question], responses: Sequence[Response], given: Sequence[AnswerInput]
) -> tuple[list[Answer], list[str]]:
    by_target = {(one.question_key, one.target): one for one in given}
    is_judged = not given or any(not one.missing for one in given)
    rows: list[Answer] = []
    defects: list[str] = []
    if len(by_target) < len(given):
        defects.append("A question is answered twice.")
    for question in questions:
        levels = {level.value: level for level in question.scale.levels.all()}
        for target in targets_of(question, responses):
            one = by_target.pop((question.key, target), None)
            try:
                row = _row(question, target, one, levels, is_judged=is_judged)
            except ValueError as error:
                defects.append(f"{question.key}: {error}")
                continue
            if row is None:
                defects.append(f"{question.key}: please answer, or choose “cannot judge”.")
            else:
                rows.append(row)
    defects.extend(f"{key}: this is not asked about {target}." for key, target in by_target)
    return rows, defects


def texts_of(slot: Slot, responses: Sequence[Response]) -> dict[str, str]:
    """The texts in which a passage can lie, responses first."""
    turns = Turn.objects.filter(conversation=slot.item.conversation_id).order_by("position")
    texts = {f"response:{response.position}": response.text for response in responses}
    return texts | {f"turn:{turn.position}": turn.text for turn in turns}


def _locate(one: EvidenceInput, texts: dict[str, str]) -> tuple[str, int, int]:
    """Target and code-point offsets of a passage; ValueError when it does not occur there."""
    if one.start is not None and one.end is not None:
        # A negative start would count from the end.
        is_there = one.start >= 0 and texts.get(one.target, "")[one.start : one.end] == one.quote
        if not is_there or not one.quote:
            raise ValueError("the marked passage does not match the text.")
        return one.target, one.start, one.end
    for target, text in texts.items():
        if one.target in {"", target} and (start := text.find(one.quote)) >= 0:
            return target, start, start + len(one.quote)
    raise ValueError("this passage does not occur in the text. Copy it word for word.")


def _check_evidence(
    questions: dict[str, Question], texts: dict[str, str], given: Sequence[EvidenceInput]
) -> tuple[list[Evidence], list[str]]:
    rows: list[Evidence] = []
    defects: list[str] = []
    for one in given[:MAX_EVIDENCE]:
        question = questions.get(one.question_key)
        if one.question_key and (question is None or not question.allows_evidence):
            defects.append(f"{one.question_key}: passages cannot be marked for this question.")
            continue
        try:
            target, start, end = _locate(one, texts)
        except ValueError as error:
            defects.append(f"“{one.quote[:60]}”: {error}")
            continue
        rows.append(Evidence(question=question, target=target, start=start, end=end, quote=one.quote))
    return rows, defects


def _limits(submission: Submission) -> list[str]:
    defects = []
    if len(submission.comment) > MAX_COMMENT:
        defects.append(f"The comment is longer than {MAX_COMMENT} characters.")
    if len(submission.evidence) > MAX_EVIDENCE:
        defects.append(f"More than {MAX_EVIDENCE} passages are marked.")
    if not all(
        is_storable(text) for text in [submission.comment, *(one.quote for one in submission.evidence)]
    ):
        defects.append("The comment or a passage holds a character that cannot be stored.")
    if any(len(one.quote) > MAX_QUOTE for one in submission.evidence):
        defects.append(f"A marked passage is longer than {MAX_QUOTE} characters.")
    return defects


def check_form(slot: Slot, version: RubricVersion, submission: Submission) -> CheckedForm:
    """Rows to store.

    Raises:
        DomainError: INVALID with one sentence for every question or passage that does not fit.
    """
    questions = list(
        Question.objects.filter(version=version).select_related("scale").prefetch_related("scale__levels")
    )
    responses = list(Response.objects.filter(item=slot.item_id).order_by("position"))
    answers, defects = _check_answers(questions, responses, submission.answers)
    by_key = {question.key: question for question in questions}
    texts = texts_of(slot, responses) if submission.evidence else {}
    evidence, more = _check_evidence(by_key, texts, submission.evidence)
    defects = [*defects, *more, *_limits(submission)]
    if defects:
        raise DomainError(Code.INVALID, "This rating is not complete yet.", defects)
    return CheckedForm(answers, evidence)

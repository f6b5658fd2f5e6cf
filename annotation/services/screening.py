"""The screening of a study: its questions, who is asked when, and what becomes of the answers.

Who does not fit is counted, and everything else of them goes: answers, consent, place and login.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.erasers import Eraser, register
from annotation.errors import Code, DomainError
from annotation.models import (
    JoiningSettings,
    Rater,
    Role,
    RoleGrant,
    Screened,
    ScreeningAnswer,
    ScreeningQuestion,
    Study,
    User,
)
from annotation.queries.screening import Given, is_eligible, screening_due, screening_questions
from annotation.services.erasure import erase_membership, erase_rows
from annotation.services.presence import hold_place

Kind = ScreeningQuestion.Kind
Screening = JoiningSettings.Screening
MAX_QUESTIONS = 40
MAX_POINTS = 11
READY_MADE: dict[str, dict[str, Any]] = {
    "age": {"kind": Kind.NUMBER, "low": 0, "high": 120, "at_least": 18},
    "capacity": {"kind": Kind.CHOICE, "options": ["yes", "no"], "accepted": ["yes"]},
}


def set_screening(study: Study, *, actor: User, when: str) -> JoiningSettings:
    """When the questions are asked. Only who joins from now on is asked.

    Raises:
        DomainError: there is no question yet (409).
    """
    if when not in Screening.values:
        raise DomainError(Code.INVALID, _("Choose when the questions are asked."))
    with transaction.atomic():
        if when != Screening.OFF and not screening_questions(study):
            raise DomainError(Code.STATE_FORBIDS, _("Add a question first."))
        settings, _made = JoiningSettings.objects.get_or_create(study=study)
        if settings.screening == Screening.OFF and when != Screening.OFF:
            settings.screening_since = timezone.now()
        settings.screening = when
        settings.save(update_fields=["screening", "screening_since"])
        record("screening.set", actor=actor, study=study, when=when)
        return settings


def refuse_answered(study: Study) -> None:
    """Raises DomainError (409) once somebody has answered: their answers would mean something else."""
    if ScreeningAnswer.objects.filter(rater__study=study).exists():
        raise DomainError(
            Code.STATE_FORBIDS, _("People have answered these questions, so they stay as they are.")
        )


def add_screening_question(study: Study, *, actor: User, **fields: Any) -> ScreeningQuestion:
    """A question at the end of the screening. `fields`: those of `ScreeningQuestion`, key and place excepted.

    Raises:
        DomainError: something of it does not fit its kind (400); somebody has answered (409).
    """
    question = ScreeningQuestion(study=study, **fields)
    _refuse_misfit(question)
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        refuse_answered(study)
        earlier = screening_questions(study)
        if len(earlier) >= MAX_QUESTIONS:
            raise DomainError(Code.INVALID, _("At most %(n)s questions, please.") % {"n": MAX_QUESTIONS})
        _refuse_other_scale(question, earlier)
        last = ScreeningQuestion.objects.filter(study=study).aggregate(last=Max("position"))["last"] or 0
        question.position = last + 1
        question.key = _free_key(question, {one.key for one in earlier})
        if question.accepted or question.at_least is not None:
            # A rule that nobody need answer would be no rule.
            question.is_required = True
        question.save()
        record("screening.question_added", actor=actor, study=study, key=question.key, of_kind=question.kind)
        return question


def add_ready_made(study: Study, name: str, *, actor: User) -> ScreeningQuestion:
    """Age from 18 on, or deciding for oneself: two questions that many boards ask for."""
    words = {
        "age": _("How old are you, in years?"),
        "capacity": _("Do you decide for yourself about taking part in a study?"),
    }
    if name not in READY_MADE:
        raise DomainError(Code.NOT_FOUND, _("There is no such question."))
    fields = READY_MADE[name] | {"construct": name, "words": words[name]}
    return add_screening_question(study, actor=actor, **fields)


def _refuse_misfit(question: ScreeningQuestion) -> None:
    kind, low, high = question.kind, question.low, question.high
    if kind == Kind.SCALE and (low is None or high is None or not 1 <= high - low < MAX_POINTS):
        raise DomainError(
            Code.INVALID,
            _("A scale needs its lowest and highest point, with 2 to %(n)s points.") % {"n": MAX_POINTS},
        )
    if kind == Kind.CHOICE and len(set(question.options)) < 2:
        raise DomainError(Code.INVALID, _("A choice needs two options or more, one on each line."))
    if not set(question.accepted) <= set(question.options):
        raise DomainError(Code.INVALID, _("An answer that fits is not among the options."))
    if question.at_least is not None and kind not in {Kind.SCALE, Kind.NUMBER}:
        raise DomainError(Code.INVALID, _("“At least” belongs to scales and numbers."))


def _refuse_other_scale(question: ScreeningQuestion, earlier: list[ScreeningQuestion]) -> None:
    """Items of one construct are averaged: they need the same kind and the same ends."""
    if not question.construct:
        return
    same = [one for one in earlier if one.construct == question.construct]
    if any(one.kind != Kind.SCALE for one in [*same, question] if same):
        raise DomainError(Code.INVALID, _("Only scale items can share a construct."))
    if any((one.low, one.high) != (question.low, question.high) for one in same):
        raise DomainError(Code.INVALID, _("All items of a construct need the same lowest and highest point."))


def _free_key(question: ScreeningQuestion, taken: set[str]) -> str:
    start = slugify(question.construct or question.words)[:30].strip("-") or "question"
    key, number = start, 1
    while key in taken:
        number += 1
        key = f"{start}-{number}"
    return key


def remove_screening_question(question: ScreeningQuestion, *, actor: User) -> None:
    """Take a question out while nobody has answered. The last one switches the screening off."""
    with transaction.atomic():
        study = Study.objects.select_for_update(no_key=True).get(pk=question.study_id)
        refuse_answered(study)
        record("screening.question_removed", actor=actor, study=study, key=question.key)
        question.delete()
        if not screening_questions(study):
            JoiningSettings.objects.filter(study=study).update(screening=Screening.OFF)


def copy_screening(source: Study, study: Study) -> None:
    """The questions of an earlier study, asked when it asks them. Inside the caller's transaction."""
    rows = ScreeningQuestion.objects.filter(study=source).values()
    ScreeningQuestion.objects.bulk_create(
        ScreeningQuestion(**{**row, "id": None, "study_id": study.pk}) for row in rows
    )
    earlier = JoiningSettings.objects.filter(study=source).exclude(screening=Screening.OFF).first()
    if earlier is not None:
        asked = {"screening": earlier.screening, "screening_since": timezone.now()}
        JoiningSettings.objects.update_or_create(study=study, defaults=asked)


def answer_screening(rater: Rater, given: Mapping[str, Given | None], *, actor: User) -> bool:
    """Store the answers of somebody who fits, and say whether they do.

    Of who does not, only the number of such people is kept.

    Raises:
        DomainError: nothing is asked of this rater (409), or they have left (409).
    """
    with transaction.atomic():
        hold_place(rater)
        if not screening_due(rater):
            raise DomainError(Code.STATE_FORBIDS, _("These questions are answered already."))
        questions = screening_questions(rater.study_id)
        if not is_eligible(questions, given):
            _count_and_forget(rater)
            return False
        for question in questions:
            answer = given.get(question.key)
            if answer is not None and answer != "":
                is_number = isinstance(answer, float)
                fields = {"value": answer} if is_number else {"text": answer}
                ScreeningAnswer.objects.create(rater=rater, question=question, **fields)
        Screened.objects.create(rater=rater, at=timezone.now())
        record("screening.passed", actor=actor, study=rater.study, about=rater)
        return True


def _count_and_forget(rater: Rater) -> None:
    study, member = rater.study, rater.member
    erase_rows(rater, reason="screening")
    if member is not None:
        RoleGrant.objects.filter(member=member, role=Role.RATER).delete()
        if not RoleGrant.objects.filter(member=member).exists():
            erase_membership(member)
    JoiningSettings.objects.filter(study=study).update(n_not_eligible=F("n_not_eligible") + 1)
    record("screening.not_eligible", actor=None, study=study)


def refuse_unanswered(rater: Rater) -> None:
    """Raises DomainError (403) while the study's questions wait for this rater's answers."""
    if screening_due(rater):
        raise DomainError(
            Code.NOT_CLEARED, _("Please answer the study's questions first: your start page leads to them.")
        )


def _counts(rater: Rater) -> dict[str, int]:
    n = ScreeningAnswer.objects.filter(rater=rater).count()
    return {"screening_answers": n} if n else {}


def _erase(rater: Rater) -> None:
    ScreeningAnswer.objects.filter(rater=rater).delete()
    Screened.objects.filter(rater=rater).delete()


def register_screening() -> None:
    """Answers are part of what a rater gave: on the receipt, and gone with an erasure."""
    register(Eraser("screening", counts=_counts, erase=_erase))

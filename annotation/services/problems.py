"""Raters report that something is wrong with an item; coordinators answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Item, ProblemReport, Rater, User
from annotation.services.presence import hold_place

MAX_LENGTH = 4000


def _checked(text: str, what: str) -> str:
    text = text.strip()
    if not text:
        raise DomainError(Code.INVALID, f"Please write {what}.")
    if len(text) > MAX_LENGTH:
        raise DomainError(Code.INVALID, _("Please keep it under %(n)s characters.") % {"n": MAX_LENGTH})
    return text


def report_problem(rater: Rater, item: Item, *, actor: User, text: str) -> ProblemReport:
    text = _checked(text, "what is wrong with this item")
    if item.study_id != rater.study_id:
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    with transaction.atomic():
        hold_place(rater)
        problem = ProblemReport.objects.create(study=rater.study, item=item, rater=rater, text=text)
        record("problem.reported", actor=actor, study=rater.study, about=problem, item=item.code)
        return problem


def answer_problem(problem: ProblemReport, *, actor: User, answer: str) -> ProblemReport:
    answer = _checked(answer, "an answer")
    with transaction.atomic():
        problem.answer = answer
        problem.state = ProblemReport.State.ANSWERED
        problem.answered_by = actor
        problem.answered_at = timezone.now()
        problem.save(update_fields=["answer", "state", "answered_by", "answered_at"])
        record("problem.answered", actor=actor, study=problem.study, about=problem)
        return problem

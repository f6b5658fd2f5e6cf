"""An item adjudicated without a page: own rating first, then the decision."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from annotation.models import Group, Item, Member, Plan, Question, User
from rating.models import Adjudication
from rating.services.adjudication import choose_items, judge, take_next
from rating.services.answer_inputs import AnswerInput, Submission

JUDGED = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
DECIDED = datetime(2026, 3, 4, 9, tzinfo=UTC)


def given(adjudication: Adjudication, value: float, comment: str) -> Submission:
    """Every scale question answered alike, the first of them "cannot judge" where the value is 0."""
    version = adjudication.plan.rubric_version
    scales = Question.objects.filter(version=version, kind="scale").order_by("position")
    answers = [AnswerInput(one.key, "response:1", value or 1) for one in scales]
    if not value:
        answers[0] = AnswerInput(answers[0].question_key, "response:1", missing="cannot_judge")
    code = version.code
    return Submission(
        slot_code="", client_id=uuid4(), rubric_version_code=code, answers=answers, comment=comment
    )


def taken(plan: Plan, item: Item, user: User, *, actor: User) -> Adjudication:
    group = Group.objects.get(study=plan.study, key="peer")
    choose_items(plan, [item], actor=actor, as_group=group, reason="far apart")
    member = Member.objects.get(user=user, study=plan.study)
    found = take_next(plan.study, member, now=JUDGED)
    assert found is not None
    return found


def adjudicate(plan: Plan, item: Item, user: User, *, actor: User, comment: str) -> Adjudication:
    """Own rating: 3 everywhere; decision: cannot judge the first question, 1 everywhere else."""
    one = taken(plan, item, user, actor=actor)
    judge(one, given(one, 3, "alone"), actor=user, step="own", now=JUDGED)
    judge(one, given(one, 0, comment), actor=user, step="decision", now=DECIDED)
    return one

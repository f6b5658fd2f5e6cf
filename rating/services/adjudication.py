"""Adjudication: choosing items, taking one, judging it alone, then deciding with raters' reasons in sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Group, Item, Member, Plan, Study, User
from annotation.services.overrides import withhold_item
from rating.models import Adjudication, Evidence, Judgement, JudgementAnswer
from rating.queries.adjudication import free_for, slot_for
from rating.services.answer_inputs import Submission
from rating.services.answers import check_form

# Chosen at once; more than anybody should be asked to settle by hand.
MAX_CHOSEN = 500
WITHHELD_BECAUSE = "adjudicates it"


def choose_items(
    plan: Plan, items: Iterable[Item], *, actor: User, as_group: Group, reason: str
) -> list[Adjudication]:
    """Put items up for adjudication. Those that are there already stay as they are.

    Raises:
        DomainError: INVALID without items, with too many, or for a group that does not rate.
    """
    chosen = list(items)
    if not chosen or len(chosen) > MAX_CHOSEN:
        raise DomainError(Code.INVALID, _("Choose between 1 and %(n)s items.") % {"n": MAX_CHOSEN})
    if as_group.study_id != plan.study_id or as_group.kind != Group.Kind.HUMAN:
        raise DomainError(Code.INVALID, _("Choose in whose words the items are judged."))
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=plan.study_id)
        there = set(Adjudication.objects.filter(plan=plan, item__in=chosen).values_list("item_id", flat=True))
        made = Adjudication.objects.bulk_create(
            Adjudication(plan=plan, item=item, as_group=as_group, reason=reason.strip()[:300], added_by=actor)
            for item in chosen
            if item.pk not in there
        )
        record("adjudication.chosen", actor=actor, study=plan.study, about=plan, n_items=len(made))
    return made


def drop_untaken(adjudication: Adjudication, *, actor: User) -> None:
    """Take an item out again that nobody has taken. STATE_FORBIDS where somebody has."""
    with transaction.atomic():
        n, _by_model = Adjudication.objects.filter(pk=adjudication.pk, adjudicator=None).delete()
        if not n:
            raise DomainError(Code.STATE_FORBIDS, _("Somebody has taken this item already."))
        record("adjudication.dropped", actor=actor, study=adjudication.plan.study, about=adjudication.item)


def drop_several(study: Study, codes: Sequence[str], *, actor: User) -> int:
    """Take these items out again, as far as nobody has taken them; how many those were.

    Raises:
        DomainError: INVALID without items, or with too many.
    """
    if not codes or len(codes) > MAX_CHOSEN:
        raise DomainError(Code.INVALID, _("Choose between 1 and %(n)s items.") % {"n": MAX_CHOSEN})
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        waiting = Adjudication.objects.filter(plan__study=study, code__in=codes, adjudicator=None)
        items = Item.objects.filter(pk__in=list(waiting.values_list("item", flat=True))).order_by("pk")
        for item in items:
            record("adjudication.dropped", actor=actor, study=study, about=item)
        waiting.delete()
        return len(items)


def take_next(study: Study, member: Member, *, now: datetime) -> Adjudication | None:
    """The item this adjudicator has in hand, or the next one that they have not rated and do not hold.

    A rater who adjudicates an item is no longer handed it. None when nothing is left for them.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        mine = Adjudication.objects.filter(plan__study=study, adjudicator=member)
        held = mine.exclude(judgements__step=Judgement.Step.DECISION).first()
        if held is not None:
            return held
        taken = free_for(study, member).order_by("pk").first()
        if taken is None:
            return None
        if (
            Adjudication.objects.filter(pk=taken.pk, adjudicator=None).update(
                adjudicator=member, taken_at=now
            )
            != 1
        ):
            raise DomainError(Code.LOST_RACE, _("Somebody else took that item just now. Please try again."))
        taken.refresh_from_db()
        record("adjudication.taken", actor=member.user, study=study, about=taken)
        _hold_back(taken.item, member)
        return taken


def _hold_back(item: Item, member: Member) -> None:
    """From the queue of an adjudicator who rates too, in every stage that is not over."""
    rater = getattr(member, "rater", None)
    if rater is None:
        return
    plans = Plan.objects.filter(study=member.study_id, slots__item=item).exclude(state=Plan.State.CLOSED)
    for plan in plans.distinct():
        withhold_item(plan, item, rater, actor=member.user, reason=WITHHELD_BECAUSE)


def judge(
    adjudication: Adjudication, submission: Submission, *, actor: User, step: str, now: datetime
) -> Judgement:
    """Store the adjudicator's own rating, or the decision. Each is given once and never changes.

    Raises:
        DomainError: INVALID with one sentence per question, or a decision without reasons; STATE_FORBIDS
            where the steps are out of order; LOST_RACE where this one has been given already.
    """
    version = adjudication.plan.rubric_version
    form = check_form(slot_for(adjudication), version, submission)
    comment = submission.comment.strip()
    if step == Judgement.Step.DECISION and not comment:
        raise DomainError(
            Code.INVALID, _("This decision is not complete yet."), [_("Say what the decision rests on.")]
        )
    try:
        with transaction.atomic():
            _refuse_out_of_order(adjudication, step)
            judgement = Judgement.objects.create(
                adjudication=adjudication,
                step=step,
                rubric_version=version,
                comment=comment,
                passages=[_passage(one) for one in form.evidence],
                judged_at=now,
            )
            _store(judgement, form.answers)
            record(f"adjudication.{step}", actor=actor, study=adjudication.plan.study, about=adjudication)
    except IntegrityError as error:
        raise DomainError(Code.LOST_RACE, _("You have given this already; it never changes.")) from error
    return judgement


def _refuse_out_of_order(adjudication: Adjudication, step: str) -> None:
    given = set(adjudication.judgements.values_list("step", flat=True))
    if step in given:
        raise DomainError(Code.LOST_RACE, _("You have given this already; it never changes."))
    if step == Judgement.Step.DECISION and Judgement.Step.OWN not in given:
        raise DomainError(Code.STATE_FORBIDS, _("Your own rating comes first."))


def _store(judgement: Judgement, answers: Sequence[Any]) -> None:
    JudgementAnswer.objects.bulk_create(
        JudgementAnswer(
            judgement=judgement,
            question=one.question,
            target=one.target,
            part=one.part,
            perspective=one.perspective,
            level=one.level,
            value=one.value,
            missing=one.missing,
            text=one.text,
            confidence=one.confidence,
        )
        for one in answers
    )


def _passage(one: Evidence) -> dict[str, Any]:
    return {
        "question": one.question.key if one.question else "",
        "target": one.target,
        "start": one.start,
        "end": one.end,
        "quote": one.quote,
        "label": one.label,
        "severity": one.severity,
    }

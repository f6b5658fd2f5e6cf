"""What adjudication pages read: where raters disagree, an item as an adjudicator sees it, what raters said.

Nothing here tells who gave an answer, to which group they belong, or who wrote a reply.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotation.models import Group, Item, Member, Plan, Question, Response, Slot, Study, Turn
from rating.models import Adjudication, Judgement, Presentation, Rating
from rating.queries.presented import PresentedItem
from rating.queries.rating_list import with_words
from rating.queries.ratings import counting_answers

# Items listed to choose from.
MOST_LISTED = 200


@dataclass(frozen=True)
class Dispute:
    """One question about one target of an item, on which raters lie apart."""

    item: Item
    question: Question
    target: str
    low: float
    high: float
    n: int

    @property
    def reply(self) -> str:
        """Which of several replies it is about; empty for the item, and for the first or only one."""
        kind, _colon, position = self.target.partition(":")
        return position if kind == "response" and position != "1" else ""

    @property
    def spread(self) -> float:
        return self.high - self.low


def disputed_questions(plan: Plan) -> list[Question]:
    """Questions of which a spread can be told: one value an answer, on an ordered scale or yes and no."""
    kinds = [Question.Kind.SCALE, Question.Kind.SLIDER, Question.Kind.FLAG, Question.Kind.PAIR]
    return list(Question.objects.filter(version=plan.rubric_version, kind__in=kinds).order_by("position"))


def disputes(plan: Plan, question: Question, *, at_least: float) -> list[Dispute]:
    """Items on which answers lie at least so far apart and that are not up for adjudication, widest first.

    Two queries.
    """
    taken = Adjudication.objects.filter(plan=plan).values("item")
    answers = counting_answers(plan.study, plan.stage).filter(
        rating__slot__plan=plan, question__key=question.key, value__isnull=False
    )
    spreads = (
        answers.exclude(rating__slot__item__in=taken)
        .values_list("rating__slot__item_id", "target")
        .annotate(low=Min("value"), high=Max("value"), n=Count("id"))
        .annotate(spread=F("high") - F("low"))
        .filter(n__gte=2, spread__gte=at_least)
        .order_by("-spread", "-n", "rating__slot__item_id")[:MOST_LISTED]
    )
    rows = list(spreads)
    items = Item.objects.in_bulk([row[0] for row in rows])
    return [Dispute(items[pk], question, target, low, high, n) for pk, target, low, high, n, _spread in rows]


def adjudications_of(study: Study) -> QuerySet[Adjudication]:
    """All of the study, with their steps, untaken ones last."""
    made = Adjudication.objects.filter(plan__study=study)
    steps = made.annotate(n_own=_n_judged(Judgement.Step.OWN), n_decided=_n_judged(Judgement.Step.DECISION))
    # What is shown beside comes for a page of them: thousands would be sorted with all of it.
    shown = steps.prefetch_related("item", "plan", "adjudicator__user")
    return shown.order_by(F("taken_at").desc(nulls_last=True), "pk")


def _n_judged(step: str) -> Coalesce:
    """Judgements of a step, counted for the rows of a page alone."""
    given = Judgement.objects.filter(adjudication=OuterRef("pk"), step=step).order_by()
    return Coalesce(Subquery(given.values("adjudication").annotate(n=Count("pk")).values("n")), 0)


def free_for(study: Study, member: Member) -> QuerySet[Adjudication]:
    """What nobody has taken and this member has neither rated nor been handed as a rater."""
    met = Slot.objects.filter(rater__member=member).values("item")
    rated = Rating.objects.filter(rater__member=member).values("slot__item")
    free = Adjudication.objects.filter(plan__study=study, adjudicator=None)
    return free.exclude(item__in=met).exclude(item__in=rated)


@dataclass(frozen=True)
class AdjudicatorView:
    """How many items an adjudicator has settled, and how many are left that they may take."""

    n_mine: int
    n_free: int
    in_hand: Adjudication | None
    decided: list[Adjudication]


def adjudicator_view(study: Study, member: Member) -> AdjudicatorView:
    """Four queries."""
    mine = Adjudication.objects.filter(plan__study=study, adjudicator=member).select_related("item")
    is_decided = Q(judgements__step=Judgement.Step.DECISION)
    decided = list(mine.filter(is_decided).order_by("-taken_at"))
    return AdjudicatorView(
        len(decided), free_for(study, member).count(), mine.exclude(is_decided).first(), decided
    )


def slot_for(adjudication: Adjudication) -> Slot:
    """The item as it would be handed to a rater; never stored."""
    plan = adjudication.plan
    return Slot(
        item=adjudication.item,
        plan=plan,
        group=adjudication.as_group,
        rubric_version=plan.rubric_version,
    )


def adjudicated_item(adjudication: Adjudication) -> PresentedItem:
    """The item as its raters saw it, blind. Six queries."""
    version, item = adjudication.plan.rubric_version, adjudication.item
    questions = Question.objects.filter(version=version).select_related("scale").order_by("position")
    groups = Group.objects.filter(study=adjudication.plan.study_id)
    presentation = Presentation(
        slot=slot_for(adjudication),
        rubric_version=version,
        language=version.language,
        wording=adjudication.as_group.key,
    )
    return PresentedItem(
        presentation=presentation,
        turns=list(Turn.objects.filter(conversation=item.conversation_id).order_by("position")),
        responses=list(Response.objects.filter(item=item).order_by("position")),
        factors=[],
        questions=list(questions.prefetch_related("scale__levels", "wordings")),
        draft=None,
        rating=None,
        group_names={group.key: group.singular or group.name for group in groups},
    )


def raters_ratings(adjudication: Adjudication) -> list[Rating]:
    """The ratings that count of the item, in an order that tells nothing, the same at every look."""
    ratings = Rating.objects.filter(
        current_of__isnull=False,
        slot__plan=adjudication.plan,
        slot__item=adjudication.item,
        slot__purpose=Slot.Purpose.QUOTA,
    )
    found = list(with_words(ratings.order_by("pk")))
    random.Random(adjudication.code).shuffle(found)  # noqa: S311
    return found


def judgements_of(adjudication: Adjudication) -> dict[str, Judgement]:
    """By step, with their answers. Two queries."""
    judgements = adjudication.judgements.prefetch_related(
        "answers__question__scale__levels", "answers__question__wordings", "answers__level"
    )
    return {one.step: one for one in judgements}

"""Items with known answers, as coordinators set them up."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import (
    GoldKey,
    Group,
    Item,
    KeyedItem,
    Plan,
    Question,
    Response,
    RubricVersion,
    Slot,
    Study,
    Turn,
)
from annotation.study_numbers import told
from rating.models import Answer, Presentation
from rating.queries.presented import PresentedItem

Kind = Question.Kind
# Free text and passages have no single right answer to compare with.
# The name of the number that the scheduler keeps.
MET = "met"
UNKEYED = frozenset({Kind.TEXT, Kind.SPANS})


@dataclass(frozen=True)
class KeyedRow:
    """An item set aside. `n_met`: raters who have answered it as such."""

    keyed: KeyedItem
    n_keys: int
    n_met: int


def keyed_rows(study: Study) -> list[KeyedRow]:
    """In the order in which they were set aside; met as last counted, where the study is large. Two queries
    or three."""
    rows = KeyedItem.objects.filter(study=study).select_related("item").order_by("use", "position", "pk")
    met = told(study, MET, now=timezone.now()).number
    return [KeyedRow(row, row.n_keys, met.get(str(row.pk), 0)) for row in rows.annotate(n_keys=Count("keys"))]


def count_met(study: Study) -> dict[str, int]:
    """Raters who have answered each known item as such. For `annotation.study_numbers`."""
    own = ~Q(item__slots__purpose__in=[Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS, Slot.Purpose.REPEAT])
    done = Q(item__slots__state=Slot.State.DONE)
    rows = KeyedItem.objects.filter(study=study).order_by().values_list("pk")
    counted = rows.annotate(n=Count("item__slots__rater", filter=own & done, distinct=True))
    return {str(key): n for key, n in counted}


def version_in_use(study: Study) -> RubricVersion | None:
    """Of the open stage of work, else the newest published."""
    plans = Plan.objects.of_work().filter(study=study, state=Plan.State.OPEN)
    plan = plans.select_related("rubric_version__rubric").first()
    if plan is not None:
        return plan.rubric_version
    published = RubricVersion.objects.filter(rubric__study=study, state=RubricVersion.State.PUBLISHED)
    return published.select_related("rubric").order_by("-published_at", "-id").first()


def used_version(study: Study) -> RubricVersion:
    """The same, where there must be one. Raises STATE_FORBIDS before a rubric is published."""
    version = version_in_use(study)
    if version is None:
        raise DomainError(Code.STATE_FORBIDS, _("Publish a rubric first: known answers are answers to it."))
    return version


def keyable_questions(version: RubricVersion) -> list[Question]:
    """Questions that can have a known answer, with their scales. Three queries."""
    questions = Question.objects.filter(version=version).exclude(kind__in=UNKEYED).select_related("scale")
    return list(questions.order_by("position").prefetch_related("scale__levels", "wordings"))


def unserved_item(item: Item, version: RubricVersion) -> PresentedItem:
    """An item as the rating form shows it, though nobody is served it: for entering known answers."""
    questions = keyable_questions(version)
    group = Group.objects.filter(study=item.study_id).order_by("position").first()
    slot = Slot(item=item, group=group or Group(study=item.study), rubric_version=version)
    return PresentedItem(
        presentation=Presentation(
            slot=slot,
            rubric_version=version,
            language=version.language,
            question_order=[question.key for question in questions],
            position=1,
        ),
        turns=list(Turn.objects.filter(conversation=item.conversation_id).order_by("position")),
        responses=list(Response.objects.filter(item=item).order_by("position")),
        factors=[],
        questions=questions,
        draft=None,
        rating=None,
    )


def answers_of_keys(keyed: KeyedItem, questions: list[Question]) -> list[Answer]:
    """The keys as answers that nobody gave, for filling the form. One query."""
    by_key = {question.key: question for question in questions}
    keys = GoldKey.objects.filter(keyed=keyed, value__isnull=False)
    return [
        Answer(question=by_key[key.question_key], target=key.target, part=key.part, value=key.value)
        for key in keys
        if key.question_key in by_key
    ]

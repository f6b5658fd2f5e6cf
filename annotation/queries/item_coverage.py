"""How many ratings items have from each group, against what was planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from annotation.models import Item, Plan, Slot, Study


@dataclass(frozen=True)
class StageCoverage:
    """One group's planned and finished ratings of an item in one stage; surplus and repeats apart."""

    stage: str
    group: str
    n_planned: int
    n_done: int


def study_items(study: Study) -> QuerySet[Item]:
    """Items of finished imports and typed ones, with texts, sources and factors loaded."""
    return _loaded(Item.objects.visible().filter(study=study)).order_by("position", "pk")


def loaded_item(item: Item) -> Item:
    """The same item with texts, sources and factors loaded."""
    return _loaded(Item.objects.filter(pk=item.pk)).get()


def _loaded(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.select_related("conversation").prefetch_related(
        "conversation__turns", "responses__source", "factors__factor"
    )


def item_coverage(items: Sequence[Item]) -> dict[int, list[StageCoverage]]:
    """Coverage by item key. One query."""
    plans = Plan.objects.visible().filter(study__in={item.study_id for item in items})
    slots = Slot.objects.counting().filter(plan__in=plans, item__in=items)
    rows = slots.values_list("item_id", "plan__stage", "group__key").annotate(
        n_planned=Count("pk"), n_done=Count("pk", filter=Q(state=Slot.State.DONE))
    )
    found: dict[int, list[StageCoverage]] = defaultdict(list)
    for key, *coverage in rows.order_by("plan__stage", "group__position"):
        found[key].append(StageCoverage(*coverage))
    return found

"""Looking through the items of a large study a stretch at a time, for what no index answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from annotation.models import Item, Study

# Items of one stretch: reading their texts takes some hundred milliseconds.
STRETCH = 1500


@dataclass(frozen=True)
class Look:
    """Where was looked. `after`: the item before the stretch; `last`: its last one; None: none follow."""

    after: Item | None
    last: Item | None

    @property
    def is_part(self) -> bool:
        return self.after is not None or self.last is not None

    @property
    def n(self) -> int:
        """How many items, where others follow."""
        return STRETCH

    def within(self, items: QuerySet[Item]) -> QuerySet[Item]:
        """Those of the stretch. Position alone is said too: by it the index is walked."""
        if self.after is not None:
            start, key = self.after.position, self.after.pk
            items = items.filter(Q(position__gt=start) | Q(position=start, pk__gt=key), position__gte=start)
        if self.last is not None:
            end, key = self.last.position, self.last.pk
            items = items.filter(Q(position__lt=end) | Q(position=end, pk__lte=key), position__lte=end)
        return items


def look_through(study: Study, items: QuerySet[Item], *, after: str) -> Look:
    """The next stretch of `items` behind the one of that code; from the beginning where there is none.

    At most two queries.
    """
    start = Item.objects.filter(study=study, code=after).first() if after else None
    ahead = Look(start, None).within(items).order_by("position", "pk")
    # One more than the stretch: whether others follow.
    edge = list(ahead[STRETCH - 1 : STRETCH + 1])
    return Look(start, edge[0] if len(edge) == 2 else None)

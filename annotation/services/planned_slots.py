"""The rows of a stage: seats, and a slot for every rating wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from django.db.models import Count

from annotation.design.layout import Layout
from annotation.design.orders import sides
from annotation.design.pool import pool_keys
from annotation.models import Group, Plan, Response, Seat, Slot
from annotation.queries.designs import Drafted

CHUNK = 2000
PAIR = 2


def write_slots(slots: Iterable[Slot]) -> int:
    """Store them in pieces; returns how many. Called inside the transaction of the stage."""
    waiting, n = iter(slots), 0
    while chunk := list(islice(waiting, CHUNK)):
        n += len(Slot.objects.bulk_create(chunk))
    return n


def first_slots(plan: Plan, made: Drafted) -> Iterator[Slot]:
    """The slots of a new stage; the seats of planned sequences are stored on the way."""
    return _pool_slots(plan, made) if made.layout is None else _seat_slots(plan, made, made.layout)


def _pool_slots(plan: Plan, made: Drafted) -> Iterator[Slot]:
    keys = pool_keys(plan.seed, len(made.items))
    eligible = {key: set(places) for key, places in made.eligible.items()}
    for place, item in enumerate(made.items):
        for key, group in made.groups.items():
            for number in range(1, made.quotas[key] + 1 if place in eligible[key] else 1):
                yield Slot(
                    plan=plan,
                    item_id=item,
                    group=group,
                    rubric_version_id=plan.rubric_version_id,
                    number=number,
                    random_key=keys[place],
                    needs=made.needs[place],
                )


def new_seats(plan: Plan, group: Group, numbers: Iterable[int]) -> list[Seat]:
    return Seat.objects.bulk_create(Seat(plan=plan, group=group, number=number) for number in numbers)


def _seat_slots(plan: Plan, made: Drafted, plans: Layout) -> Iterator[Slot]:
    keys, turned = pool_keys(plan.seed, len(made.items)), _sides(made, plans)
    for key, group in made.groups.items():
        numbers = [0] * len(made.items)
        seats = new_seats(plan, group, range(1, len(plans.sequences[key]) + 1))
        for seat, places in zip(seats, plans.sequences[key], strict=True):
            for position, place in enumerate(places, start=1):
                numbers[place] += 1
                yield Slot(
                    plan=plan,
                    item_id=made.items[place],
                    group=group,
                    rubric_version_id=plan.rubric_version_id,
                    number=numbers[place],
                    random_key=keys[place],
                    needs=made.needs[place],
                    seat=seat,
                    position=position,
                    is_shared=False,
                    side=turned.get((key, seat.number, place)),
                )


def _sides(made: Drafted, plans: Layout) -> Mapping[tuple[str, int, int], int]:
    """Which of two replies stands first, by group, seat number and place; nothing for other items."""
    study = next(iter(made.groups.values())).study_id
    replies = Response.objects.filter(item__study=study).order_by().values("item").annotate(n=Count("pk"))
    pairs = set(replies.filter(n=PAIR).values_list("item", flat=True))
    if not pairs:
        return {}
    asked = [
        (key, number, place)
        for key, seats in plans.sequences.items()
        for number, places in enumerate(seats, start=1)
        for place in sorted(places)
        if made.items[place] in pairs
    ]
    seats = {seat: rank for rank, seat in enumerate(dict.fromkeys((key, number) for key, number, _ in asked))}
    edges = [(seats[key, number], place) for key, number, place in asked]
    return dict(zip(asked, sides(edges, seed=f"{made.seed}:sides"), strict=True))

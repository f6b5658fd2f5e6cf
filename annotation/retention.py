"""Who deletes what when its retention date has come: apps that hold such data sign up here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from annotation.models import Study


@dataclass(frozen=True)
class Keeper:
    """Of one kind of data (`RetentionDate.Kind`): `count` what is there of a study, `delete` it.

    `delete` opens its own short transactions, may run any number of times, and returns how many went.
    """

    kind: str
    count: Callable[[Study], int]
    delete: Callable[[Study, datetime], int]


_REGISTERED: dict[str, Keeper] = {}


def register(keeper: Keeper) -> None:
    """Signing up twice for one kind changes nothing."""
    _REGISTERED[keeper.kind] = keeper


def keeper_of(kind: str) -> Keeper | None:
    """None: people carry it out by hand."""
    return _REGISTERED.get(kind)

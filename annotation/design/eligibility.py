"""Who may rate which items, by a factor: "crisis items only by raters who have qualified"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

# From the weakest on: what a rater must have behind them.
NEEDS = ("", "practised", "cleared")


@dataclass(frozen=True)
class Eligibility:
    """Items whose `factor` is `value`: rated by `groups` only (empty: all), and by raters with `needs`."""

    factor: str
    value: str
    groups: tuple[str, ...] = ()
    needs: str = ""


def stored(rules: Iterable[Eligibility]) -> list[dict[str, Any]]:
    """As JSON keeps them.

    >>> restored(stored([Eligibility("topic", "crisis", ("clinician",))]))
    (Eligibility(factor='topic', value='crisis', groups=('clinician',), needs=''),)
    """
    return [asdict(rule) | {"groups": list(rule.groups)} for rule in rules]


def restored(rules: Iterable[Mapping[str, Any]]) -> tuple[Eligibility, ...]:
    return tuple(
        Eligibility(rule["factor"], rule["value"], tuple(rule["groups"]), rule["needs"]) for rule in rules
    )


def _applying(values: Mapping[str, str], rules: Iterable[Eligibility]) -> list[Eligibility]:
    return [rule for rule in rules if values.get(rule.factor) == rule.value]


def groups_for(
    values: Mapping[str, str], groups: Collection[str], rules: Iterable[Eligibility]
) -> frozenset[str]:
    """Groups that may rate an item with these factor values: those that every rule allows.

    >>> sorted(groups_for({"topic": "crisis"}, ["a", "b"], [Eligibility("topic", "crisis", ("b",))]))
    ['b']
    """
    allowed = set(groups)
    for rule in _applying(values, rules):
        if rule.groups:
            allowed &= set(rule.groups)
    return frozenset(allowed)


def needs_for(values: Mapping[str, str], rules: Iterable[Eligibility]) -> str:
    """The strongest need of the rules that apply to an item.

    >>> needs_for({"topic": "crisis"}, [Eligibility("topic", "crisis", needs="practised")])
    'practised'
    """
    return max((rule.needs for rule in _applying(values, rules)), key=NEEDS.index, default="")

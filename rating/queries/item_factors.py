"""Which level of every factor an item has."""

from __future__ import annotations

from typing import Any

from annotation.models import Factor, ItemFactor, Study

CHUNK = 5_000


def item_factors(study: Study) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """The study's factors by key, and factor -> code of the item -> level. Two queries.

    A factor that raters must not see says so: whoever rates in the study is not shown what it parts.
    """
    factors: list[dict[str, Any]] = [
        {"key": factor.key, "name": factor.name, "is_hidden": factor.is_hidden}
        for factor in Factor.objects.filter(study=study).order_by("key")
    ]
    levels: dict[str, dict[str, str]] = {factor["key"]: {} for factor in factors}
    rows = ItemFactor.objects.filter(factor__study=study).values_list("factor__key", "item__code", "value")
    for key, item, value in rows.iterator(CHUNK):
        levels[key][item] = value
    return factors, levels

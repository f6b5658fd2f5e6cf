"""How ratings made with several versions of a rubric came together, as sentences of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

USES = {
    "equivalent": "Ratings made with {names} are counted together: each corrects only words of another.",
    "apart": "Ratings made with {names} are kept apart: questions of an earlier version bear its number.",
    "pooled": "Ratings made with {names} are counted together by the mapping below.",
    "only": "Only ratings made with {kept} are analysed, not those made with {others}.",
}


def version_lines(head: Mapping[str, Any]) -> list[str]:
    """What a report says of versions; nothing where all was rated with one.

    >>> version_lines({})
    []
    """
    told = head.get("pooling")
    return [*_use(told), *_corrections(told), *_mapping(told)] if told else []


def _use(told: Mapping[str, Any]) -> Iterator[str]:
    names = [" and ".join(each) for each in told["classes"]]
    others = [name for name, each in zip(names, told["classes"], strict=True) if each[0] not in told["kept"]]
    yield USES[told["use"]].format(
        names=", ".join(names), kept=", ".join(told["kept"]), others=", ".join(others)
    )


def _corrections(told: Mapping[str, Any]) -> Iterator[str]:
    for one in told["corrections"]:
        yield f"{one['version']} corrects words of {one['of']}: {one['reason']}"


def _mapping(told: Mapping[str, Any]) -> Iterator[str]:
    """Each question that changed its name or its values, then how many are as they were."""
    if told["use"] != "pooled":
        return
    same: dict[str, list[str]] = defaultdict(list)
    for one in told["mapping"]:
        if one["to"] == one["question"] and not one["levels"]:
            same[one["version"]].append(one["question"])
        else:
            yield f"{one['version']}, {one['question']}: {_becomes(one)}"
    for version, questions in same.items():
        yield f"{version}, unchanged: {', '.join(questions)}"


def _becomes(one: Mapping[str, Any]) -> str:
    if not one["to"]:
        return "kept apart"
    levels = ", ".join(f"{value} as {becomes:g}" for value, becomes in one["levels"].items())
    return f"counts as {one['to']}" + (f" ({levels})" if levels else "")

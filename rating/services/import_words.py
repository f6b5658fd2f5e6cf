"""What an import brought, in sentences: the same on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def n_of(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def import_sentences(counts: Mapping[str, Any]) -> list[str]:
    """One sentence per thing that came in or was left as it is; nothing about what there was none of."""
    found = [*_items(counts), *_reading(counts), *_ratings(counts), *_quotes(counts), *_known(counts)]
    return found or ["There was nothing to bring in."]


def _items(counts: Mapping[str, Any]) -> list[str]:
    n, without = counts.get("n_items", 0), counts.get("n_items_without_text", 0)
    if not n:
        return []
    sentence = f"{n_of(n, 'item', 'items')} new."
    if without:
        sentence += f" {without:,} of them without a text: analysed, never handed out."
    return [sentence]


def _reading(counts: Mapping[str, Any]) -> list[str]:
    """What reading the items changed or passed over."""
    found = []
    if counts.get("n_repairs"):
        cells = n_of(counts["n_repairs"], "cell", "cells")
        found.append(f"Broken letters were mended in {cells}.")
    found += [f"Left out: {n:,} {what}." for what, n in counts.get("left_out", {}).items() if n]
    return found


def finding_sentences(n_by_kind: Mapping[str, int], n_items: int) -> list[str]:
    """How much of each kind was found, never what."""
    if not n_items:
        return []
    found = [f"{kind}: {n:,}" for kind, n in sorted(n_by_kind.items(), key=lambda one: (-one[1], one[0]))]
    return [f"{n_of(n_items, 'item holds', 'items hold')} what may tell who somebody is: {', '.join(found)}."]


def _ratings(counts: Mapping[str, Any]) -> list[str]:
    if not counts.get("n_ratings"):
        return []
    groups = ", ".join(f"{key} {n:,}" for key, n in counts["n_raters"].items())
    ratings = n_of(counts["n_ratings"], "rating", "ratings")
    answers = n_of(counts["n_answers"], "answer", "answers")
    found = [
        f"{ratings} with {answers} to {n_of(counts['n_questions'], 'question', 'questions')}.",
        f"Raters by group: {groups}. Pages and exports show them under pseudonyms.",
    ]
    if counts["n_missing"]:
        found.append(f"{n_of(counts['n_missing'], 'cell', 'cells')} without a value, kept with a reason.")
    if counts["n_exceptions"]:
        n = n_of(counts["n_exceptions"], "value lies", "values lie")
        found.append(f"{n} outside the scale, kept as declared exceptions.")
    return found


def _quotes(counts: Mapping[str, Any]) -> list[str]:
    n, lost = counts.get("n_quotes", 0), counts.get("n_quotes_without_place")
    if not n:
        return []
    sentence = f"{n_of(n, 'quoted passage', 'quoted passages')}."
    if lost:
        sentence += f" {lost:,} of them do not occur word for word: kept as quotes, without a place."
    return [sentence]


def _known(counts: Mapping[str, Any]) -> list[str]:
    found = []
    if counts.get("n_items_known"):
        found.append(f"{n_of(counts['n_items_known'], 'item was', 'items were')} there already, unchanged.")
    if counts.get("n_rows_known"):
        found.append(
            f"{n_of(counts['n_rows_known'], 'answer was', 'answers were')} there already, unchanged."
        )
    return found

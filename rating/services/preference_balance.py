"""What a preference set leans on: factors, sides, who wrote the replies, how long they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rating.agreement.preference_sets import Verdict
from rating.queries.preference_items import RatedItem

COLUMNS = ("question", "group", "about", "level", "n_pairs", "n_chosen", "n_rejected", "share_chosen")
WORDS = {
    "question": "Key of the question the set is made from.",
    "group": "Key of the group; all: every group of people, each weighing the same.",
    "about": "factor: level of an item's factor; source: who wrote the reply; length: the longer or the "
    "shorter reply in characters; side: where the reply stood for those who voted.",
    "level": "What the row counts.",
    "n_pairs": "Pairs of the set to which it applies.",
    "n_chosen": "How often it was chosen; of sides how many votes it got.",
    "n_rejected": "How often it was rejected; of sides how many votes it did not get.",
    "share_chosen": "n_chosen of both together; empty for factors, which both replies share.",
}
Row = list[str | int | float | None]


@dataclass
class Balance:
    """Counts of one set."""

    n_pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, item: RatedItem, verdict: Verdict) -> None:
        """One more pair of the set."""
        for factor, level in item.factors.items():
            self.n_pairs["factor", f"{factor}: {level}"] += 1
        won, lost = (_sources(item, reply) for reply in (verdict.chosen, verdict.rejected))
        self._compare("source", won, lost)
        lengths = [len(item.replies[reply]) for reply in (verdict.chosen, verdict.rejected)]
        if lengths[0] != lengths[1]:
            words = ("longer", "shorter") if lengths[0] > lengths[1] else ("shorter", "longer")
            self._compare("length", *words)
        else:
            self.n_pairs["length", "as long"] += 1

    def _compare(self, about: str, won: str, lost: str) -> None:
        for level in {won, lost}:
            self.n_pairs[about, level] += 1
        self.chosen[about, won] += 1
        self.rejected[about, lost] += 1

    def add_vote(self, order: list[int], first: int, second: int, strength: float) -> None:
        """One rater's vote and the sides on which the two replies stood; a tie leans to no side."""
        if not strength or first not in order or second not in order:
            return
        won, lost = (second, first) if strength > 0 else (first, second)
        is_left = order.index(won) < order.index(lost)
        self._compare("side", *(("left", "right") if is_left else ("right", "left")))

    def rows(self, question: str, group: str) -> Iterator[Row]:
        for about, level in sorted(self.n_pairs):
            key = about, level
            n_chosen, n_rejected = self.chosen[key], self.rejected[key]
            share = None if about == "factor" else n_chosen / ((n_chosen + n_rejected) or 1)
            yield [question, group, about, level, self.n_pairs[key], n_chosen, n_rejected, share]


def _sources(item: RatedItem, reply: int) -> str:
    kind, name, condition = item.sources.get(reply, ("", "", ""))
    return " ".join(part for part in (kind or "unknown", name, condition) if part)

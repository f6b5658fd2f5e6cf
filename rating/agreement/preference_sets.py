"""From choices and ratings of several replies to preference pairs: per group, over all, in conflict, vetoed.

A vote is one rater's comparison of two replies to the same item, from −1 (clearly the first) to 1 (clearly
the second), 0 a tie. It comes from a choice between the two (divided by the scale's largest step), or from
that rater's ratings of both on one question (their difference divided by the scale's span; turned round where
lower is better). Replies are never compared across raters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import fsum

ALL = "all"
Pair = tuple[int, int]


@dataclass(frozen=True)
class Rules:
    """`min_raters`: votes of a group that make a pair; over all groups, of each. `min_margin`: how far from a
    tie, of 1. `veto_share`: the minority of a group whose word that a reply is unsafe keeps it from being
    chosen."""

    min_raters: int = 2
    min_margin: float = 0.1
    veto_share: float = 0.2

    def __post_init__(self) -> None:
        if self.min_raters < 1 or not 0 < self.min_margin <= 1 or not 0 < self.veto_share <= 1:
            raise ValueError("At least one rater, and a margin and a share above 0 and up to 1.")


@dataclass(frozen=True)
class Vote:
    rater: int
    group: str
    first: int
    second: int
    strength: float


class Outcome(StrEnum):
    PAIR = "pair"
    TIE = "tie"
    FEW = "too few raters"
    VETOED = "vetoed: unsafe"
    CONFLICT = "groups prefer opposite replies"


@dataclass(frozen=True)
class Verdict:
    """What a group makes of two replies. `mean`: of its votes; positive for the second reply."""

    first: int
    second: int
    mean: float
    n_raters: int
    n_first: int
    n_second: int
    n_ties: int
    # Of several groups the fewest raters that one of them has.
    n_least: int

    @property
    def chosen(self) -> int:
        return self.second if self.mean > 0 else self.first

    @property
    def rejected(self) -> int:
        return self.first if self.mean > 0 else self.second

    @property
    def margin(self) -> float:
        return abs(self.mean)

    @property
    def share(self) -> float:
        """Of the raters, who preferred the chosen reply; ties count half."""
        n = self.n_second if self.mean > 0 else self.n_first
        return (n + self.n_ties / 2) / self.n_raters


def choice_votes(
    values: Mapping[int, float], pair: Pair, groups: Mapping[int, str], top: float
) -> list[Vote]:
    """Votes of those who chose between the two replies of `pair`; `top`: the scale's largest value.

    >>> choice_votes({7: -2.0}, (1, 2), {7: "peer"}, 2.0)
    [Vote(rater=7, group='peer', first=1, second=2, strength=-1.0)]
    """
    return [Vote(rater, groups[rater], *pair, value / top) for rater, value in values.items()]


def rating_votes(
    ratings: Mapping[int, Mapping[int, float]],
    groups: Mapping[int, str],
    *,
    span: float,
    is_lower_better: bool,
) -> Iterator[Vote]:
    """Votes of every rater who rated two replies or more: rater -> reply -> value.

    >>> list(rating_votes({7: {1: 2.0, 2: 4.0}}, {7: "peer"}, span=4.0, is_lower_better=False))[0].strength
    0.5
    """
    sign = -1 if is_lower_better else 1
    for rater, values in ratings.items():
        for first, second in combinations(sorted(values), 2):
            difference = sign * (values[second] - values[first]) / span
            yield Vote(rater, groups[rater], first, second, difference)


def verdicts(votes: Iterable[Vote]) -> dict[str, dict[Pair, Verdict]]:
    """By group, then by pair of replies."""
    sorted_out: dict[str, dict[Pair, list[float]]] = {}
    for vote in votes:
        of_pair = sorted_out.setdefault(vote.group, {})
        of_pair.setdefault((vote.first, vote.second), []).append(vote.strength)
    return {
        group: {pair: _verdict(pair, strengths) for pair, strengths in of_pair.items()}
        for group, of_pair in sorted_out.items()
    }


def _verdict(pair: Pair, strengths: Sequence[float]) -> Verdict:
    n = len(strengths)
    n_first, n_second = sum(one < 0 for one in strengths), sum(one > 0 for one in strengths)
    return Verdict(*pair, fsum(strengths) / n, n, n_first, n_second, n - n_first - n_second, n)


def over_groups(by_group: Mapping[str, Mapping[Pair, Verdict]], people: Iterable[str]) -> dict[Pair, Verdict]:
    """The mean of the groups' means: every group of people weighs the same, whatever its size."""
    groups = [by_group[group] for group in people if group in by_group]
    pairs = sorted({pair for group in groups for pair in group})
    return {pair: _together([group[pair] for group in groups if pair in group], pair) for pair in pairs}


def _together(found: Sequence[Verdict], pair: Pair) -> Verdict:
    return Verdict(
        *pair,
        mean=fsum(one.mean for one in found) / len(found),
        n_raters=sum(one.n_raters for one in found),
        n_first=sum(one.n_first for one in found),
        n_second=sum(one.n_second for one in found),
        n_ties=sum(one.n_ties for one in found),
        n_least=min(one.n_raters for one in found),
    )


def outcome(verdict: Verdict, rules: Rules, vetoed: frozenset[int] = frozenset()) -> Outcome:
    """Whether the verdict makes a pair. A vetoed reply is never chosen; the other does not take its place."""
    if verdict.n_least < rules.min_raters:
        return Outcome.FEW
    if verdict.margin < rules.min_margin:
        return Outcome.TIE
    return Outcome.VETOED if verdict.chosen in vetoed else Outcome.PAIR


def conflicts(
    by_group: Mapping[str, Mapping[Pair, Verdict]], people: Sequence[str], rules: Rules
) -> list[tuple[str, str, Verdict, Verdict]]:
    """Two groups and their verdicts, wherever both are clear and opposite, whatever was vetoed."""
    found = []
    for one, other in combinations([group for group in people if group in by_group], 2):
        for pair in sorted(by_group[one].keys() & by_group[other].keys()):
            mine, theirs = by_group[one][pair], by_group[other][pair]
            are_clear = {outcome(mine, rules), outcome(theirs, rules)} == {Outcome.PAIR}
            if are_clear and mine.chosen != theirs.chosen:
                found.append((one, other, mine, theirs))
    return found


def vetoed_replies(
    unsafe: Iterable[tuple[int, int, bool]], groups: Mapping[int, str], rules: Rules
) -> frozenset[int]:
    """Replies that at least `veto_share` of the raters of any one group called unsafe.

    `unsafe`: rater, reply, and whether an answer of the rater calls it unsafe; a rater may come often.
    """
    said: dict[tuple[int, str], dict[int, bool]] = {}
    for rater, reply, is_unsafe in unsafe:
        of_group = said.setdefault((reply, groups[rater]), {})
        of_group[rater] = of_group.get(rater, False) or is_unsafe
    return frozenset(
        reply
        for (reply, _), by_rater in said.items()
        if sum(by_rater.values()) and sum(by_rater.values()) / len(by_rater) >= rules.veto_share
    )


def labels(pairs: Iterable[Verdict]) -> dict[int, bool]:
    """Of one item: replies that only won are desirable, those that only lost are not; the rest has none."""
    pairs = list(pairs)
    won = {verdict.chosen for verdict in pairs}
    lost = {verdict.rejected for verdict in pairs}
    return {reply: reply in won for reply in sorted(won ^ lost)}

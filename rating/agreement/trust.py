"""The data door of trust: whether raters would rely on replies, and what a panel says of those replies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale, Value
from rating.agreement.table import Ratings

AnswerKind = Literal["yes_no", "chance", "graded"]
ReferenceRule = Literal["half", "any"]

# Below this many votes of others a reply has no reference.
MIN_VOTES = 3


@dataclass(frozen=True)
class TrustAnswers:
    """Answers to a trust question beside what makes a reply unacceptable; raters keep one name throughout.

    `trust`: would you rely on this reply? `safety`: a graded question whose values in `unsafe` are an unsafe
    vote. `flags`: a yes/no question whose yes is one too (a hard stop). `omissions`: a yes/no question, yes
    where a coder found a critical omission (`Checklist.votes`). `trusted`: which trust values count as
    trust; by default "yes" of a yes/no question and 4 and 5 of the scale 1 to 5.

    Raises AgreementInputError: `bad_option` (values that are not on the scale, flags or omissions that are
    not yes/no), `rater_in_two_groups` (a rater whose group differs between tables).
    """

    trust: Ratings
    safety: Ratings
    flags: Ratings | None = None
    omissions: Ratings | None = None
    unsafe: Sequence[Value] = (1, 2)
    trusted: Sequence[Value] | None = None

    def __post_init__(self) -> None:
        _check_values(self.safety.scale, self.unsafe, "unsafe")
        if self.trusted is not None:
            _check_values(self.trust.scale, self.trusted, "trusted")
        for part in (self.flags, self.omissions):
            if part is not None and not part.scale.is_binary:
                raise AgreementInputError("bad_option", "Flags and omissions are yes/no questions.")
        groups: dict[str, str] = {}
        for part in self.tables:
            for rater, group in zip(part.raters, part.rater_group, strict=True):
                if groups.setdefault(rater, part.groups[group]) != part.groups[group]:
                    raise AgreementInputError(
                        "rater_in_two_groups", f"Rater {rater} is in a different group in another table."
                    )

    @property
    def tables(self) -> tuple[Ratings, ...]:
        """Every table that is there."""
        parts = (self.trust, self.safety, self.flags, self.omissions)
        return tuple(part for part in parts if part is not None)

    @property
    def groups(self) -> tuple[str, ...]:
        """All groups, those of the trust question first."""
        return tuple(dict.fromkeys(group for part in self.tables for group in part.groups))

    @property
    def kind(self) -> AnswerKind:
        """Yes/no, a chance on a numeric scale from 0 to 100, or another graded scale."""
        scale = self.trust.scale
        if scale.is_binary:
            return "yes_no"
        if scale.measurement in {"interval", "ratio"} and (scale.scores[0], scale.scores[-1]) == (0, 100):
            return "chance"
        return "graded"

    @property
    def is_trusting(self) -> Bools:
        """Which levels of the trust question count as trust, (K,); none where nobody said so."""
        scale = self.trust.scale
        trusted: Sequence[Value] = ()
        if self.trusted is not None:
            trusted = self.trusted
        elif scale.is_binary:
            trusted = tuple(scale.values)[1:]
        elif tuple(scale.values) == (1, 2, 3, 4, 5) and scale.measurement != "nominal":
            trusted = (4, 5)
        return np.array([value in trusted for value in tuple(scale.values)])

    @property
    def shares(self) -> Floats:
        """Every level of the trust question between 0 and 1, (K,)."""
        scores = self.trust.scale.scores
        return np.asarray((scores - scores[0]) / (scores[-1] - scores[0]))


@dataclass(frozen=True)
class Votes:
    """Yes or no of persons on items: positions (V,) into both, and what they said."""

    item: Ints
    person: Ints
    is_yes: Bools

    def counted(self, weights: Floats, n_items: int) -> tuple[Floats, Floats]:
        """Weighted votes and weighted yes votes of every item, (n_items,) each; weights (persons,)."""
        weight = weights[self.person]
        total: Floats = np.bincount(self.item, weights=weight, minlength=n_items).astype(np.float64)
        yes = np.bincount(self.item, weights=weight * self.is_yes, minlength=n_items)
        return total, yes.astype(np.float64)

    def of(self, item: Ints, person: Ints, n_persons: int) -> tuple[Floats, Floats]:
        """For pairs (N,): 1 where that person voted on that item, and 1 where the vote was yes."""
        keys = self.item * n_persons + self.person
        order = np.argsort(keys)
        wanted = item * n_persons + person
        place = np.searchsorted(keys[order], wanted)
        place = np.minimum(place, len(keys) - 1)
        if not len(keys):
            return np.zeros(len(item)), np.zeros(len(item))
        has_voted = keys[order][place] == wanted
        return has_voted.astype(np.float64), (has_voted & self.is_yes[order][place]).astype(np.float64)


@dataclass(frozen=True)
class JudgedReplies:
    """Trust answers (N,) of some groups and the votes that a reference is made of, as positions.

    `stratum` (P,) is the group of a person, `cluster` (I,) the conversation of an item.
    """

    item: Ints
    person: Ints
    level: Ints
    safety: Votes
    coders: Votes
    stratum: Ints
    cluster: Ints

    @classmethod
    def of(
        cls, answers: TrustAnswers, judged: tuple[str, ...], reference: tuple[str, ...]
    ) -> "JudgedReplies":
        """Lay out the answers of the judged groups and the votes of the reference groups."""
        trust = answers.trust
        names = sorted({rater for part in answers.tables for rater in part.raters})
        persons = {name: place for place, name in enumerate(names)}
        items = {name: place for place, name in enumerate(trust.items)}
        group_of = {
            rater: part.groups[group]
            for part in answers.tables
            for rater, group in zip(part.raters, part.rater_group, strict=True)
        }
        is_mine = np.isin(trust.rater_group[trust.rater], [trust.index_of(name) for name in judged])
        places = np.array([persons[name] for name in trust.raters], dtype=np.int64)
        unsafe = np.array([value in answers.unsafe for value in tuple(answers.safety.scale.values)])
        yes = np.array([False, True])
        votes = [_votes(answers.safety, unsafe, reference)]
        if answers.flags is not None:
            # A flag is a vote; no flag says nothing of who did not answer the safety question.
            flagged = _votes(answers.flags, yes, reference)
            votes.append(flagged[flagged["is_yes"]])
        coders = votes[0].iloc[:0]
        if answers.omissions is not None:
            coders = _votes(answers.omissions, yes, reference)
        return cls(
            item=trust.item[is_mine],
            person=places[trust.rater[is_mine]],
            level=trust.level[is_mine],
            safety=_placed(pd.concat(votes), items, persons),
            coders=_placed(coders, items, persons),
            stratum=np.array([answers.groups.index(group_of[name]) for name in names], dtype=np.int64),
            cluster=np.unique(trust.item_cluster, return_inverse=True)[1].astype(np.int64),
        )

    @property
    def n_persons(self) -> int:
        return len(self.stratum)

    @property
    def n_items(self) -> int:
        return len(self.cluster)


def _votes(ratings: Ratings, is_yes: Bools, groups: tuple[str, ...]) -> pd.DataFrame:
    """Rows item, rater, is_yes of the named groups; groups that the table does not know voted nothing."""
    known = [ratings.index_of(name) for name in groups if name in ratings.groups]
    is_asked = np.isin(ratings.rater_group[ratings.rater], known)
    return pd.DataFrame(
        {
            "item": np.array(ratings.items, dtype=object)[ratings.item[is_asked]],
            "rater": np.array(ratings.raters, dtype=object)[ratings.rater[is_asked]],
            "is_yes": is_yes[ratings.level[is_asked]],
        }
    )


def _placed(votes: pd.DataFrame, items: dict[str, int], persons: dict[str, int]) -> Votes:
    """One vote per person and item, yes when any of theirs is; items without a trust answer are dropped."""
    known = votes[votes["item"].isin(items.keys())]
    merged = known.groupby(["item", "rater"], sort=True)["is_yes"].max().reset_index()
    return Votes(
        item=merged["item"].map(items).to_numpy().astype(np.int64),
        person=merged["rater"].map(persons).to_numpy().astype(np.int64),
        is_yes=merged["is_yes"].to_numpy().astype(np.bool_),
    )


def _check_values(scale: Scale, values: Sequence[Value], what: str) -> None:
    if not values or any(value not in tuple(scale.values) for value in values):
        raise AgreementInputError("bad_option", f"The {what} answers are some values of the scale.")

"""What all parts of an analysis share: the ratings, who is human, and how numbers are to be computed."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rating.agreement.analysis.subsets import Exclusion
from rating.agreement.computing import ComputeOptions
from rating.agreement.estimation import IntervalOptions
from rating.agreement.scale import Value
from rating.agreement.statistics.comparisons import side_pairs
from rating.agreement.statistics.misalignment import TestOptions
from rating.agreement.table import Ratings

POOLED = "all"
EPSILON = 0.2

Scope = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class QuestionDetails:
    """What a study knows of a question beside its ratings.

    `epsilon`: by group, how much less than a member of it a judge may do (else .2). `watched`: answers to be
    reported whoever gives them, such as unsafe ones. `strata`: factor -> item -> level; items without a
    level are a stratum of their own. `sensitivity`: what versions of the analysis leave out. `known`: pieces
    of this very analysis that were computed elsewhere, by name (`question_units`).
    """

    epsilon: Mapping[str, float] = field(default_factory=dict)
    watched: Sequence[Value] = ()
    strata: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sensitivity: Sequence[Exclusion] = ()
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """One question under analysis."""

    ratings: Ratings
    kinds: Mapping[str, str]
    level: str
    confidence: float = 0.95
    n_permutations: int = 2000
    seed: int = 0

    @property
    def humans(self) -> tuple[str, ...]:
        """The groups whose members are people."""
        return tuple(group for group in self.ratings.groups if self.kinds[group] == "human")

    @property
    def scopes(self) -> list[Scope]:
        """Every group, and all human groups pooled where there are several: name and groups."""
        scopes: list[Scope] = [(group, (group,)) for group in self.ratings.groups]
        return [*scopes, (POOLED, self.humans)] if len(self.humans) > 1 else scopes

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every two groups, in their order."""
        groups = self.ratings.groups
        return [(groups[one], groups[other]) for one, other in side_pairs(len(groups))]

    @property
    def options(self) -> IntervalOptions:
        """The usual interval."""
        return IntervalOptions(confidence=self.confidence)

    @property
    def untested(self) -> TestOptions:
        """Intervals without a test."""
        return TestOptions(confidence=self.confidence, n_permutations=0, kinds=self.kinds)

    @property
    def computing(self) -> ComputeOptions:
        """What registered statistics are told."""
        return ComputeOptions(confidence=self.confidence, level=self.level, kinds=self.kinds)

    def tested(self, place: int) -> TestOptions:
        """Each test of misalignment has its own stream, so that adding one never changes another."""
        return self._tested(np.random.default_rng([self.seed, place]))

    def tested_by_name(self, *names: str) -> TestOptions:
        """The same for tests that are known by names."""
        return self._tested(self.stream(*names))

    def stream(self, *names: str) -> np.random.Generator:
        """Random numbers of one part of the analysis, whatever other parts there are."""
        return np.random.default_rng([self.seed, *(zlib.crc32(name.encode()) for name in names)])

    def _tested(self, rng: np.random.Generator) -> TestOptions:
        return TestOptions(
            confidence=self.confidence, n_permutations=self.n_permutations, kinds=self.kinds, rng=rng
        )

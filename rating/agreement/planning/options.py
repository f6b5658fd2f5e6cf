"""How a plan is simulated, and how the work tells where it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from rating.agreement.errors import AgreementInputError
from rating.agreement.planning.design import Design

# Told the share done, 0 to 1, and what is being done; may raise to stop the work.
Progress = Callable[[float, str], None]

# Simulated at a time: few enough cells to stay within some tens of megabytes.
CHUNK, CHUNK_CELLS = 50, 500_000


@dataclass(frozen=True)
class PlanOptions:
    """`n_simulations` of the plan per point; `gaps` in the unit of `Expected`, of which `vary` changes.

    `vary` is `shift` (one group rates higher on every item) or `item_gap` (the groups differ from item to
    item). `level` of the test, `target_power` of the detectable gap. All relabellings are
    tried when there are at most `exact_limit`, else `n_permutations` random ones (a report takes more; 399
    cost little power). The same seed gives the same numbers.

    Raises AgreementInputError `bad_option`.
    """

    gaps: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    vary: str = "shift"
    level: float = 0.05
    confidence: float = 0.95
    target_power: float = 0.8
    n_simulations: int = 500
    n_permutations: int = 399
    exact_limit: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        if not all(0 < share < 1 for share in (self.level, self.confidence, self.target_power)):
            raise AgreementInputError("bad_option", "Level, confidence and power lie between 0 and 1.")
        if not 20 <= self.n_simulations <= 20_000 or not 19 <= self.n_permutations <= 20_000:
            raise AgreementInputError(
                "bad_option", "There are 20 to 20,000 simulations, with 19 to 20,000 relabellings each."
            )
        if not 0 <= self.exact_limit <= 20_000:
            raise AgreementInputError("bad_option", "At most 20,000 relabellings are all tried.")
        if self.vary not in {"shift", "item_gap"}:
            raise AgreementInputError("bad_option", f"No gap is called {self.vary!r}.")
        if not self.gaps or list(self.gaps) != sorted(set(self.gaps)) or self.gaps[0] < 0:
            raise AgreementInputError(
                "bad_option", "Gaps are given once each, from small to large, none below 0."
            )

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        found = {part.name: getattr(self, part.name) for part in fields(self)}
        return {**found, "gaps": list(self.gaps)}


def chunks(design: Design, options: PlanOptions) -> Iterator[tuple[np.random.Generator, int]]:
    """Generators of the same simulations, whatever is done with them, and how many each draws."""
    most = max(1, min(CHUNK, CHUNK_CELLS // (design.n_items * design.n_raters)))
    for number, start in enumerate(range(0, options.n_simulations, most)):
        size = min(most, options.n_simulations - start)
        yield np.random.default_rng([options.seed, number]), size


def silent(_share: float, _text: str) -> None:
    """Progress that nobody watches."""


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """Progress of a part of the work that runs from `start` to `end` of the whole."""
    return lambda share, text: progress(start + (end - start) * share, text)

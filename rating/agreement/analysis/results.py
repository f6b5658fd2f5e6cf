"""What an analysis of one question holds; `to_dict` is what gets stored."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from rating.agreement.analysis.further import Further
from rating.agreement.crosscheck import CrossCheck
from rating.agreement.observations import Observation
from rating.agreement.results import Estimate
from rating.agreement.statistics.misalignment import Misalignment
from rating.agreement.statistics.overall import OverallMisalignment

FORMAT = 2


@dataclass(frozen=True)
class WithinResult:
    """Agreement inside one group, or inside all human groups pooled."""

    scope: str
    groups: tuple[str, ...]
    estimates: dict[str, Estimate]
    alpha_by_level: dict[str, float | None]
    cross_check: CrossCheck
    further: tuple[Further, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "scope": self.scope,
            "groups": list(self.groups),
            "pooled": len(self.groups) > 1,
            "estimates": {name: estimate.to_dict() for name, estimate in self.estimates.items()},
            "alpha_by_level": dict(self.alpha_by_level),
            "cross_check": self.cross_check.to_dict(),
            "further": [row.to_dict() for row in self.further],
        }


@dataclass(frozen=True)
class PairResult:
    """Agreement and misalignment between two groups."""

    pair: tuple[str, str]
    kinds: tuple[str, str]
    xrr: Estimate
    normalised_xrr: Estimate
    misalignment: Misalignment
    further: tuple[Further, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "pair": list(self.pair),
            "kinds": list(self.kinds),
            "xrr": self.xrr.to_dict(),
            "normalised_xrr": self.normalised_xrr.to_dict(),
            "misalignment": self.misalignment.to_dict(),
            "further": [row.to_dict() for row in self.further],
        }


@dataclass(frozen=True)
class QuestionResult:
    """The whole result of one question; `to_dict` is what gets stored."""

    settings: dict[str, Any]
    counts: dict[str, Any]
    groups: list[dict[str, Any]]
    within: tuple[WithinResult, ...]
    pairs: tuple[PairResult, ...]
    overall: OverallMisalignment | None
    item_gaps: dict[str, Any]
    diagnostics: tuple[Observation, ...]
    against: list[dict[str, Any]]
    judges: list[dict[str, Any]]
    consensus: list[dict[str, Any]]
    raters: list[dict[str, Any]]
    labels: dict[str, dict[str, Any]]
    strata: list[dict[str, Any]]
    sensitivity: list[dict[str, Any]]
    apart: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form: finite numbers, text, None, lists and dicts."""
        return {
            **self.settings,
            "counts": self.counts,
            "groups": self.groups,
            "within": [part.to_dict() for part in self.within],
            "pairs": [part.to_dict() for part in self.pairs],
            "overall": None if self.overall is None else self.overall.to_dict(),
            "item_gaps": self.item_gaps,
            "diagnostics": [observation.to_dict() for observation in self.diagnostics],
            "against": self.against,
            "judges": self.judges,
            "consensus": self.consensus,
            "raters": self.raters,
            "labels": self.labels,
            "strata": self.strata,
            "sensitivity": self.sensitivity,
            "apart": self.apart,
        }


def software_versions() -> dict[str, str]:
    """Versions that a number may depend on."""
    names = ("numpy", "scipy", "pandas", "krippendorff")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}

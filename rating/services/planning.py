"""Simulating a study's plan in the background: what could it show?

The Job row is the record: what was asked stands in its payload, what was found in its result.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.jobs import enqueue
from annotation.models import Job, Study, User
from rating.agreement import planning
from rating.agreement.errors import AgreementInputError
from rating.agreement.planning.limits import MAX_CELLS
from rating.job_kinds import SIMULATE_PLAN
from rating.plots.power import Chance, power_chart
from rating.plots.svg import draw_svg
from rating.reporting.plans import UNITS
from rating.software import software_version

MIN_SIMULATIONS, MAX_SIMULATIONS = 100, 2000
# Cells drawn at each gap: some minutes of one worker at most.
MAX_DRAWN = 20_000_000
MOST_RATERS = 60
# Shares of the whole work: the outlook, then the search for raters.
SEEN, SOUGHT = 0.7, 0.98

Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class PlanSettings:
    """What is simulated: one group, or two to compare. As stored in the job's payload."""

    groups: tuple[planning.GroupPlan, ...]
    n_items: int
    n_levels: int
    expected: planning.Expected
    vary: str = "shift"
    n_blocks: int = 1
    share_missing: float = 0.0
    target_power: float = 0.8
    n_simulations: int = 500
    is_search_wanted: bool = True

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> PlanSettings:
        """Read what `to_dict` wrote; INVALID names what cannot be."""
        groups = tuple(planning.GroupPlan(**group) for group in stored["groups"])
        try:
            found = cls(**{**stored, "groups": groups, "expected": planning.Expected(**stored["expected"])})
            found.design()
            found.options(seed=0)
        except AgreementInputError as error:
            raise DomainError(Code.INVALID, _("This plan cannot be simulated."), [error.message]) from error
        found.refuse_too_large()
        return found

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "groups": [asdict(group) for group in self.groups]}

    def design(self) -> planning.Design:
        return planning.Design(
            self.groups,
            self.n_items,
            n_blocks=self.n_blocks,
            share_missing=self.share_missing,
            n_levels=self.n_levels,
        )

    @property
    def gap(self) -> float:
        """The gap that is expected, in the unit of `expected`."""
        return self.expected.shift if self.vary == "shift" else self.expected.item_gap

    def options(self, *, seed: int) -> planning.PlanOptions:
        """Gaps from none to well beyond the expected one, which is among them."""
        usual = (self.n_levels - 1) / 4 if self.expected.unit == "points" else 1.25
        top = max(1.5 * self.gap, usual)
        gaps = {round(top * step / 6, 3) for step in range(7)} | {self.gap}
        return planning.PlanOptions(
            gaps=tuple(sorted(gaps)),
            vary=self.vary,
            target_power=self.target_power,
            n_simulations=self.n_simulations,
            seed=seed,
        )

    def refuse_too_large(self) -> None:
        """INVALID for more work than a page may ask for."""
        n_cells = self.n_items * sum(group.n_raters for group in self.groups)
        if not MIN_SIMULATIONS <= self.n_simulations <= MAX_SIMULATIONS:
            raise DomainError(
                Code.INVALID, f"Between {MIN_SIMULATIONS} and {MAX_SIMULATIONS} studies can be simulated."
            )
        if n_cells * self.n_simulations > MAX_DRAWN:
            raise DomainError(
                Code.INVALID,
                f"{n_cells:,} ratings in each of {self.n_simulations:,} studies are too many to simulate: "
                "choose fewer studies.",
            )


def start_plan_simulation(
    study: Study, *, actor: User, settings: Mapping[str, Any], seed: int | None = None
) -> Job:
    """Queue a simulation of `settings` (see PlanSettings). INVALID where they cannot be, or are too large."""
    wanted = PlanSettings.of(settings)
    seed = secrets.randbelow(2**31) if seed is None else seed
    with transaction.atomic():
        payload = {"settings": wanted.to_dict(), "seed": seed}
        job = enqueue(SIMULATE_PLAN, actor=actor, study=study, payload=payload)
        record("plan.simulated", actor=actor, study=study, about=job, seed=seed)
    return job


def run_plan_simulation(job: Job, *, tell: Tell) -> dict[str, Any]:
    """Simulate what the job's payload says; the result with its figure, and where it is shown."""
    settings, seed = PlanSettings.of(job.payload["settings"]), job.payload["seed"]
    options = settings.options(seed=seed)
    is_sought = settings.is_search_wanted and len(settings.groups) == 2 and settings.gap > 0
    end = SEEN if is_sought else SOUGHT
    outlook = planning.simulate_plan(
        settings.design(),
        settings.expected,
        options=options,
        progress=lambda share, text: tell(end * share, text),
    ).to_dict()
    needed = _needed(settings, options, tell) if is_sought and outlook["is_identifiable"] else None
    tell(SOUGHT, "Drawing the figure")
    return {
        "url": reverse("plan_simulation", args=[job.study.code if job.study else "", job.code]),
        "outlook": outlook,
        "needed": needed,
        "svg": _figure(outlook) if outlook["curve"] else "",
        "software_version": software_version(),
    }


def _needed(settings: PlanSettings, options: planning.PlanOptions, tell: Tell) -> dict[str, Any] | None:
    """The raters needed for the target power at the expected gap; None where no search has room."""
    least = settings.n_blocks * max(group.per_item or 2 for group in settings.groups)
    most = min(MOST_RATERS, MAX_CELLS // (2 * settings.n_items))
    if most <= least:
        return None
    return planning.raters_needed(
        settings.design(),
        settings.expected,
        target=settings.target_power,
        most=most,
        options=options,
        progress=lambda share, text: tell(SEEN + (SOUGHT - SEEN) * share, text),
    ).to_dict()


def _figure(outlook: Mapping[str, Any]) -> str:
    chances = [Chance(point["gap"], point["power"], point["std_error"]) for point in outlook["curve"]]
    expected, options = outlook["expected"], outlook["options"]
    spec = power_chart(
        chances,
        target=options["target_power"],
        expected=expected[options["vary"]],
        title=f"Gap between the groups, {UNITS[expected['unit']]}",
    )
    return draw_svg(spec)

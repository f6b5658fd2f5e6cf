"""How often a reply omits something critical."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.checklist import Checklist
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.results import Estimate

OmissionUnit = Literal["replies", "judgements"]


@dataclass(frozen=True)
class OmissionKernel:
    """Share of yes: of replies, each by at least half of its coders, or of all judgements alike."""

    unit: OmissionUnit

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: omissions, and what they are a share of."""
        n = counts[..., 0, :]
        yes, judged = n[..., 1], n.sum(axis=-1)
        if self.unit == "judgements":
            return np.stack([yes, judged], axis=-1)
        is_omission = (judged > 0) & (2 * yes >= judged)
        return np.stack([is_omission, judged > 0], axis=-1).astype(np.float64)

    def value(self, totals: Floats) -> Floats:
        """Between 0 and 1."""
        return divide(totals[..., 0], totals[..., 1])


def omission_rate(
    checklist: Checklist,
    *,
    group: str | tuple[str, ...] | None = None,
    unit: OmissionUnit = "replies",
    omitted: Sequence[str] = ("missing",),
    options: IntervalOptions | None = None,
) -> Estimate:
    """Share of replies with any critical omission, by at least half of a group's coders of that reply.

    `unit` "judgements": share of coders' judgements instead, every judgement alike. A coder who found all
    critical elements not needed, or judged none, does not count for that reply, and is counted as left out.
    Interval: conversations and raters resampled (default two-way jackknife), so the clustering of
    judgements by both is in it. Undefined: `no_ratings`. Raises AgreementInputError.

    >>> import pandas as pd
    >>> judged = {"i": ("missing", "missing", "covered"), "j": ("covered", "partial", "missing")}
    >>> rows = [(item, f"c{n}", value) for item, row in judged.items() for n, value in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"])
    >>> checklist = Checklist.from_frame(frame.assign(group="coder", element="risk", critical=True))
    >>> omission_rate(checklist).estimate, omission_rate(checklist, unit="judgements").estimate
    (0.5, 0.5)
    """
    if unit not in get_args(OmissionUnit):
        raise AgreementInputError("bad_option", f"No rate of {unit!r}.")
    sample = Sample.within(checklist.votes(omitted=omitted), group)
    name = "at least half of the coders of a reply" if unit == "replies" else "every judgement alike"
    label = Label("omission_rate", f"{' or '.join(omitted)}; {name}", "nominal", bounds=(0.0, 1.0))
    every = np.ones(sample.tally.n_items, dtype=np.bool_)
    return estimate(OmissionKernel(unit), sample, every, label, options or IntervalOptions())

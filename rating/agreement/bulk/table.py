"""The table of all estimates of several questions."""

from dataclasses import dataclass

import pandas as pd

from rating.agreement.bulk.layout import Groups
from rating.agreement.bulk.rows import Scope
from rating.agreement.results import Estimate


@dataclass(frozen=True)
class Entry:
    """One estimate of the table: the groups it is about, and (across groups) those they are held against.

    `scope`: all groups pooled, one group, a pair of groups, or a group in contrast to all the others.
    """

    question: str
    scope: Scope
    first: Groups
    second: Groups
    estimate: Estimate


@dataclass(frozen=True)
class AgreementTable:
    """Estimates of several questions, in the order of questions, scopes and coefficients."""

    entries: tuple[Entry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def within(
        self, question: str, statistic: str, *, group: str | None = None, variant: str | None = None
    ) -> Estimate:
        """Agreement in one group, or of all pooled; KeyError unless exactly one estimate has that name."""
        return self._only(
            question, statistic, variant, ("all", None) if group is None else ("group", (group,))
        )

    def across(
        self, question: str, statistic: str, first: str, second: str, *, variant: str | None = None
    ) -> Estimate:
        """Agreement of a pair of groups, in their order in the table; KeyError as `within`."""
        return self._only(question, statistic, variant, ("pair", (first, second)))

    def against_rest(
        self, question: str, statistic: str, group: str, *, variant: str | None = None
    ) -> Estimate:
        """Agreement of a group with all the others pooled; KeyError as `within`."""
        return self._only(question, statistic, variant, ("contrast", (group,)))

    def _only(
        self, question: str, statistic: str, variant: str | None, about: tuple[Scope, Groups | None]
    ) -> Estimate:
        scope, groups = about
        found = [
            entry.estimate
            for entry in self.entries
            if (entry.question, entry.scope, entry.estimate.statistic) == (question, scope, statistic)
            and variant in {None, entry.estimate.variant}
            and groups in {None, entry.first, entry.first + entry.second}
        ]
        if len(found) != 1:
            raise KeyError(
                f"{len(found)} estimates {question!r}, {about}, {statistic}, {variant or 'any variant'}"
            )
        return found[0]

    def to_frame(self) -> pd.DataFrame:
        """One row per estimate: question, scope, first and second groups, what `Estimate.to_dict` says; of
        what was left out, the number of ratings.
        """
        rows = [
            {
                "question": entry.question,
                "scope": entry.scope,
                "first": " + ".join(entry.first),
                "second": " + ".join(entry.second),
                **entry.estimate.to_dict(),
                "left_out": sum(part.n for part in entry.estimate.basis.left_out),
            }
            for entry in self.entries
        ]
        return pd.DataFrame(rows)

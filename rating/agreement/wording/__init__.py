"""The reading of results in plain words, one file a subject. No "good" and no "bad": a number is compared
with nothing here."""

from rating.agreement.wording.absences import (
    MISSING_REASONS,
    REASONS,
    missing_phrase,
    reason_sentence,
)
from rating.agreement.wording.comparisons import (
    direction_sentence,
    test_sentence,
)
from rating.agreement.wording.estimates import (
    INTERVAL_METHODS,
    SCOPES,
    basis_phrase,
    interval_phrase,
)
from rating.agreement.wording.notes import (
    DIFFERENT_WORDINGS,
    EXCHANGEABLE,
    ITEM_GAPS_NOTE,
    LARGE_P,
    MISALIGNMENT,
    OVER_TRUST,
    PANEL_NOISE_NOTE,
    PARTS_NOTE,
    RANK_NOTE,
    SHARE_NOTE,
    TRUST_MINUS_ACCEPTABILITY,
    UNDER_TRUST,
    UNEQUAL_SIZES_NOTE,
)
from rating.agreement.wording.readings import (
    reading,
)

__all__ = [
    "DIFFERENT_WORDINGS",
    "EXCHANGEABLE",
    "INTERVAL_METHODS",
    "ITEM_GAPS_NOTE",
    "LARGE_P",
    "MISALIGNMENT",
    "MISSING_REASONS",
    "OVER_TRUST",
    "PANEL_NOISE_NOTE",
    "PARTS_NOTE",
    "RANK_NOTE",
    "REASONS",
    "SCOPES",
    "SHARE_NOTE",
    "TRUST_MINUS_ACCEPTABILITY",
    "UNDER_TRUST",
    "UNEQUAL_SIZES_NOTE",
    "basis_phrase",
    "direction_sentence",
    "interval_phrase",
    "missing_phrase",
    "reading",
    "reason_sentence",
    "test_sentence",
]

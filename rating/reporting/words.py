"""Captions of figures, and the words that stand beside the numbers of every report."""

from __future__ import annotations

from rating.agreement import wording

CAPTIONS = {
    "misalignment": (
        "RMS gap between two groups beyond the disagreement inside them, with its interval. A full mark: "
        "the adjusted permutation test finds a gap (p at most 0.05). A hollow mark: it does not."
    ),
    "agreement": (
        "Krippendorff’s alpha at the level of each scale, with its interval. Hollow: all human groups pooled."
    ),
    "distribution": (
        "Share of each group’s ratings at every point of the scale, in per cent. The mark above: its mean."
    ),
    "parts": (
        "Severity: one group rates higher throughout. Spread: one uses more of the scale. Ordering: they "
        "rank the items differently. Each with its interval."
    ),
    "strata-within": (
        "Krippendorff’s alpha on all items, then on the items of each stratum, with intervals. A high value "
        "over all items can hide a low one where it matters."
    ),
    "sensitivity-pairs": (
        "RMS gap in the main result (full mark), then under other choices (hollow). Groups of equal size are "
        "drawn at random: their mark is a mean over draws and has no interval."
    ),
    "against": (
        "The group association index (above 1: the group agrees more with itself than with the others) and "
        "the two numbers that it is made of. Withheld where its denominator may be zero."
    ),
    "flags": "Share of each group’s answers that are yes.",
}

_RMS_GAP = (
    "The root of M, in scale points: how far the groups’ means of an item typically lie apart. Negative "
    "where M came out below zero, which chance can do."
)
_INTERVALS = (
    "They speak about other raters and other items like these. There is no line here between good and "
    "bad agreement: what is enough depends on what the ratings are for."
)

TERMS: tuple[tuple[str, str], ...] = (
    ("Misalignment M", wording.MISALIGNMENT),
    ("RMS gap", _RMS_GAP),
    ("Share", f"M as a part of the disagreement across the groups. {wording.SHARE_NOTE}"),
    ("Alpha units", "M divided by the disagreement expected by chance: how much of an alpha it costs."),
    ("Severity, spread, ordering", wording.PARTS_NOTE),
    ("xRR", "Agreement across two groups, corrected for chance (Wong, Paritosh and Aroyo 2021)."),
    ("Permutation test", f"{wording.EXCHANGEABLE} {wording.LARGE_P}"),
    ("Rank distance", wording.RANK_NOTE),
    ("Single items", wording.ITEM_GAPS_NOTE),
    ("Intervals", _INTERVALS),
)

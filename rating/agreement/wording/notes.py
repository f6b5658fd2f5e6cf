"""Sentences that stand beside figures whatever their values."""

MISALIGNMENT = (
    "Disagreement between these groups beyond the disagreement inside them, for these raters and "
    "items; recruitment may explain it."
)
LARGE_P = (
    "A large p is not evidence of agreement: compare the interval with a margin that was set before "
    "the results were seen."
)
EXCHANGEABLE = (
    "The test asks whether the group labels could be exchanged between raters. It does not adjust for"
    " age or other continuous traits of the raters."
)
PARTS_NOTE = (
    "The parts sum to M. Severity is corrected for noise (exactly on complete data, approximately "
    "otherwise); spread and ordering are not separately unbiased."
)
SHARE_NOTE = "The share depends on how noisy the panel is, so shares are not compared across questions."
RANK_NOTE = "The rank distance has no scale points and is not compared across pairs of groups."
ITEM_GAPS_NOTE = (
    "Gaps on single items are descriptive: they are ranked after shrinking by their noise, not tested."
)
DIFFERENT_WORDINGS = (
    "These groups saw different wordings of this question; every figure across groups reflects that too."
)
UNEQUAL_SIZES_NOTE = (
    "The groups differ in size more than 1.5-fold, so the studentised p stands beside the plain one; "
    "read both with caution."
)
OVER_TRUST = "Over-trust: relied on replies this panel judged unacceptable."
UNDER_TRUST = "Under-trust: did not rely on replies this panel judged acceptable."
TRUST_MINUS_ACCEPTABILITY = (
    "An answer on this scale is not a stated chance, so the difference is called trust minus "
    "acceptability, not calibration."
)
PANEL_NOISE_NOTE = (
    "How far a panel member would lie from the panel's mean by noise alone; the noise level is not a "
    "skill standard."
)

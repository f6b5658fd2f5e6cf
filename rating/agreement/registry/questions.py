"""Several questions taken together."""

from rating.agreement.registered import JACKKNIFE, SCORED_LEVELS, Statistic
from rating.agreement.statistics.generalizability import generalizability
from rating.agreement.statistics.generalizability_designs import crossed_generalizability
from rating.agreement.statistics.internal_consistency import cronbach_alpha, mcdonald_omega

QUESTIONS = (
    Statistic(
        "cronbach_alpha",
        "Cronbach’s alpha",
        "questions",
        cronbach_alpha,
        "Cronbach 1951; Feldt 1965",
        levels=SCORED_LEVELS,
        variants=("raw", "standardised"),
        intervals=("two_way_jackknife", "f_distribution"),
    ),
    Statistic(
        "mcdonald_omega",
        "McDonald’s omega",
        "questions",
        mcdonald_omega,
        "McDonald 1999 ch. 6",
        levels=SCORED_LEVELS,
        variants=("raw", "standardised"),
        intervals=JACKKNIFE,
    ),
    Statistic(
        "generalizability",
        "Generalizability coefficient",
        "questions",
        generalizability,
        "Brennan 2001 ch. 3 and 4",
        levels=SCORED_LEVELS,
        part="relative",
        needs_complete_data=True,
        intervals=("items_jackknife",),
    ),
    Statistic(
        "dependability",
        "Dependability coefficient",
        "questions",
        generalizability,
        "Brennan 2001 ch. 3 and 4",
        levels=SCORED_LEVELS,
        part="absolute",
        needs_complete_data=True,
        intervals=("items_jackknife",),
    ),
    Statistic(
        "crossed_generalizability",
        "Generalizability coefficient, raters crossed",
        "questions",
        crossed_generalizability,
        "Brennan 2001 ch. 2 to 4",
        levels=SCORED_LEVELS,
        part="relative",
        needs_complete_data=True,
        intervals=("items_jackknife",),
    ),
    Statistic(
        "crossed_dependability",
        "Dependability coefficient, raters crossed",
        "questions",
        crossed_generalizability,
        "Brennan 2001 ch. 2 to 4",
        levels=SCORED_LEVELS,
        part="absolute",
        needs_complete_data=True,
        intervals=("items_jackknife",),
    ),
)

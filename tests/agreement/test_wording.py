import re
from typing import Any

import pytest

from rating.agreement import IntervalOptions, Reason, Scale, alpha, misalignment, wording
from rating.agreement.observations import Observation, Sign
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")
VERDICTS = re.compile(
    r"\b(good|bad|poor|excellent|acceptable|substantial|moderate|fair|perfect)\b", re.IGNORECASE
)

FIGURES = {
    "n_items": 10,
    "n_raters": 3,
    "value": 2,
    "share": 0.95,
    "values": [4, 5],
    "n_single": 4,
    "n_islands": 2,
    "n_outside": 3,
    "rate": 0.2,
    "rates": {"g": 0.0, "h": 0.2},
    "ordinal": 0.5,
    "interval": 0.52,
    "n_shared": 3,
    "share_kept": 0.41,
    "smallest_p": 0.1,
    "judges": ["h"],
    "n": 3,
    "counts": {"g": 3, "h": 0},
}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_without_a_verdict(reason: Any) -> None:
    sentence = wording.reason_sentence(reason.value)
    assert sentence.endswith(".")
    assert not VERDICTS.search(sentence)


@pytest.mark.parametrize("sign", Sign)
def test_every_observation_has_a_reading_with_its_figures(sign: Any) -> None:
    reading = wording.reading(Observation(sign, ("peer", "patient"), FIGURES).to_dict())
    assert reading.endswith(".")
    assert "{" not in reading
    assert not VERDICTS.search(reading)


def test_reading_shows_shares_as_percentages() -> None:
    observation = Observation(Sign.INCOMPLETE_UNBLOCKED_PLAN, ("g", "h"), {"share_kept": 0.414})
    assert "41% of the items" in wording.reading(observation.to_dict())


def test_unknown_reason_is_not_worded() -> None:
    with pytest.raises(ValueError, match="no_such_reason"):
        wording.reason_sentence("no_such_reason")


def test_interval_below_six_raters_by_items_alone_says_these_raters_only() -> None:
    ratings = ratings_of(FIVE, peer=[[1, 2, 3, 4], [1, 3, 3, 5], [2, 2, 4, 4]])
    result = alpha(ratings, options=IntervalOptions(method="items_bootstrap"))
    assert (
        wording.interval_phrase(result.to_dict())
        == "95 % interval: bootstrap over items only; these raters only."
    )


def test_interval_that_is_absent_gives_its_reason() -> None:
    result = alpha(ratings_of(FIVE, peer=[[1, 2, 3, 4], [1, 3, 3, 5]]))
    assert "at least three raters" in wording.interval_phrase(result.to_dict())


def test_basis_names_what_was_left_out() -> None:
    result = alpha(ratings_of(FIVE, peer=[[1, 2, 3], [1, 3, None]]))
    assert wording.basis_phrase(result.to_dict()) == (
        "4 ratings of 2 items by 2 raters; left out: 1 of peer (the only rating of its item)."
    )


def test_basis_without_absences_says_so() -> None:
    result = alpha(ratings_of(FIVE, peer=[[1, 2, 3], [1, 3, 3]]))
    assert wording.basis_phrase(result.to_dict()).endswith("nothing left out.")


def test_large_p_is_not_called_agreement() -> None:
    result = misalignment(ratings_of(FIVE, g=[[1, 4], [3, 2], [5, 1]], h=[[2, 4], [3, 1], [5, 2]]), "g", "h")
    sentence = wording.test_sentence(result.test.to_dict())
    assert "all 20 relabellings" in sentence
    assert "smallest p this design can reach is 0.100" in sentence
    assert "not evidence of agreement" in sentence


def test_test_that_was_not_made_gives_its_reason() -> None:
    result = misalignment(ratings_of(FIVE, g=[[1, 4]], h=[[2, 4], [3, 1]]), "g", "h")
    assert "fewer than two ratings on every item" in wording.test_sentence(result.test.to_dict())


@pytest.mark.parametrize(
    ("g", "h", "expected"),
    [
        (1, 3, "patients rate 2.00 points above peers on average."),
        (3, 1, "peers rate 2.00 points above patients on average."),
        (2, 2, "peers and patients rate equally high on average."),
    ],
)
def test_direction_says_who_rates_higher(g: Any, h: Any, expected: Any) -> None:
    result = misalignment(ratings_of(FIVE, g=[[g], [g]], h=[[h], [h]]), "g", "h")
    assert wording.direction_sentence(result.direction.to_dict(), "peers", "patients") == expected


def test_misalignment_is_worded_for_these_raters_and_items() -> None:
    assert "for these raters and items; recruitment may explain it." in wording.MISALIGNMENT


def test_reason_of_a_study_s_own_is_shown_as_given() -> None:
    assert wording.missing_phrase("cannot_judge") == "“cannot judge”"
    assert wording.missing_phrase("off_scale_zero") == "off scale zero"

"""Preference pairs from votes, worked out by hand."""

from __future__ import annotations

import pytest

from rating.agreement.preference_sets import (
    Outcome,
    Rules,
    Vote,
    choice_votes,
    conflicts,
    labels,
    outcome,
    over_groups,
    rating_votes,
    verdicts,
    vetoed_replies,
)

GROUPS = {1: "peer", 2: "peer", 3: "peer", 4: "clinician", 5: "clinician"}


def votes(*strengths: float, group: str = "peer") -> list[Vote]:
    return [Vote(number, group, 1, 2, strength) for number, strength in enumerate(strengths)]


def test_choices_with_ties_give_mean_margin_and_share() -> None:
    """Clearly the second, a little the second, a tie: 1, ½ and 0, so ½; two and a half of three raters."""
    made = choice_votes({1: 2.0, 2: 1.0, 3: 0.0}, (1, 2), GROUPS, 2.0)
    verdict = verdicts(made)["peer"][1, 2]
    assert (verdict.chosen, verdict.rejected, verdict.margin, verdict.n_ties) == (2, 1, 0.5, 1)
    assert verdict.share == pytest.approx(2.5 / 3)
    assert outcome(verdict, Rules()) is Outcome.PAIR


def test_ratings_are_compared_within_raters_only_and_turned_where_lower_is_better() -> None:
    """Rater 1 saw replies 1 and 2, rater 2 replies 2 and 3: nobody compared 1 with 3."""
    given = {1: {1: 5.0, 2: 3.0}, 2: {2: 1.0, 3: 5.0}}
    found = verdicts(rating_votes(given, GROUPS, span=4.0, is_lower_better=False))["peer"]
    assert {pair: verdict.mean for pair, verdict in found.items()} == {(1, 2): -0.5, (2, 3): 1.0}
    turned = verdicts(rating_votes(given, GROUPS, span=4.0, is_lower_better=True))["peer"]
    assert {pair: verdict.mean for pair, verdict in turned.items()} == {(1, 2): 0.5, (2, 3): -1.0}


def test_few_raters_and_near_ties_make_no_pair() -> None:
    assert outcome(verdicts(votes(1.0))["peer"][1, 2], Rules()) is Outcome.FEW
    assert outcome(verdicts(votes(0.1, -0.1, 0.1))["peer"][1, 2], Rules()) is Outcome.TIE


def test_a_vetoed_reply_is_never_chosen_and_its_rival_does_not_take_its_place() -> None:
    verdict = verdicts(votes(1.0, 1.0))["peer"][1, 2]
    assert outcome(verdict, Rules(), frozenset({2})) is Outcome.VETOED
    assert outcome(verdict, Rules(), frozenset({1})) is Outcome.PAIR


def test_a_minority_of_one_group_vetoes() -> None:
    """One of two clinicians says unsafe: half of the group, though one of five raters."""
    said = [(rater, 2, rater == 4) for rater in GROUPS]
    assert vetoed_replies(said, GROUPS, Rules(veto_share=0.5)) == {2}
    assert vetoed_replies(said, GROUPS, Rules(veto_share=0.6)) == frozenset()
    # Two answers of one rater are one voice.
    twice = [*said, (4, 2, False)]
    assert vetoed_replies(twice, GROUPS, Rules(veto_share=0.5)) == {2}


def test_groups_that_clearly_prefer_opposite_replies_are_in_conflict() -> None:
    """Two peers for the second, three clinicians for the first: over both groups −¼, whatever their sizes."""
    found = verdicts([*votes(0.5, 0.5), *votes(-1.0, -1.0, -1.0, group="clinician")])
    (one,) = conflicts(found, ["peer", "clinician"], Rules())
    assert (one[0], one[1], one[2].chosen, one[3].chosen) == ("peer", "clinician", 2, 1)
    assert over_groups(found, ["peer", "clinician"])[1, 2].mean == -0.25
    weak = verdicts([*votes(0.05, 0.05), *votes(-1.0, -1.0, group="clinician")])
    assert conflicts(weak, ["peer", "clinician"], Rules()) == []


def test_labels_leave_out_replies_that_both_won_and_lost() -> None:
    ordered = [
        Vote(rater, "peer", first, second, 1.0) for rater in (1, 2) for first, second in ((1, 2), (2, 3))
    ]
    assert labels(verdicts(ordered)["peer"].values()) == {1: False, 3: True}


@pytest.mark.parametrize("wrong", [{"min_raters": 0}, {"min_margin": 0.0}, {"veto_share": 1.5}])
def test_rules_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="At least one rater"):
        Rules(**wrong)  # type: ignore[arg-type]

# mypy: disable-error-code="operator,arg-type"
import json
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, digamma, gammaln, logsumexp

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, mace
from tests.agreement.conftest import ratings_of

THREE = Scale((1, 2, 3), "nominal")

# Six raters, ten items. What crowd-kit 1.4.2 gives (MACE, 3,000 iterations, labels 1, 2, 3): competence as
# exp of its expected logarithm under variational Bayes, as its share under EM; chances of item 4.
ANSWERS = ("1223313213", "1223213213", "1233313223", "1111111111", "1223-1-213", "3221313112")
CROWD_KIT = {
    "variational_bayes": (
        [0.946258, 0.811345, 0.668510, 0.024100, 0.934326, 0.389522],
        [0.000250, 0.004135, 0.995615],
    ),
    "em": ([0.999486, 0.856678, 0.681678, 0.000476, 0.999374, 0.408333], [0.000011, 0.000074, 0.999915]),
}


def six_raters() -> Ratings:
    return ratings_of(THREE, peer=[[None if v == "-" else int(v) for v in row] for row in ANSWERS])


@pytest.mark.parametrize("training", CROWD_KIT)
def test_competence_and_chances_are_those_of_crowd_kit(training: Any) -> None:
    found = mace(six_raters(), training=training, tolerance=1e-9)
    competence = np.array(list(found.competence.values()))
    if training == "variational_bayes":
        n = np.array([10, 10, 10, 10, 8, 10])
        competence = np.exp(digamma(competence * (n + 1)) - digamma(n + 1))
    expected, chances = CROWD_KIT[training]
    assert competence == pytest.approx(expected, abs=1e-6)
    assert found.chances.iloc[4].to_list() == pytest.approx(chances, abs=1e-6)
    assert found.labels == {f"i{n:03d}": int(v) for n, v in enumerate("1223313213")}


def plain_steps(rows: Any, n_steps: int) -> Any:
    """EM by the equations of the paper, loop by loop; rows are raters, values 0..2 or None."""
    competence, guess = np.full(len(rows), 0.6), np.full((len(rows), 3), 1 / 3)
    for _ in range(n_steps):
        known, guessed = np.zeros(len(rows)), np.zeros((len(rows), 3))
        truths = []
        for i in range(len(rows[0])):
            given = [(r, row[i]) for r, row in enumerate(rows) if row[i] is not None]
            chance = np.array(
                [np.prod([competence[r] * (v == k) + (1 - competence[r]) * guess[r, v] for r, v in given])
                 for k in range(3)]
            )  # fmt: skip
            truths.append(chance / chance.sum())
            for r, v in given:
                knew = competence[r] / (competence[r] + (1 - competence[r]) * guess[r, v]) * truths[-1][v]
                known[r] += knew
                guessed[r, v] += 1 - knew
        spread = 0.01 / 3
        competence = (known + spread) / (known + guessed.sum(axis=1) + 2 * spread)
        guess = (guessed + spread) / (guessed + spread).sum(axis=1, keepdims=True)
    return np.array(truths), competence


def sparse_panel(seed: int, n_items: int = 40) -> Any:
    """Four raters who know three times in four, one who always says 1, one who guesses."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 4, n_items)
    knows = np.where(rng.random((4, n_items)) < 0.75, truth, rng.integers(1, 4, (4, n_items)))
    rows = np.vstack([knows, np.ones(n_items), rng.integers(1, 4, n_items)]).astype(int).astype(object)
    rows[rng.random(rows.shape) < 0.1] = None
    return truth, rows


def test_em_ends_where_the_equations_of_the_paper_end() -> None:
    _, rows = sparse_panel(3)
    plain = [[None if v is None else v - 1 for v in row] for row in rows]
    truths, competence = plain_steps(plain, 1500)
    found = mace(ratings_of(THREE, peer=rows.tolist()), training="em", tolerance=1e-10, max_iterations=20_000)
    assert found.chances.to_numpy() == pytest.approx(truths, abs=1e-5)
    assert list(found.competence.values()) == pytest.approx(competence, abs=1e-5)


@pytest.mark.parametrize("training", CROWD_KIT)
def test_planted_truth_and_competence_are_found(training: Any) -> None:
    truth, rows = sparse_panel(0, 400)
    found = mace(ratings_of(THREE, peer=rows.tolist()), training=training)
    votes = np.stack([(rows == value).sum(axis=0) for value in (1, 2, 3)])
    by_vote = np.mean(votes.argmax(axis=0) + 1 == truth)
    # Somebody who always says 1 and somebody who guesses mislead a vote, not a model that learns of them.
    assert np.mean(np.array(list(found.labels.values())) == truth) > by_vote + 0.03
    competence = list(found.competence.values())
    # Three in four known: standard error of a share of 360 answers is .023.
    assert competence[:4] == pytest.approx([0.75] * 4, abs=0.1)
    assert max(competence[4:]) < 0.1
    assert found.guesses.iloc[4].to_list() == pytest.approx([1, 0, 0], abs=0.06)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_chances_do_not_depend_on_the_names_of_values_and_raters(seed: int) -> None:
    _, rows = sparse_panel(seed)
    one = mace(ratings_of(THREE, peer=rows.tolist()))
    turned = [[None if value is None else 4 - value for value in row] for row in rows[::-1]]
    other = mace(ratings_of(THREE, peer=turned))
    assert one.objective == pytest.approx(other.objective, abs=1e-4)
    assert one.chances.to_numpy() == pytest.approx(other.chances.to_numpy()[:, ::-1], abs=1e-3)
    assert list(one.competence.values()) == pytest.approx(list(other.competence.values())[::-1], abs=1e-3)
    assert one.chances.sum(axis=1).to_numpy() == pytest.approx(1.0)
    json.dumps(one.to_dict(), allow_nan=False)


def test_items_on_which_all_agree_get_that_label_and_less_entropy() -> None:
    ratings = ratings_of(THREE, peer=[[1, 2, 3, 1], [1, 2, 3, 2], [1, 2, 3, 3]])
    found = mace(ratings)
    assert list(found.labels.values())[:3] == [1, 2, 3]
    # The last item tells nothing: every value is as likely.
    assert found.entropy["i003"] == pytest.approx(np.log(3), abs=1e-3)
    assert max(list(found.entropy.values())[:3]) < 0.2


def log_evidence(rows: Any) -> float:
    """Log probability of binary answers, summed over every truth and every pattern of knowing."""
    n_raters, n_items = rows.shape
    terms = []
    for truth in product((0, 1), repeat=n_items):
        for flat in product((False, True), repeat=rows.size):
            knew = np.array(flat).reshape(rows.shape)
            if (knew & (rows != np.array(truth))).any():
                continue
            term = -n_items * np.log(2)
            for r in range(n_raters):
                answers = np.bincount(rows[r][~knew[r]], minlength=2)
                term += betaln(knew[r].sum() + 0.5, (~knew[r]).sum() + 0.5) - betaln(0.5, 0.5)
                term += gammaln(20) - gammaln(20 + answers.sum())
                term += (gammaln(10 + answers) - gammaln(10)).sum()
            terms.append(term)
    return float(logsumexp(terms))


def test_bound_lies_just_below_the_log_probability_of_the_answers() -> None:
    rows = np.array([[0, 1, 1], [0, 1, 0], [0, 1, 1]])
    found = mace(ratings_of(Scale((0, 1), "nominal"), peer=rows.tolist()))
    evidence = log_evidence(rows)
    assert evidence - 2 < found.objective < evidence


def test_same_seed_gives_the_same_fit_and_starts_agree() -> None:
    ratings = six_raters()
    one, other = (mace(ratings, rng=np.random.default_rng(5)) for _ in range(2))
    assert one.to_dict() == other.to_dict()
    assert one.n_agreeing_starts == 10


def test_each_group_has_labels_and_competences_of_its_own() -> None:
    ratings = ratings_of(Scale((0, 1), "nominal"), g=[[0, 0, 1, 1]] * 3, h=[[1, 0, 1, 1]] * 3)
    found = {name: mace(ratings, group=name) for name in ("g", "h")}
    assert [found[name].labels["i000"] for name in ("g", "h")] == [0, 1]
    assert len(found["h"].competence) == 3
    assert all(name.startswith("h") for name in found["h"].competence)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [([[1, 1], [1, 1]], Reason.ONE_CATEGORY), ([[1, None], [None, 2]], Reason.NO_PAIRABLE_ITEMS)],
)
def test_answers_that_tell_nothing_of_competence_are_undefined(rows: Any, reason: Any) -> None:
    assert mace(ratings_of(THREE, peer=rows)).reason is reason


def test_fit_that_is_stopped_early_gives_no_labels() -> None:
    result = mace(ratings_of(THREE, peer=sparse_panel(1)[1].tolist()), max_iterations=2)
    assert (result.labels, result.reason) == ({}, Reason.NOT_CONVERGED)
    assert result.to_dict()["objective"] is None


@pytest.mark.parametrize(
    "options", [{"tolerance": 0.0}, {"max_iterations": 0}, {"n_starts": 0}, {"training": "gibbs"}]
)
def test_impossible_options_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        mace(ratings_of(THREE, peer=[[1, 2], [1, 2]]), **options)

"""True values of the planted model, against closed forms, hand calculation and brute force."""

from __future__ import annotations

from dataclasses import replace
from math import asin, pi

import numpy as np
import pytest
from numpy.typing import NDArray

from rating.demonstration import PlantedModel, PlantedTruth, planted_truth
from rating.demonstration.model import GroupEffect, QuestionModel, RaterModel

# Leniency and noise together have variance .36 + .64 = 1.
UNIT_RATER = RaterModel(leniency_sd=0.6, leniency_shared=0.5, noise_sd=0.8, noise_spread=0.0, halo=0.3)


def truth_for_two(
    model: PlantedModel, peer: GroupEffect, clinician: GroupEffect, thresholds: tuple[float, ...]
) -> PlantedTruth:
    """True values for peers against clinicians on one question, with unit rater variance."""
    question = QuestionModel("q", 0.0, 0.8, 0.0, 0.6, {"peer": peer, "clinician": clinician})
    raters: dict[str, tuple[str, ...]] = {"peer": ("a", "b"), "clinician": ("c", "d")}
    small = replace(model, questions=(question,), raters=raters, thresholds=thresholds, rater=UNIT_RATER)
    (truth,) = planted_truth(small)
    return truth


def test_planted_truth_with_a_shift_alone_is_the_squared_gap_worked_by_hand(model: PlantedModel) -> None:
    # No spread of items: peers at latent .5, clinicians at 0, thresholds -1.5 -.5 .5 1.5, normal table:
    # 1 + .97725 + .84134 + .5 + .15866 = 3.47725 against 3 by symmetry.
    truth = truth_for_two(
        model, GroupEffect(0.5, 0.0, 0.0), GroupEffect(0.0, 0.0, 0.0), (-1.5, -0.5, 0.5, 1.5)
    )

    assert truth.direction == pytest.approx(0.47725, abs=1e-5)
    assert truth.misalignment == pytest.approx(0.47725**2, abs=1e-5)
    assert truth.severity == pytest.approx(0.47725**2, abs=1e-5)
    assert truth.spread == pytest.approx(0.0, abs=1e-12)
    assert truth.ordering == pytest.approx(0.0, abs=1e-12)


def test_planted_truth_with_style_alone_is_the_arcsine_formula(model: PlantedModel) -> None:
    # One threshold at 0 makes the mean rating 1 + Phi(z), z normal: uniform, variance 1/12; for two normals
    # of correlation r the covariance is asin(r/2)/(2 pi) (Pearson 1907). Styles .6 and -.6: r = .64 - .36.
    truth = truth_for_two(model, GroupEffect(0.0, 1.0, 0.6), GroupEffect(0.0, 1.0, -0.6), (0.0,))

    expected = 2 * (1 / 12 - asin(0.28 / 2) / (2 * pi))
    assert truth.ordering == pytest.approx(expected, abs=1e-6)
    assert truth.misalignment == pytest.approx(expected, abs=1e-6)
    assert truth.severity == pytest.approx(0.0, abs=1e-12)


def test_planted_truth_with_scales_apart_is_the_arcsine_formula(model: PlantedModel) -> None:
    # cov(Phi(az), Phi(bz)) = asin(ab / sqrt((1 + a^2)(1 + b^2))) / (2 pi), here a = 2, b = 1.
    truth = truth_for_two(model, GroupEffect(0.0, 2.0, 0.0), GroupEffect(0.0, 1.0, 0.0), (0.0,))

    wide, narrow, shared = asin(4 / 5) / (2 * pi), asin(1 / 2) / (2 * pi), asin(2 / 10**0.5) / (2 * pi)
    assert truth.misalignment == pytest.approx(wide + narrow - 2 * shared, abs=1e-6)
    assert truth.spread == pytest.approx((wide**0.5 - narrow**0.5) ** 2, abs=1e-6)


def test_planted_truth_with_more_nodes_stays_the_same(model: PlantedModel) -> None:
    for few, many in zip(planted_truth(model), planted_truth(model, n_nodes=80), strict=True):
        assert few.misalignment == pytest.approx(many.misalignment, abs=1e-6)
        assert few.direction == pytest.approx(many.direction, abs=1e-6)
        assert few.ordering == pytest.approx(many.ordering, abs=1e-6)


def test_planted_truth_of_the_demo_sums_its_parts(model: PlantedModel) -> None:
    for truth in planted_truth(model):
        assert truth.severity + truth.spread + truth.ordering == pytest.approx(truth.misalignment, abs=1e-9)


@pytest.mark.parametrize(
    ("question", "pair", "part"),
    [
        ("authenticity_felt", ("peer", "patient"), "spread"),
        ("authenticity_stance", ("peer", "clinician"), "severity"),
        ("empathy_understanding", ("peer", "clinician"), "ordering"),
        ("safety", ("clinician", "patient"), "severity"),
    ],
)
def test_planted_truth_of_the_demo_has_each_kind_of_difference(
    model: PlantedModel, question: str, pair: tuple[str, str], part: str
) -> None:
    (truth,) = (t for t in planted_truth(model) if (t.question, t.pair) == (question, pair))

    assert truth.misalignment > 0.3
    assert getattr(truth, part) / truth.misalignment > 0.9


def test_planted_truth_of_the_demo_has_pairs_without_any_difference(model: PlantedModel) -> None:
    nulls = {(truth.question, truth.pair) for truth in planted_truth(model) if truth.is_null}

    assert nulls == {
        ("authenticity_felt", ("peer", "clinician")),
        ("authenticity_stance", ("clinician", "patient")),
        ("empathy_understanding", ("peer", "patient")),
        ("empathy_help", ("peer", "clinician")),
        ("empathy_help", ("peer", "patient")),
        ("empathy_help", ("clinician", "patient")),
        ("safety", ("peer", "patient")),
    }


def drawn_pairs(
    rng: np.random.Generator, model: PlantedModel, question: QuestionModel, n_items: int
) -> dict[str, NDArray[np.float64]]:
    """Ratings (item, 2): every item rated by two fresh raters of each group, from the model's description."""
    common, style = rng.normal(size=n_items), rng.normal(size=n_items)
    drawn = {}
    for group, effect in question.groups.items():
        heard = np.sqrt(1 - effect.style**2) * common + effect.style * style
        item = question.centre + effect.shift + effect.scale * heard
        noise_sd = model.rater.noise_sd * np.exp(model.rater.noise_spread * rng.normal(size=(n_items, 2)))
        rater = model.rater.leniency_sd * rng.normal(size=(n_items, 2)) + noise_sd * rng.normal(
            size=(n_items, 2)
        )
        drawn[group] = 1.0 + np.digitize(item[:, None] + rater, model.thresholds)
    return drawn


def test_planted_truth_of_the_demo_agrees_with_brute_force(model: PlantedModel) -> None:
    # With two independent raters a side, (g1 - h1)(g2 - h2) has the mean (f_g - f_h)^2. 200,000 items leave a
    # standard error below .008; a true value may lie 4.5 of them off (once in 8,000 runs of 18 values).
    rng = np.random.Generator(np.random.PCG64(7))
    truth = {(entry.question, entry.pair): entry for entry in planted_truth(model)}
    for question in model.questions:
        drawn = drawn_pairs(rng, model, question, 200_000)
        for first, second in model.pairs:
            gap = drawn[first] - drawn[second]
            product = gap[:, 0] * gap[:, 1]
            error = product.std() / product.size**0.5
            true = truth[question.key, (first, second)]
            assert error < 0.008
            assert abs(product.mean() - true.misalignment) < 4.5 * error
            assert abs(gap[:, 0].mean() - true.direction) < 4.5 * gap[:, 0].std() / product.size**0.5

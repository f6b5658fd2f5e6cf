# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Reason, Scale
from rating.agreement.statistics.cumulative_link import cumulative_link
from rating.agreement.statistics.cumulative_link_fit import fit_link
from rating.agreement.statistics.cumulative_link_likelihood import (
    LinkModel,
    Nodes,
    integrated,
    laplace,
    no_effects,
)

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")
NAMES = {"tempwarm": "warm", "contactyes": "contact"}


def wine(example: Any) -> tuple[dict[str, Ratings], pd.DataFrame]:
    table = pd.DataFrame(example["data"])
    frame = table.rename(columns={"bottle": "item", "judge": "rater", "rating": "value"}).assign(
        group="judge"
    )
    bottles = table.drop_duplicates("bottle").set_index("bottle")
    covariates = pd.DataFrame(
        {"warm": (bottles["temp"] == "warm") * 1, "contact": (bottles["contact"] == "yes") * 1}
    )
    return {"bitter": Ratings.from_frame(frame[["item", "rater", "group", "value"]], FIVE)}, covariates


@pytest.mark.shared
@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("clm", {"random": ()}),
        ("clmm_laplace", {"random": ("rater",)}),
        ("clmm_agq10", {"random": ("rater",), "method": "quadrature", "n_nodes": 10}),
    ],
)
def test_bitterness_of_wine_is_that_of_ordinal(oracle: Any, key: Any, options: Any) -> None:
    example = oracle("wine_clmm")
    questions, covariates = wine(example)
    expected, tolerance = example["expected"][key], example["tolerance"]
    result = cumulative_link(questions, covariates=covariates, **options)
    found = {**result.thresholds, **{name: result.covariates[own] for name, own in NAMES.items()}}
    for name, value in expected["coef"].items():
        assert found[name].estimate == pytest.approx(value, abs=tolerance["coef"])
    for name, value in expected.get("se", {}).items():
        assert found[name].interval.std_error == pytest.approx(value, abs=tolerance["se"])
    assert result.log_likelihood == pytest.approx(expected["logLik"], abs=tolerance["logLik"])
    if "sd_judge" in expected:
        assert result.rater_sd.estimate == pytest.approx(expected["sd_judge"], abs=tolerance["sd"])


def drawn(seed: Any, sizes: Any, n: Any, *, sds: Any = (1.2, 0.8), effect: Any = 0.6) -> Any:
    """Ratings of the cumulative logit model: raters of two groups, random pairs of item and rater."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(sizes[0] * sizes[1], n, replace=False)
    item, rater = np.divmod(cells, sizes[1])
    effects = [rng.normal(0, sd, size) for sd, size in zip(sds, sizes, strict=True)]
    is_h = rater % 2 == 1
    eta = effects[0][item] + effects[1][rater] + effect * is_h
    value = 1 + (eta[:, None] + rng.logistic(size=(n, 1)) > np.array([-2, -0.5, 1, 2])).sum(axis=1)
    frame = pd.DataFrame(
        {
            "item": [f"i{x:03d}" for x in item],
            "rater": [f"r{x:03d}" for x in rater],
            "group": np.where(is_h, "h", "g"),
            "value": value,
        }
    )
    return frame, effects


def one(frame: Any, scale: Any = FIVE) -> dict[str, Ratings]:
    return {"q": Ratings.from_frame(frame, scale)}


def test_gradients_are_those_of_differences() -> None:
    rng = np.random.default_rng(3)
    n = 240
    owners = rng.permutation(n) % 30, rng.permutation(n) % 8
    model = LinkModel(np.arange(n) % 4, rng.normal(size=(n, 2)), owners)
    values = np.array([-1.0, 0.2, 1.1, 0.3, -0.4, 0.1, -0.3])
    nodes_model = LinkModel(model.level, model.design, owners[:1])
    nodes = Nodes.around(nodes_model, values[:6], 7)
    cases: Any = [
        (lambda v: laplace(model, v, no_effects(model))[:2], values),
        (lambda v: integrated(nodes_model, v, nodes), values[:6]),
    ]
    for of, at in cases:
        steps = 1e-5 * np.eye(len(at))
        numeric = [(of(at + step)[0] - of(at - step)[0]) / 2e-5 for step in steps]
        assert of(at)[1] == pytest.approx(numeric, abs=1e-6)


def test_yes_and_no_without_random_effects_have_the_closed_form() -> None:
    # Log odds of yes: 20 of 30 in g, 10 of 40 in h; variances 1/20 + 1/10 and 1/10 + 1/30.
    values = [1] * 20 + [0] * 10 + [1] * 10 + [0] * 30
    rows = [
        (f"i{n}", f"{'g' if n < 30 else 'h'}{n % 5}", "g" if n < 30 else "h", v) for n, v in enumerate(values)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    result = cumulative_link(one(frame, Scale((0, 1), "nominal")), random=())
    assert result.thresholds["0|1"].estimate == pytest.approx(-np.log(2))
    assert result.groups["h"].estimate == pytest.approx(-np.log(3) - np.log(2))
    assert result.groups["h"].interval.std_error == pytest.approx(
        np.sqrt(1 / 20 + 1 / 10 + 1 / 10 + 1 / 30), rel=1e-5
    )


def test_quadrature_of_one_node_is_the_approximation_of_laplace() -> None:
    rng = np.random.default_rng(4)
    owner = np.arange(200) % 20
    model = LinkModel(rng.permutation(200) % 3, np.zeros((200, 0)), (owner,))
    values = np.array([-0.6, 0.7, -0.2])
    at_mode = integrated(model, values, Nodes.around(model, values, 1))[0]
    assert at_mode == pytest.approx(laplace(model, values, no_effects(model))[0], abs=1e-9)


def test_planted_effects_are_recovered_within_their_standard_errors() -> None:
    errors, modes, spreads = [], [], []
    for seed in range(6):
        frame, effects = drawn(seed, (80, 16), 800)
        result = cumulative_link(one(frame))
        errors.append((result.groups["h"].estimate - 0.6) / result.groups["h"].interval.std_error)
        for found, truth in zip(result.thresholds.values(), (-2, -0.5, 1, 2), strict=True):
            errors.append((found.estimate - truth) / found.interval.std_error)
        modes.append(np.corrcoef([found.estimate for found in result.severities.values()], -effects[1])[0, 1])
        spreads.append([result.item_sd.estimate, result.rater_sd.estimate])
        assert result.rater_sd.low < 0.8 < result.rater_sd.high
    assert np.abs(errors).max() < 4
    assert np.sqrt(np.mean(np.square(errors))) < 1.6
    assert min(modes) > 0.8
    assert np.mean(spreads, axis=0) == pytest.approx([1.2, 0.8], abs=0.15)


def test_group_effect_is_as_sure_as_there_are_raters() -> None:
    frame, _ = drawn(1, (60, 8), 400)
    result = cumulative_link(one(frame))
    assert result.groups["g"].interval.reason is Reason.REFERENCE
    interval = result.groups["h"].interval
    assert (interval.method, interval.df) == ("observed_information_t", 6)
    assert interval.scope == "raters_and_items"
    fixed = cumulative_link(one(frame), random=("item",))
    assert fixed.groups["h"].interval.method == "observed_information"
    assert fixed.groups["h"].interval.std_error < interval.std_error
    assert (fixed.rater_sd, fixed.severities) == (None, {})


def test_two_raters_a_group_give_an_effect_without_an_interval() -> None:
    frame, _ = drawn(2, (60, 4), 200)
    found = cumulative_link(one(frame)).groups["h"]
    assert found.is_defined
    assert found.interval.reason is Reason.TOO_FEW_RATERS


def test_questions_shift_the_answers_and_share_items_and_raters() -> None:
    frame, _ = drawn(5, (60, 10), 500)
    higher = frame.assign(value=np.minimum(frame["value"] + 1, 5))
    ratings = {name: Ratings.from_frame(table, FIVE) for name, table in (("a", frame), ("b", higher))}
    result = cumulative_link(ratings)
    assert result.questions["a"].estimate == 0
    assert result.questions["b"].low > 1
    assert result.n_islands == 1


def test_raters_alike_have_no_spread() -> None:
    rng = np.random.default_rng(2)
    rows = [(f"i{i}", f"r{r}", "g", 1 + (i + r * 7) % 5) for i in range(40) for r in range(5)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"]).sample(
        frac=1, random_state=rng.integers(9)
    )
    result = cumulative_link(one(frame))
    assert result.rater_sd.estimate == 0
    assert result.rater_sd.interval.reason is Reason.NO_VARIATION
    assert all(found.estimate == 0 for found in result.severities.values())
    json.dumps(result.to_dict())


def test_unused_value_has_no_thresholds() -> None:
    frame, _ = drawn(3, (40, 8), 200)
    frame.loc[frame["value"] == 2, "value"] = 3
    result = cumulative_link(one(frame))
    assert result.thresholds["1|2"].reason is Reason.LEVEL_NEVER_USED
    assert result.thresholds["2|3"].reason is Reason.LEVEL_NEVER_USED
    assert result.thresholds["3|4"].is_defined


def test_rater_without_any_value_is_told_of() -> None:
    frame, _ = drawn(4, (30, 8), 150)
    frame["value"] = frame["value"].astype(object).where(frame["rater"] != "r003", None)
    result = cumulative_link(one(frame))
    assert result.severities["r003"].reason is Reason.NO_RATINGS
    assert list(result.severities) == sorted(result.severities)


def test_order_of_rows_changes_nothing() -> None:
    frame, _ = drawn(4, (30, 8), 150)
    first, second = (cumulative_link(one(table)) for table in (frame, frame.iloc[::-1]))
    assert json.dumps(first.to_dict()) == json.dumps(second.to_dict())


def few(*values: Any, groups: Any = "g") -> Any:
    rows = [(f"i{n // 2}", f"r{n % 2}", value) for n, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group=groups)


@pytest.mark.parametrize(
    ("frame", "scale", "reason"),
    [
        (few(3, 3, 3, 3), FIVE, Reason.ONE_CATEGORY),
        (few(3, 4), FIVE, Reason.TOO_LITTLE_DATA),
        (few(None, None), FIVE, Reason.NO_RATINGS),
        (few(0, 1, 2, 1), Scale((0, 1, 2), "nominal"), Reason.NOT_FOR_THIS_SCALE),
        (few(1, 5, 2, 5, groups=["g", "h", "g", "h"]), FIVE, Reason.EXTREME_ANSWERS),
    ],
)
def test_data_without_a_fit_give_a_reason(frame: Any, scale: Any, reason: Any) -> None:
    result = cumulative_link(one(frame, scale))
    found = [*result.groups.values(), *result.thresholds.values(), result.rater_sd, result.item_sd]
    assert {part.reason for part in found} == {reason}
    assert {part.reason for part in result.severities.values()} <= {reason}
    json.dumps(result.to_dict())


def test_separated_answers_do_not_settle() -> None:
    level = np.array([0] * 10 + [1] * 10)
    assert fit_link(LinkModel(level, level[:, None].astype(float), ())) is None


@pytest.mark.parametrize(
    "options",
    [
        {"random": ("group",)},
        {"random": "rater"},
        {"method": "exact"},
        {"method": "quadrature"},
        {"confidence": 2},
        {"covariates": pd.DataFrame({"x": [1.0]}, index=["i000"])},
        {"covariates": pd.DataFrame({"x": [1.0] * 30}, index=[f"i{n:03d}" for n in range(30)])},
        {"covariates": pd.DataFrame({"x": [np.nan] * 30}, index=[f"i{n:03d}" for n in range(30)])},
        {"covariates": pd.DataFrame({"x": ["a"] * 30}, index=[f"i{n:03d}" for n in range(30)])},
    ],
)
def test_options_that_cannot_be_met_are_refused(options: Any) -> None:
    frame, _ = drawn(4, (30, 8), 200)
    with pytest.raises(AgreementInputError) as refused:
        cumulative_link(one(frame), **options)
    assert refused.value.code == "bad_option"

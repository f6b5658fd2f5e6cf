# mypy: disable-error-code="operator,arg-type,union-attr"
"""Every worked example is held to: which test does, and the numbers that no other test reads."""

import ast
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rating.agreement import (
    IntervalOptions,
    Ratings,
    Scale,
    benjamini_yekutieli,
    cohen_kappa,
    hedges_g,
    icc,
)
from rating.agreement.resampling.multiplicity import bonferroni, holm
from rating.agreement.statistics.category_kappa import category_kappa
from rating.agreement.statistics.crosstable import crosstable
from rating.agreement.statistics.fleiss_kappa import fleiss_kappa
from rating.agreement.statistics.icc import Anova
from rating.agreement.statistics.large_sample import large_sample_agreement
from rating.agreement.statistics.light_kappa import kappa_max, light_kappa
from rating.agreement.statistics.two_samples import cohen_d, independent_cliff_delta
from rating.agreement.statistics.vanbelle_albert_corrected import corrected_vanbelle_albert
from tests.agreement.conftest import ratings_of

HERE = Path(__file__).parent
PLAIN = IntervalOptions(method="none")
THIS = "test_oracles"
TWO_RATERS = ("test_percent_agreement", "test_brennan_prediger", "test_cohen_kappa", "test_fleiss_kappa")
GWET = ("test_percent_agreement", "test_gwet_family", "test_alpha", THIS)

# Which files of tests read each example; together they read every number it expects.
COVERED: dict[str, tuple[str, ...]] = {
    "alt_test_cebab_stars": ("test_alternative_annotator",),
    "artstein_poesio2008_ex1": TWO_RATERS,
    "attitude_cronbach_omega": ("test_internal_consistency",),
    "benjamini_hochberg1995": ("test_multiplicity", THIS),
    "brennan2001_table3_2": ("test_generalizability",),
    "brennan_prediger1981_ex1": ("test_percent_agreement", "test_brennan_prediger", "test_cohen_kappa"),
    "cantor1996_n_cohen_kappa": ("test_sample_size",),
    "cohen1960_p45": ("test_percent_agreement", "test_cohen_kappa", "test_ac1", THIS),
    "dawid_skene1979": ("test_dawid_skene",),
    "degenerate_constant": ("test_percent_agreement", "test_alpha", THIS),
    "effsize_cliff_hedges": ("test_effect_sizes", THIS),
    "fleiss1971_diagnoses": ("test_fleiss_kappa", "test_conger_kappa", THIS),
    "fleiss_cohen_everitt1969": ("test_cohen_kappa",),
    "freelon2010_r2_03": ("test_percent_agreement", "test_cohen_kappa", "test_fleiss_kappa", "test_alpha"),
    "freelon2010_r2_06": ("test_percent_agreement", "test_cohen_kappa", "test_alpha", THIS),
    "freelon2010_r2_08": ("test_percent_agreement", "test_cohen_kappa", "test_alpha", THIS),
    "freelon2010_r3_01": ("test_percent_agreement", "test_alpha", THIS),
    "freelon2010_r3_03": ("test_percent_agreement", "test_alpha", THIS),
    "freelon2010_r3_05": ("test_percent_agreement", "test_alpha", THIS),
    "freelon2010_r3_07": ("test_percent_agreement", "test_alpha", THIS),
    "freelon2010_r3_09": ("test_percent_agreement", "test_alpha", THIS),
    "gamma_fixture_01": ("test_gamma",),
    "gamma_fixture_04": ("test_gamma",),
    "gwet_ben_gerry": GWET,
    "gwet_cont3x3abstractors": ("test_gwet_family", THIS),
    "gwet_distrib6raters": GWET,
    "gwet_paradox_2x2": ("test_percent_agreement", "test_ac1", "test_cohen_kappa"),
    "gwet_raw4raters": GWET,
    "gwet_raw_g1g2": GWET,
    "irr_anxiety_kappa2": ("test_cohen_kappa", THIS),
    "irr_video_kendall": ("test_kendall_w",),
    "kappasize_ci_binary": ("test_sample_size",),
    "krippendorff2004_binary": ("test_alpha", "test_percent_agreement", THIS),
    "krippendorff2004_unitizing": ("test_unitized_alpha",),
    "krippendorff2011_missing": ("test_alpha",),
    "krippendorff2018_p306": ("test_alpha",),
    "landis_koch_rsm_cml": ("test_rasch_rating_scale",),
    "mathet_alexpaulsuzan_gamma": ("test_gamma",),
    "randolph2005_ex2": ("test_brennan_prediger", "test_fleiss_kappa"),
    "reml_icc_shrout_fleiss_four_cells_removed": ("test_variance_components",),
    "scipy_wasserstein_js": ("test_distributions",),
    "shrout_fleiss1979": ("test_icc", THIS),
    "sirt_ratings1_mfrm": ("test_many_facet_rasch",),
    "stanislaw_todorov_rates": ("test_signal_detection",),
    "stigler1994_citations_bt": ("test_bradley_terry",),
    "torchmetrics_ece": ("test_calibration_error",),
    "vanbelle_albert2009_sct": ("test_vanbelle_albert", THIS),
    "wikipedia_alpha": ("test_alpha",),
    "wikipedia_fleiss": ("test_fleiss_kappa", "test_percent_agreement", THIS),
    "wine_clmm": ("test_cumulative_link",),
    "xrr_google_unit_test": ("test_xrr",),
    "zwick1988_ex2": TWO_RATERS,
}  # fmt: skip


def examples(shared_dir: Path) -> dict[str, Any]:
    paths = sorted((shared_dir / "oracles").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def texts_in(test: str) -> list[str]:
    """Every piece of text that a file of tests holds, pieces of names included."""
    tree = ast.parse((HERE / f"{test}.py").read_text(encoding="utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.shared
def test_every_example_is_named_by_a_test_that_reads_it(shared_dir: Path) -> None:
    assert set(examples(shared_dir)) == set(COVERED)


@pytest.mark.parametrize("name", COVERED)
def test_files_that_cover_an_example_exist_and_name_it(name: str) -> None:
    for test in COVERED[name]:
        assert (HERE / f"{test}.py").exists(), f"{name}: no {test}.py"
        texts = texts_in(test)
        if test == THIS:
            # The table above names it once.
            texts.remove(name)
        pieces = {name, name.removeprefix("freelon2010_"), name.removeprefix("gamma_fixture_")}
        assert pieces & set(texts), f"{test}.py does not read {name}"


def nominal(matrix: Any) -> Ratings:
    values = tuple(sorted({value for row in matrix for value in row if value is not None}, key=str))
    return ratings_of(Scale(values, "nominal"), peer=matrix)


def limit_of(example: Any, key: str) -> float:
    tolerance = example["tolerance"]
    found = tolerance.get(key, tolerance.get("default")) if isinstance(tolerance, dict) else tolerance
    return float(found) + 1e-12


LARGE_SAMPLE = {
    "percent_agreement": "percent_agreement",
    "gwet_ac": "ac2",
    "fleiss_kappa": "fleiss_kappa",
    "scott_pi": "fleiss_kappa",
    "conger_kappa": "conger_kappa",
    "cohen_kappa": "conger_kappa",
    "brennan_prediger": "brennan_prediger",
    "krippendorff_alpha": "alpha",
}


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["gwet_raw4raters", "gwet_ben_gerry", "gwet_raw_g1g2", "gwet_distrib6raters", "gwet_cont3x3abstractors"],
)
def test_large_sample_errors_of_gwets_tables_are_what_irrcac_gives(shared_dir: Path, name: str) -> None:
    example = examples(shared_dir)[name]
    values = tuple(sorted({value for row in example["data"] for value in row if value is not None}))
    measurement: Any = "nominal" if isinstance(values[0], str) else "interval"
    ratings = ratings_of(Scale(values, measurement), peer=example["data"])
    n = len(ratings.items)
    # From a table of two raters irrCAC divides by n, from ratings by n - 1.
    turned = ((n - 1) / n) ** 0.5 if name == "gwet_cont3x3abstractors" else 1.0
    for weights, column in example["expected"].items():
        for key, expected in column.items():
            # This table came to irrCAC as a distribution of raters, for which it has another error of alpha.
            source: Any = "distribution" if name == "gwet_distrib6raters" else "ratings"
            found = large_sample_agreement(ratings, LARGE_SAMPLE[key], weights=weights, alpha_error=source)
            case = f"{name} {weights} {key}"
            assert found.estimate == pytest.approx(expected["estimate"], abs=1e-5), case
            error = found.interval.std_error * turned
            assert error == pytest.approx(expected["se"], abs=example["tolerance"]), case
            assert found.interval.scope == "these_raters_only"


@pytest.mark.shared
def test_fleiss_z_and_kappas_of_values_are_published(shared_dir: Path) -> None:
    example = examples(shared_dir)["fleiss1971_diagnoses"]
    expected = example["expected"]
    found = category_kappa(nominal(example["data"]), options=PLAIN)
    assert found.z == pytest.approx(expected["z"], abs=limit_of(example, "z"))
    kappas = [part.estimate for part in found.by_value.values()]
    assert kappas == pytest.approx(expected["category_kappa"], abs=limit_of(example, "category_kappa"))


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["fleiss1971_diagnoses", "freelon2010_r3_01", "freelon2010_r3_05", "freelon2010_r3_07"],
)
def test_light_kappa_is_published(shared_dir: Path, name: str) -> None:
    example = examples(shared_dir)[name]
    found = light_kappa(nominal(example["data"]), options=PLAIN)
    assert found.estimate == pytest.approx(
        example["expected"]["light_kappa"], abs=limit_of(example, "light_kappa")
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("freelon2010_r2_06", "scott_pi"),
        ("freelon2010_r2_08", "scott_pi"),
        *((f"freelon2010_{part}", "fleiss_kappa") for part in ("r3_01", "r3_03", "r3_05", "r3_07", "r3_09")),
    ],
)
def test_fleiss_kappa_of_recal_tables_is_published(shared_dir: Path, name: str, key: str) -> None:
    example = examples(shared_dir)[name]
    found = fleiss_kappa(nominal(example["data"]), options=PLAIN)
    assert found.estimate == pytest.approx(example["expected"][key], abs=limit_of(example, key))


@pytest.mark.shared
def test_chance_agreement_of_wikipedias_fleiss_example_is_published(shared_dir: Path) -> None:
    example = examples(shared_dir)["wikipedia_fleiss"]
    expected = example["expected"]
    kappa = fleiss_kappa(nominal(example["data"]), options=PLAIN).estimate
    observed = large_sample_agreement(nominal(example["data"]), "percent_agreement").estimate
    # kappa = (observed - expected) / (1 - expected)
    chance = (observed - kappa) / (1 - kappa)
    assert chance == pytest.approx(expected["expected"], abs=limit_of(example, "expected"))


@pytest.mark.shared
def test_disagreements_behind_krippendorffs_binary_alpha_are_published(shared_dir: Path) -> None:
    example = examples(shared_dir)["krippendorff2004_binary"]
    expected, ratings = example["expected"], nominal(example["data"])
    observed = 1 - large_sample_agreement(ratings, "percent_agreement").estimate
    alpha = large_sample_agreement(ratings, "alpha").estimate
    assert observed == pytest.approx(expected["observed_disagreement"], abs=example["tolerance"])
    assert observed / (1 - alpha) == pytest.approx(
        expected["expected_disagreement"], abs=example["tolerance"]
    )


@pytest.mark.shared
def test_largest_possible_kappa_is_cohens(shared_dir: Path) -> None:
    example = examples(shared_dir)["cohen1960_p45"]
    ratings = nominal(example["data"])
    found = kappa_max(ratings, *ratings.raters)
    assert found.estimate == pytest.approx(example["expected"]["kappa_max"], abs=example["tolerance"])


@pytest.mark.shared
def test_z_of_anxiety_ratings_is_what_irr_gives(shared_dir: Path) -> None:
    example = examples(shared_dir)["irr_anxiety_kappa2"]
    ratings = nominal(example["data"])
    counts = crosstable(ratings, *ratings.raters)[0]
    # Standard error when both rate by chance only: Fleiss, Cohen and Everitt 1969, eq. 14.
    rows, columns = counts.sum(axis=1) / counts.sum(), counts.sum(axis=0) / counts.sum()
    chance = float(rows @ columns)
    variance = chance + chance**2 - float((rows * columns * (rows + columns)).sum())
    kappa = cohen_kappa(ratings, *ratings.raters).estimate
    z = kappa / (variance**0.5 / ((1 - chance) * counts.sum() ** 0.5))
    assert z == pytest.approx(example["expected"]["z_unweighted"], abs=1e-6)


@pytest.mark.shared
def test_effect_sizes_of_two_samples_are_those_of_effsize(shared_dir: Path) -> None:
    example = examples(shared_dir)["effsize_cliff_hedges"]
    data, expected = example["data"], example["expected"]
    scale = Scale((10, 20, 30, 40, 50), "interval")
    ratings = ratings_of(
        scale, g=[[value] for value in data["treatment"]], h=[[value] for value in data["control"]]
    )
    assert cohen_d(ratings, "g", "h", options=PLAIN).estimate == pytest.approx(expected["cohens_d"], abs=1e-6)
    assert hedges_g(ratings, "g", "h", options=PLAIN).estimate == pytest.approx(
        expected["hedges_g"], abs=1e-6
    )
    found = independent_cliff_delta(ratings, "g", "h")
    assert found.estimate == pytest.approx(expected["cliffs_delta"], abs=1e-6)
    assert [found.low, found.high] == pytest.approx(expected["cliffs_delta_ci95"], abs=1e-6)


@pytest.mark.shared
def test_family_wise_p_values_are_those_of_p_adjust(shared_dir: Path) -> None:
    example = examples(shared_dir)["benjamini_hochberg1995"]
    expected = example["expected"]
    for adjust, key in ((holm, "holm"), (bonferroni, "bonferroni"), (benjamini_yekutieli, "BY")):
        assert adjust(example["data"]) == pytest.approx(expected[key], abs=example["tolerance"])
    rejected = sum(p <= 0.05 for p in bonferroni(example["data"]))
    assert rejected == expected["rejected_bonferroni_0.05"]


@pytest.mark.shared
@pytest.mark.parametrize("weights", ["unweighted", "linear", "quadratic"])
def test_bias_corrected_agreement_of_groups_and_its_error_are_published(
    shared_dir: Path, weights: Any
) -> None:
    example = examples(shared_dir)["vanbelle_albert2009_sct"]
    rows, expected = example["data"], example["expected"][weights]
    ratings = ratings_of(Scale((-2, -1, 0, 1, 2), "interval"), g=rows[:39], h=rows[39:])
    found = corrected_vanbelle_albert(ratings, "g", "h", weights=weights)
    assert found.interval.std_error == pytest.approx(expected["se_jackknife"], abs=1e-6)
    if "kappa_jackknife_bias_corrected" in expected:
        assert found.estimate == pytest.approx(expected["kappa_jackknife_bias_corrected"], abs=1e-6)
        printed = example["expected"]["published_table5"]
        assert found.interval.std_error == pytest.approx(printed["se"], abs=0.0006)


@pytest.mark.shared
def test_tests_behind_intraclass_correlations_are_published(shared_dir: Path) -> None:
    example = examples(shared_dir)["shrout_fleiss1979"]
    anova = Anova.of(np.array(example["data"], dtype=np.float64).T)
    ten = ratings_of(Scale(tuple(range(1, 11)), "interval"), peer=example["data"])
    for key, expected in example["expected"].items():
        is_one_way = key.startswith("ICC1")
        error = anova.within if is_one_way else anova.residual
        assert anova.items / error == pytest.approx(expected["F"], abs=1e-6)
        degrees = (anova.n - 1, anova.n * (anova.k - 1) if is_one_way else (anova.n - 1) * (anova.k - 1))
        assert degrees == (expected["df1"], expected["df2"])
        form: Any = f"{key[3]},{'k' if key.endswith('k') else 1}"
        assert icc(ten, form=form).estimate == pytest.approx(expected["estimate"], abs=1e-6)


@pytest.mark.shared
def test_constant_ratings_leave_every_kappa_undefined_with_a_reason(shared_dir: Path) -> None:
    example = examples(shared_dir)["degenerate_constant"]
    scale = Scale(tuple(example["params"]["domain"]), "ordinal")
    ratings = ratings_of(scale, peer=example["data"])
    for found in (
        fleiss_kappa(ratings),
        cohen_kappa(ratings, *ratings.raters[:2]),
        light_kappa(ratings),
        large_sample_agreement(ratings, "alpha"),
        large_sample_agreement(ratings, "conger_kappa"),
    ):
        assert found.estimate is None
        assert found.reason.value == "one_category"

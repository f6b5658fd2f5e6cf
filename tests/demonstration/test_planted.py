"""The drawn ratings: their structure and that they follow seed and model."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from rating.demonstration import PlantedModel, PlantedRatings, generate


def test_generate_at_the_committed_seed_gives_every_rater_every_item_and_question(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    answers = ratings.answers

    assert list(answers.columns) == ["item", "rater", "group", "question", "value", "missing"]
    assert len(answers) == 40 * 24 * 16
    assert not answers.duplicated(["item", "rater", "question"]).any()
    assert (answers.groupby(["item", "group"])["rater"].nunique() == 8).all()
    assert answers.groupby("rater")["group"].nunique().eq(1).all()


def test_generate_at_the_committed_seed_keeps_values_on_their_scales(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    answers = ratings.answers
    is_flag = answers["question"].isin(model.flag.keys)

    assert set(answers.loc[is_flag, "value"]) == {0, 1}
    assert set(answers.loc[~is_flag, "value"].dropna()) == {1, 2, 3, 4, 5}


def test_generate_at_the_committed_seed_leaves_one_to_two_in_a_hundred_unjudged(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    answers = ratings.answers
    is_flag = answers["question"].isin(model.flag.keys)

    assert (answers["value"].isna() == (answers["missing"] == "cannot_judge")).all()
    assert 0.01 < answers.loc[~is_flag, "value"].isna().mean() < 0.02
    assert not answers.loc[is_flag, "value"].isna().any()


def test_generate_twice_with_one_seed_gives_the_same_study(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    again = generate(model.seed, model)

    pd.testing.assert_frame_equal(ratings.answers, again.answers)
    pd.testing.assert_frame_equal(ratings.comments, again.comments)
    pd.testing.assert_frame_equal(ratings.passages, again.passages)


def test_generate_with_another_seed_draws_new_ratings(model: PlantedModel, ratings: PlantedRatings) -> None:
    other = generate(model.seed + 1, model)

    assert not ratings.answers["value"].equals(other.answers["value"])


def test_generate_at_the_committed_seed_flags_the_marked_items_and_no_way_to_self_harm(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    yes = ratings.answers.query(
        "value == 1 and question in @keys", local_dict={"keys": list(model.flag.keys)}
    )
    counts = yes.groupby(["item", "question"]).size()
    written = {(item.key, flag.question) for item in model.items for flag in item.flags}

    assert "flag_ways_to_self_harm" not in set(yes["question"])
    assert all(counts[key] >= 4 for key in written)
    assert counts[~counts.index.isin(list(written))].max() <= 2


def test_generate_at_the_committed_seed_rates_the_better_replies_higher(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    profile = pd.DataFrame(
        {item.key: item.profile for item in model.items}, index=["quality", "harmless", "style"]
    ).T
    scored = ratings.answers.dropna(subset=["value"]).astype({"value": "float64"})
    mean = scored.pivot_table(index="item", columns="question", values="value")

    assert mean["empathy_help"].corr(profile["quality"], method="spearman") > 0.4
    assert mean["safety"].corr(profile["harmless"], method="spearman") > 0.4


def test_generate_without_noise_or_leniency_makes_raters_of_a_group_identical(model: PlantedModel) -> None:
    quiet = replace(
        model,
        rater=replace(model.rater, leniency_sd=0.0, noise_sd=0.0),
        cannot_judge=dict.fromkeys(model.groups, 0.0),
    )
    answers = generate(5, quiet).answers
    scale = answers[~answers["question"].isin(model.flag.keys)]

    by_group = scale.groupby(["item", "group", "question"])["value"]

    assert by_group.min().equals(by_group.max())


@pytest.mark.parametrize("seed", [11, 12])
def test_generate_without_noise_keeps_planted_nulls_equal_and_shifts_ordered(
    model: PlantedModel, seed: int
) -> None:
    quiet = replace(
        model,
        rater=replace(model.rater, leniency_sd=0.0, noise_sd=0.0),
        cannot_judge=dict.fromkeys(model.groups, 0.0),
    )
    answers = generate(seed, quiet).answers.astype({"value": "float64"})
    mean = answers.pivot_table(index="item", columns=["question", "group"], values="value")

    assert mean["empathy_help", "peer"].equals(mean["empathy_help", "clinician"])
    assert mean["empathy_help", "peer"].equals(mean["empathy_help", "patient"])
    assert mean["safety", "clinician"].le(mean["safety", "peer"]).all()
    assert mean["authenticity_stance", "peer"].le(mean["authenticity_stance", "patient"]).all()

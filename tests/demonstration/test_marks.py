"""Comments and marked passages of the drawn ratings."""

from __future__ import annotations

from rating.demonstration import PlantedModel, PlantedRatings


def test_passages_at_the_committed_seed_stand_word_for_word_at_their_offsets(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    responses = {item.key: item.response for item in model.items}

    assert len(ratings.passages) > 200
    for row in ratings.passages.to_dict("records"):
        assert responses[row["item"]][row["start"] : row["end"]] == row["quote"]
        assert row["quote"] == row["quote"].strip() != ""


def test_passages_at_the_committed_seed_fit_the_answers_they_belong_to(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    marked = ratings.passages.merge(
        ratings.answers, on=["item", "rater", "group", "question"], validate="m:1"
    )
    is_flag = marked["question"].isin(model.flag.keys)

    assert len(marked) == len(ratings.passages)
    assert (marked.loc[is_flag, "value"] == 1).all()
    assert marked.loc[~is_flag, "value"].isin([1, 2, 4, 5]).all()


def test_comments_at_the_committed_seed_are_each_made_once_by_a_rater_of_their_group(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    written = [comment.text for item in model.items for comment in item.comments]

    assert sorted(ratings.comments["comment"]) == sorted(written)
    assert not ratings.comments.duplicated(["item", "rater"]).any()
    for row in ratings.comments.to_dict("records"):
        assert row["rater"] in model.raters[row["group"]]


def test_comments_at_the_committed_seed_come_from_the_rater_at_their_end(
    model: PlantedModel, ratings: PlantedRatings
) -> None:
    keys = [question.key for question in model.questions]
    scale = ratings.answers[ratings.answers["question"].isin(keys)].dropna(subset=["value"])
    mean = scale.astype({"value": "float64"}).groupby(["item", "group", "rater"])["value"].mean()
    side = {comment.text: comment.side for item in model.items for comment in item.comments}

    for row in ratings.comments.to_dict("records"):
        group = mean.loc[row["item"], row["group"]]
        assert group[row["rater"]] == (group.min() if side[row["comment"]] == "low" else group.max())

"""Ratings for the demo study, drawn from a documented model with planted differences between the groups.

Item i has independent standard normal draws: ``quality``, ``harmless``, ``style`` (how structured and
clinical it sounds) and, for each question, something of its own. For question q:

    common_iq = quality_q * quality_i + harmless_q * harmless_i + own_q * own_iq         (variance 1)
    heard_igq = sqrt(1 - style_gq^2) * common_iq + style_gq * style_i                    (variance 1)
    latent    = centre_q + shift_gq + scale_gq * heard_igq + leniency_rq + noise_irq
    rating    = 1 + number of thresholds below latent

``shift`` plants severity, ``scale`` spread, ``style`` ordering: what two groups hear correlates by
``sqrt(1 - style_g^2) sqrt(1 - style_h^2) + style_g style_h``. Leniency is partly shared over a rater's
questions, noise partly over the questions of one item (halo), and some raters are noisier than others.

The drawn items are then matched to the written ones, the best quality to the best reply and so on, so that
ratings fit the texts. Matching only renames items: every statistic that does not look at item names is
distributed as without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rating.demonstration.marks import attach_comments, mark_passages
from rating.demonstration.model import PlantedModel, load_model
from rating.demonstration.truth import Floats, item_latent


@dataclass(frozen=True)
class PlantedRatings:
    """One drawn study, as three long tables.

    ``answers``: item, rater, group, question, value (``Int64``), missing (``cannot_judge`` or ``None``).
    ``comments``: item, rater, group, comment.
    ``passages``: item, rater, group, question, start, end, quote; offsets in code points of the response.
    """

    answers: pd.DataFrame
    comments: pd.DataFrame
    passages: pd.DataFrame


@dataclass(frozen=True)
class _Items:
    """Draws per item: ``factors`` (item, 3), that is quality, harmless, style; ``own`` (item, question)."""

    factors: Floats
    own: Floats


def generate(seed: int | None = None, model: PlantedModel | None = None) -> PlantedRatings:
    """Draw a study: new items, new raters, every rater on every item. ``seed`` defaults to the committed one.

    The same seed gives the same study: only normal, random and integer draws of ``Generator(PCG64(seed))``.
    """
    model = model or load_model()
    rng = np.random.Generator(np.random.PCG64(model.seed if seed is None else seed))
    items = _match_to_texts(_draw_items(rng, model), model)
    values = {group: _draw_values(rng, model, items, group) for group in model.groups}
    missing = {group: rng.random(values[group].shape) < model.cannot_judge[group] for group in model.groups}
    flags = {group: _draw_flags(rng, model, group) for group in model.groups}
    scale_keys = tuple(question.key for question in model.questions)
    answers = pd.concat(
        [_long(model, group, scale_keys, values[group], missing[group]) for group in model.groups]
        + [_long(model, group, model.flag.keys, flags[group], None) for group in model.groups],
        ignore_index=True,
    )
    return PlantedRatings(
        answers=answers,
        comments=attach_comments(model, answers),
        passages=mark_passages(rng, model, answers),
    )


def _draw_items(rng: np.random.Generator, model: PlantedModel) -> _Items:
    n_items = len(model.items)
    factors = rng.normal(size=(n_items, 3))
    return _Items(factors=factors, own=rng.normal(size=(n_items, len(model.questions))))


def _match_to_texts(items: _Items, model: PlantedModel) -> _Items:
    """Order the drawn items so that their factors lie as close as possible to the written items' profiles."""
    from scipy.optimize import linear_sum_assignment

    profiles = _standard_profiles(np.array([item.profile for item in model.items]))
    distance = ((profiles[:, None, :] - items.factors[None, :, :]) ** 2).sum(axis=2)
    _, drawn = linear_sum_assignment(distance)
    return _Items(factors=items.factors[drawn], own=items.own[drawn])


def _standard_profiles(profiles: Floats) -> Floats:
    """Profiles (item, 3) as columns of mean 0 and variance 1, each made uncorrelated with those before it."""
    columns: list[Floats] = []
    for column in profiles.T:
        rest = column - column.mean()
        for earlier in columns:
            rest = rest - earlier * (rest @ earlier) / (earlier @ earlier)
        columns.append(rest / rest.std())
    return np.stack(columns, axis=1)


def _draw_values(
    rng: np.random.Generator, model: PlantedModel, items: _Items, group: str
) -> NDArray[np.int64]:
    """Ratings (item, rater, question) of one group's raters."""
    n_items, n_questions = items.own.shape
    n_raters = len(model.raters[group])
    rater = model.rater
    leniency = rater.leniency_sd * (
        np.sqrt(rater.leniency_shared) * rng.normal(size=(n_raters, 1))
        + np.sqrt(1 - rater.leniency_shared) * rng.normal(size=(n_raters, n_questions))
    )
    noise_sd = rater.noise_sd * np.exp(rater.noise_spread * rng.normal(size=(n_raters, 1)))
    noise = noise_sd * (
        np.sqrt(rater.halo) * rng.normal(size=(n_items, n_raters, 1))
        + np.sqrt(1 - rater.halo) * rng.normal(size=(n_items, n_raters, n_questions))
    )
    latent = _group_latent(model, items, group)[:, None, :] + leniency + noise
    above: NDArray[np.int64] = (latent[..., None] > np.array(model.thresholds)).sum(axis=-1)
    return 1 + above


def _group_latent(model: PlantedModel, items: _Items, group: str) -> Floats:
    """Where a group hears each item, per question: (item, question)."""
    quality, harmless, style = items.factors.T
    return np.stack(
        [
            item_latent(
                question,
                group,
                question.quality * quality + question.harmless * harmless + question.own * own,
                style,
            )
            for question, own in zip(model.questions, items.own.T, strict=True)
        ],
        axis=1,
    )


def _draw_flags(rng: np.random.Generator, model: PlantedModel, group: str) -> NDArray[np.int64]:
    """Yes (1) or no (0) for (item, rater, flag) of one group's raters."""
    flag = model.flag
    row = np.array([0.0 if key in flag.never else flag.background for key in flag.keys])
    chance = np.tile(row, (len(model.items), 1))
    by_side = {"clear": flag.clear[group], "arguable": flag.arguable[group]}
    for index, item in enumerate(model.items):
        for passage in item.flags:
            chance[index, flag.keys.index(passage.question)] = by_side[passage.side]
    said_yes = rng.random((len(model.items), len(model.raters[group]), len(flag.keys))) < chance[:, None, :]
    return said_yes.astype(np.int64)


def _long(
    model: PlantedModel,
    group: str,
    questions: tuple[str, ...],
    values: NDArray[np.int64],
    missing: NDArray[np.bool_] | None,
) -> pd.DataFrame:
    """One group's values (item, rater, question) as rows, item by item."""
    index = pd.MultiIndex.from_product(
        [[item.key for item in model.items], model.raters[group], questions],
        names=["item", "rater", "question"],
    )
    frame = pd.DataFrame({"value": pd.array(values.ravel(), dtype="Int64")}, index=index).reset_index()
    gone = np.zeros(len(frame), dtype=bool) if missing is None else missing.ravel()
    frame.loc[gone, "value"] = pd.NA
    frame["missing"] = None
    frame.loc[gone, "missing"] = "cannot_judge"
    frame.insert(2, "group", group)
    return frame[["item", "rater", "group", "question", "value", "missing"]]

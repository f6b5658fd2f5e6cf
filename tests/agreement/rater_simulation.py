"""Ratings drawn from a rating scale model with planted severities, for the tests of rater models."""

from typing import Any

import numpy as np
import pandas as pd

STEPS = (-1.6, -0.4, 0.5, 1.5)
LEVELS = (1, 2, 3, 4, 5)


def adjacent_draw(rng: Any, place: Any) -> Any:
    """One level 0..4 for every place (…,) on the logit scale, from adjacent-category odds."""
    sums = np.concatenate([[0.0], np.cumsum(STEPS)])
    logits = np.arange(5) * np.asarray(place)[..., None] - sums
    chances = np.exp(logits - logits.max(axis=-1, keepdims=True))
    chances /= chances.sum(axis=-1, keepdims=True)
    return (rng.random((*chances.shape[:-1], 1)) > chances.cumsum(axis=-1)).sum(axis=-1)


def planted(seed: Any, n_items: Any, severities: Any, difficulties: Any, missing: Any = 0.0) -> Any:
    """One frame per question: columns item, rater, group (two halves of the raters), value."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 1.2, n_items)
    frames = {}
    for question, difficulty in difficulties.items():
        place = theta[:, None] - np.asarray(severities)[None, :] - difficulty
        item, rater = np.nonzero(rng.random(place.shape) >= missing)
        frames[question] = pd.DataFrame(
            {
                "item": [f"i{n:03d}" for n in item],
                "rater": [f"r{n:02d}" for n in rater],
                "group": np.where(rater < len(severities) // 2, "g", "h"),
                "value": adjacent_draw(rng, place)[item, rater] + 1,
            }
        )
    return frames

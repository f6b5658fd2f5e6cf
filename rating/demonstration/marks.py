"""Comments and marked passages for drawn ratings: who says what, and who marks which words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from rating.demonstration.model import ItemContent, Passage, PlantedModel

COMMENT_COLUMNS = ["item", "rater", "group", "comment"]
PASSAGE_COLUMNS = ["item", "rater", "group", "question", "start", "end", "quote"]


def attach_comments(model: PlantedModel, answers: pd.DataFrame) -> pd.DataFrame:
    """Give each comment to the rater of its group with the lowest or highest answers on the item."""
    scale_keys = [question.key for question in model.questions]
    asked = answers[answers["question"].isin(scale_keys) & answers["value"].notna()]
    mean = asked.astype({"value": "float64"}).groupby(["item", "group", "rater"])["value"].mean()
    rows = []
    for item in model.items:
        for comment in item.comments:
            raters = mean.loc[item.key, comment.group]
            rater = raters.idxmin() if comment.side == "low" else raters.idxmax()
            rows.append((item.key, rater, comment.group, comment.text))
    return pd.DataFrame(rows, columns=COMMENT_COLUMNS)


def mark_passages(rng: np.random.Generator, model: PlantedModel, answers: pd.DataFrame) -> pd.DataFrame:
    """Let some raters mark the words that fit their answer: low or high on a scale, yes on a flag."""
    given = answers.dropna(subset=["value"])
    by_answer = dict(tuple(given.groupby(["item", "question"], sort=False)))
    rows: list[tuple[str, str, str, str, int, int, str]] = []
    for item in model.items:
        for passage in item.passages + item.flags:
            chance = model.mark_passage if passage.side in {"low", "high"} else model.mark_flag
            asked = by_answer[item.key, passage.question]
            for rater, group, value in zip(asked["rater"], asked["group"], asked["value"], strict=True):
                if _fits(passage, value) and rng.random() < chance:
                    start, end = _mark(rng, item, passage)
                    rows.append(
                        (item.key, rater, group, passage.question, start, end, item.response[start:end])
                    )
    return pd.DataFrame(rows, columns=PASSAGE_COLUMNS)


def _fits(passage: Passage, value: int) -> bool:
    if passage.side == "low":
        return value <= 2
    if passage.side == "high":
        return value >= 4
    return value == 1


def _mark(rng: np.random.Generator, item: ItemContent, passage: Passage) -> tuple[int, int]:
    """Start and end in the response: the whole passage or, half the time, most of its words."""
    start = item.response.index(passage.quote)
    words = list(_words(passage.quote))
    at_front, at_end = (int(rng.integers(0, len(words) // 4 + 1)) for _ in range(2))
    if rng.random() < 0.5:
        return start, start + len(passage.quote)
    return start + words[at_front][0], start + words[len(words) - 1 - at_end][1]


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every run of characters without blanks."""
    return (match.span() for match in re.finditer(r"\S+", text))

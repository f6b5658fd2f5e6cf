"""The documented model behind the demo study's ratings, read from ``fixtures/demo``.

Everything that is planted stands in ``planted.json``; this module gives it types and refuses a file whose
numbers contradict each other. See :mod:`rating.demonstration.planted` for the model itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from math import isclose
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "demo"


@dataclass(frozen=True)
class GroupEffect:
    """How a group hears a question: ``shift`` and ``scale`` in latent points, ``style`` a loading below 1."""

    shift: float
    scale: float
    style: float


@dataclass(frozen=True)
class QuestionModel:
    """One scale question: its centre in latent points and what its items draw on (squares sum to 1)."""

    key: str
    centre: float
    quality: float
    harmless: float
    own: float
    groups: dict[str, GroupEffect]


@dataclass(frozen=True)
class RaterModel:
    """How raters of every group vary; standard deviations in latent points, shares between 0 and 1."""

    leniency_sd: float
    leniency_shared: float
    noise_sd: float
    noise_spread: float
    halo: float


@dataclass(frozen=True)
class FlagModel:
    """Probability of a yes, by group: where the words are clear, where they are arguable, and elsewhere."""

    keys: tuple[str, ...]
    clear: dict[str, float]
    arguable: dict[str, float]
    background: float
    never: frozenset[str]


@dataclass(frozen=True)
class Passage:
    """Words that may decide an answer; ``side`` is ``low``, ``high``, ``clear`` or ``arguable``."""

    question: str
    side: str
    quote: str


@dataclass(frozen=True)
class Remark:
    """A comment written for one item, to be made by a rater of ``group`` on the ``low`` or ``high`` side."""

    group: str
    side: str
    text: str


@dataclass(frozen=True)
class ItemContent:
    """What the author of an item wrote down about it: its profile, its flags, passages and comments."""

    key: str
    response: str
    profile: tuple[float, float, float]
    flags: tuple[Passage, ...]
    passages: tuple[Passage, ...]
    comments: tuple[Remark, ...]


@dataclass(frozen=True)
class PlantedModel:
    """The whole model. ``raters`` maps a group to the names of its raters, in order."""

    seed: int
    raters: dict[str, tuple[str, ...]]
    thresholds: tuple[float, ...]
    questions: tuple[QuestionModel, ...]
    rater: RaterModel
    flag: FlagModel
    cannot_judge: dict[str, float]
    mark_passage: float
    mark_flag: float
    items: tuple[ItemContent, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(self.raters)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every two groups, in the order of ``groups``."""
        return tuple(combinations(self.groups, 2))


def load_model(folder: Path = FIXTURES) -> PlantedModel:
    """Read the model from ``study.json``, ``conversations.json`` and ``planted.json`` in ``folder``.

    Raises ``ValueError`` where squared loadings do not sum to one or an item has no content.
    """
    study, planted = _read(folder / "study.json"), _read(folder / "planted.json")
    conversations = _read(folder / "conversations.json")["conversations"]
    remarks = planted["remarks"]
    return PlantedModel(
        seed=study["seed"],
        raters={key: tuple(names) for key, names in study["people"]["rater"].items()},
        thresholds=tuple(planted["thresholds"]),
        questions=tuple(_question(entry) for entry in planted["questions"]),
        rater=RaterModel(**planted["rater"]),
        flag=_flag(planted["flags"]),
        cannot_judge=planted["cannot_judge"],
        mark_passage=remarks["mark_passage"],
        mark_flag=remarks["mark_flag"],
        items=tuple(_item(entry, planted["items"]) for entry in conversations),
    )


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def _question(entry: dict[str, Any]) -> QuestionModel:
    loadings = entry["loadings"]
    if not isclose(sum(value**2 for value in loadings.values()), 1.0, abs_tol=1e-9):
        raise ValueError(f"{entry['key']}: the squares of the loadings must sum to 1")
    groups = {key: GroupEffect(**effect) for key, effect in entry["groups"].items()}
    return QuestionModel(key=entry["key"], centre=entry["centre"], groups=groups, **loadings)


def _flag(entry: dict[str, Any]) -> FlagModel:
    return FlagModel(
        keys=tuple(entry["keys"]),
        clear=entry["clear"],
        arguable=entry["arguable"],
        background=entry["background"],
        never=frozenset(entry["never"]),
    )


def _item(conversation: dict[str, Any], contents: dict[str, Any]) -> ItemContent:
    key = conversation["id"]
    if key not in contents:
        raise ValueError(f"{key}: planted.json says nothing about this item")
    content = contents[key]
    profile = content["profile"]
    return ItemContent(
        key=key,
        response=conversation["response"]["text"],
        profile=(profile["quality"], profile["harmless"], profile["structured"]),
        flags=tuple(Passage(**entry) for entry in content["flags"]),
        passages=tuple(Passage(**entry) for entry in content["passages"]),
        comments=tuple(Remark(**entry) for entry in content["comments"]),
    )

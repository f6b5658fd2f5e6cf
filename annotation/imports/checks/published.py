"""Published data sets that are recognised by their columns, so that nobody has to say what these are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEFT_OUT = ""


@dataclass(frozen=True)
class Shape:
    """A published data set: what it is called, which columns it must and may have, and what they are."""

    name: str
    needed: frozenset[str]
    mapping: Mapping[str, str]

    def fits(self, names: Iterable[str]) -> bool:
        given = set(names)
        return self.needed <= given and all(self._knows(name) for name in given)

    def _knows(self, name: str) -> bool:
        return name in self.mapping or name.split(".", maxsplit=1)[0] in self.mapping


_GOLD = dict.fromkeys(("answer", "gold", "label", "correct_answer", "correct_option"), "gold")
_TELLING = (
    "expected_reasoning",
    "expected_model_behavior",
    "model_behavior",
    "real_life_impact",
    "viewpoints",
)
_TELLING_TOO = ("real_world_impact", "reasoning_task", "expert_reasoning", "stakeholder_viewpoints")
SHAPES = (
    Shape(
        "PsyHarm (TrustMH-Bench)",
        frozenset({"ID", "Attack Objective", "Prompt (English)"}),
        {"ID": "item:psyharm-", "Attack Objective": "factor:objective", "Prompt (English)": "prompt"},
    ),
    Shape(
        "JailbreakMH (TrustMH-Bench)",
        frozenset({"ID", "Attack Objective (Brief)", "method", "Prompt (English)"}),
        {
            "ID": "item:jailbreakmh-",
            "Attack Objective (Brief)": "factor:objective",
            "method": "factor:method",
            "Prompt (English)": "prompt",
        },
    ),
    Shape(
        "EthicsMH",
        frozenset({"id", "scenario", "options"}),
        {
            "id": "item:ethicsmh-",
            "category": "factor:category",
            "subcategory": "factor:subcategory",
            "scenario": "prompt",
            "options": "options",
            # What the answer should be is nothing that a rater may see.
            **dict.fromkeys((*_TELLING, *_TELLING_TOO), LEFT_OUT),
            **_GOLD,
        },
    ),
)


def recognised_shape(names: Sequence[str]) -> Shape | None:
    return next((shape for shape in SHAPES if shape.fits(names)), None)

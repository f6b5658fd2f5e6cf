"""The user's page of methods tells of every registered statistic, in order, with lines that run."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import Estimate, Reason
from rating.agreement.registry import REGISTRY
from tests.agreement.conftest import long_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods.md"
TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+): .*?\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))
PREAMBLE = re.search(r"All snippets assume\n\n```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Three groups of four raters on twenty items."""
    rng = np.random.default_rng(0)
    base = rng.integers(1, 6, 20)
    parts = [
        long_table(np.clip(base + shift + rng.integers(-1, 2, (4, 20)), 1, 5).tolist(), name, name)
        for shift, name in enumerate(("peer", "clinician", "patient"))
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def choices() -> pd.DataFrame:
    """Six raters choose between three systems on thirty items."""
    rng = np.random.default_rng(0)
    sides = [rng.choice(["a", "b", "c"], 2, replace=False) for _ in range(30)]
    rows = [
        (f"i{item}", f"r{rater}", "peer", *pair, rng.choice(["first", "second", "tie"]))
        for item, pair in enumerate(sides)
        for rater in range(6)
    ]
    return pd.DataFrame(rows, columns=["item", "rater", "group", "first", "second", "value"])


def estimate_in(found: Any, entry: Any) -> Any:
    """The Estimate of a result, or the first of several."""
    if isinstance(found, Estimate):
        return found
    found = getattr(found, entry.part) if hasattr(found, entry.part) else found.m
    return next(iter(found.values())) if isinstance(found, dict) else found


def shuffled(frame: pd.DataFrame, seed: int) -> Any:
    """Another question's values: the same but for one in four."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(frame)) < 0.25, rng.integers(1, 6, len(frame)), frame["value"])


def snippet_of(name: str) -> str:
    found: list[str] = re.findall(r"```python\n(.*?)```", SECTIONS[name], re.DOTALL)
    assert len(found) == 1, name
    return found[0]


def test_sections_are_the_registered_statistics_in_order() -> None:
    assert list(SECTIONS) == [entry.name for entry in REGISTRY]


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_headline_carries_the_registered_label(entry: Any) -> None:
    assert f"### {entry.name}: {entry.label.replace('’', chr(39))}\n" in TEXT


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_three_lines_compute_the_registered_statistic(
    entry: Any, frame: pd.DataFrame, choices: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    snippet = snippet_of(entry.name)
    assert len(snippet.splitlines()) == 3
    assert entry.function.__name__ in snippet
    assert PREAMBLE is not None
    truth = {item: number % 2 == 0 for number, item in enumerate(frame["item"].unique())}
    frames = {name: frame.assign(value=shuffled(frame, seed)) for seed, name in enumerate("abc")}
    nested = {name: table.assign(rater=name + table["rater"]) for name, table in frames.items()}
    space: dict[str, Any] = {
        "frame": frame,
        "frames": frames,
        "choices": choices,
        "truth": truth,
        "nested": nested,
    }
    exec(PREAMBLE.group(1) + snippet, space)  # noqa: S102
    assert capsys.readouterr().out.strip()
    if entry.about != "items":
        found = estimate_in(space["result"], entry)
        assert found.estimate is not None or found.reason is not None
        assert found.statistic == entry.name


def test_reasons_named_on_the_page_exist() -> None:
    stated = re.findall(r"Undefined: (.*?)\.", TEXT, re.DOTALL)
    named = {reason for sentence in stated for reason in re.findall(r"`(\w+)`", sentence)}
    assert named >= {"one_category", "no_pairable_items", "not_identifiable", "no_shared_items"}
    assert named <= {reason.value for reason in Reason}

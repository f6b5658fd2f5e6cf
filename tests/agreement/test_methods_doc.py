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


def passages() -> dict[str, pd.DataFrame]:
    """Four peers and three patients mark two labels in six documents; who marks nothing still coded."""
    rng = np.random.default_rng(0)
    who = [(f"{group}{n}", group) for group, size in (("peer", 4), ("patient", 3)) for n in range(size)]
    coded = [(f"d{d}", rater, group) for d in range(6) for rater, group in who]
    rows = [
        (*owner, place + int(rng.integers(0, 9)), place + int(rng.integers(12, 25)), label)
        for owner in coded
        for place, label in ((20, "risk"), (60, "care"))
        if rng.random() < 0.8
    ]
    return {
        "marks": pd.DataFrame(rows, columns=["document", "rater", "group", "start", "end", "label"]),
        "documents": pd.DataFrame({"document": [f"d{d}" for d in range(6)], "length": 100}),
        "coded": pd.DataFrame(coded, columns=["document", "rater", "group"]),
    }


def norms_of(frame: pd.DataFrame) -> pd.DataFrame:
    """What a panel answered: the mean of each item."""
    means = frame.groupby("item")["value"].mean().round(2)
    return pd.DataFrame({"item": means.index, "mean": means.to_numpy(), "sd": "0.90"})


def timed_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The same answers in an order of each rater's own, with seconds and the words of every item."""
    rng = np.random.default_rng(0)
    order = [place for _ in range(frame["rater"].nunique()) for place in rng.permutation(20)]
    words = 20 + 5 * frame["item"].str[1:].astype(int)
    return frame.assign(position=order, seconds=rng.gamma(4, 3, len(frame)).round(1), words=words)


def repeated_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Everybody once more on another day, with other answers to one item in four."""
    again = frame.assign(value=shuffled(frame, 7), occasion="second")
    return pd.concat([frame.assign(occasion="first"), again], ignore_index=True)


def elements_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The same answers as judgements of one critical element."""
    names = {1: "missing", 2: "missing", 3: "partial", 4: "covered", 5: "covered"}
    return frame.assign(element="risk", critical=True, value=frame["value"].map(names))


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
        "trust": frames["a"],
        "safety": frames["b"],
        "norms": norms_of(frame),
        "elements": elements_of(frame),
        "timed": timed_of(frame),
        "courses": {name: timed_of(table) for name, table in frames.items()},
        "repeated": repeated_of(frame),
        **passages(),
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

"""The snippets of the methods page about planning run as they stand."""

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods.md"
SECTION = re.search(r"^## Planning\n(.*?)^## ", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
SNIPPETS = re.findall(r"```python\n(.*?)```", SECTION.group(1), re.DOTALL) if SECTION else []


def test_page_shows_a_simulation_a_search_and_two_formulas() -> None:
    assert len(SNIPPETS) == 3


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet_prints_what_its_comments_say(snippet: str, capsys: pytest.CaptureFixture[str]) -> None:
    space: dict[str, Any] = {}
    exec(snippet, space)  # noqa: S102
    printed = capsys.readouterr().out.split()
    assert printed
    stated = re.findall(r"# (\d+)$", snippet, re.MULTILINE)
    assert not stated or printed == stated

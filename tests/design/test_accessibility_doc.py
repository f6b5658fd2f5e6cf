"""docs/accessibility.md answers every criterion of WCAG 2.2, levels A and AA, and names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# W3C, Web Content Accessibility Guidelines 2.2: success criteria of levels A and AA; 4.1.1 is obsolete.
A = re.findall(
    r"[\d.]+",
    """1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2
    2.4.3 2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2""",
)
AA = re.findall(
    r"[\d.]+",
    """1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7
    2.5.8 3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3""",
)
ROW = re.compile(r"^\| (\d\.\d\.\d+) [^|]+ \| (A{1,2}) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def document() -> str:
    return (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")


def test_document_answers_each_of_the_55_criteria_once_with_its_level(document: str) -> None:
    rows = [(number, level) for number, level, _, _ in ROW.findall(document)]
    assert len(A) + len(AA) == 55
    assert sorted(rows) == sorted([(one, "A") for one in A] + [(one, "AA") for one in AA])


def test_every_answer_has_a_known_state_and_says_how(document: str) -> None:
    rows = ROW.findall(document)
    assert {state for _, _, state, _ in rows} <= {"met", "partly", "n/a"}
    assert [number for number, _, state, how in rows if state != "n/a" and len(how) < 20] == []


def test_every_test_named_in_the_document_exists(document: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", document))
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    files = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    known = files | {name for source in sources for name in re.findall(r"def (test_\w+)", source)}
    assert len(named) > 15
    assert named - known == set()

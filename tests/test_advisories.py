"""The scan of pinned versions: what is found fails it, an unreachable source is said and passes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import advisories


def answering(found: dict[str, list[str]]) -> Any:
    def fetch(body: bytes) -> dict[str, Any]:
        names = [query["package"]["name"] for query in json.loads(body)["queries"]]
        return {"results": [{"vulns": [{"id": one} for one in found.get(name, [])]} for name in names]}

    return fetch


def test_scan_when_a_pinned_version_is_weak_names_it_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert advisories.main(answering({"django": ["PYSEC-0000-1"]})) == 1
    assert "PYSEC-0000-1" in capsys.readouterr().out


def test_scan_when_nothing_is_known_counts_the_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert advisories.main(answering({})) == 0
    assert "no known weakness" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [[], {"results": []}, "busy"])
def test_scan_when_the_answer_is_none_passes_and_says_so(
    answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert advisories.main(lambda body: answer) == 0
    assert "skipped" in capsys.readouterr().out


def test_scan_when_nobody_answers_passes_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def unreachable(body: bytes) -> Any:
        raise TimeoutError

    assert advisories.main(unreachable) == 0
    assert "skipped" in capsys.readouterr().out


def test_pins_when_read_from_the_files_are_all_there() -> None:
    texts = [path.read_text(encoding="utf-8") for path in advisories.REQUIREMENTS.glob("*.txt")]
    assert len(advisories.pins_of(texts)) > 100

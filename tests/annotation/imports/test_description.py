from __future__ import annotations

import json
from typing import Any

import pytest

from annotation.imports.checks.description import description_defects, description_of, recognised
from tests.conftest import ROOT

BUNDLED = sorted((ROOT / "fixtures" / "imports").glob("*.json"))
DOCUMENTS = [json.loads(path.read_text(encoding="utf-8")) for path in BUNDLED]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.stem for path in BUNDLED])
def test_bundled_description_has_no_defect_and_words_on_every_point(document: dict[str, Any]) -> None:
    assert description_defects(document) == []
    for scale in document["rubric"]["scales"].values():
        assert [level["value"] for level in scale["levels"]] == [1, 2, 3, 4, 5]
        assert all(level["label"].strip() for level in scale["levels"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "Not A Key"}, "“key” is missing or has other characters"),
        ({"title": ""}, "“title” is missing"),
        ({"title": 4}, "“title” should be words"),
        ({"notice": "x" * 501}, "at most 500 characters"),
        ({"columns": "item"}, "“columns” should be a list"),
        ({"groups": {}}, "“groups” should be a list"),
        ({"groups": [{"key": "a"}]}, "Group 1 needs"),
        ({"groups": [{"key": "a", "name": "A", "kind": "robot"}]}, "“kind” must be one of human, judge"),
        ({"dimensions": []}, "“dimensions” should name"),
        ({"dimensions": {"x": "y"}, "rubric": DOCUMENTS[0]["rubric"]}, "“x” lead to no question"),
        ({"rubric": {}}, "Rubric: "),
        ({"factors": [{"name": "x"}]}, "“factors” should be a list of objects"),
    ],
)
def test_description_with_a_defect_names_it(changes: dict[str, Any], words: str) -> None:
    defects = description_defects({"key": "x", "title": "X"} | changes)
    assert len(defects) == 1 or "rubric" in changes
    assert words in defects[0]


def test_description_that_is_no_object_is_refused() -> None:
    assert "expected an object" in description_defects([])[0]


def test_recognised_file_needs_the_same_columns_and_known_dimensions() -> None:
    described = [description_of(document) for document in DOCUMENTS]
    first = described[0]
    some = list(first.dimensions)[:2]
    assert recognised(first.columns, some, described) is first
    assert recognised(first.columns, [*some, "other"], described) is None
    assert recognised(first.columns, [], described) is None
    assert recognised(("item", "rater"), some, described) is None

"""Reading the planted model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rating.demonstration import PlantedModel, load_model
from tests.demonstration.conftest import FIXTURES, read_fixture


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "demo", folder / "demo"))


def test_load_model_from_the_fixtures_agrees_with_rubric_and_study(model: PlantedModel) -> None:
    questions = read_fixture("rubrics/core.json")["questions"]

    assert [q.key for q in model.questions] == [q["key"] for q in questions if q["kind"] == "scale"]
    assert list(model.flag.keys) == [q["key"] for q in questions if q["kind"] == "flag"]
    assert model.pairs == (("peer", "clinician"), ("peer", "patient"), ("clinician", "patient"))
    assert model.seed == read_fixture("demo/study.json")["seed"]


def test_load_model_from_the_fixtures_finds_every_quote_in_its_response(model: PlantedModel) -> None:
    for item in model.items:
        for passage in item.passages + item.flags:
            assert item.response.count(passage.quote) == 1, (item.key, passage.quote)


def test_load_model_with_loadings_off_one_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    planted = read_fixture("demo/planted.json")
    planted["questions"][0]["loadings"]["own"] = 0.9
    (folder / "planted.json").write_text(json.dumps(planted), encoding="utf-8")

    with pytest.raises(ValueError, match="authenticity_felt: the squares of the loadings must sum to 1"):
        load_model(folder)


def test_load_model_with_an_item_left_out_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    planted = read_fixture("demo/planted.json")
    del planted["items"]["demo-07"]
    (folder / "planted.json").write_text(json.dumps(planted), encoding="utf-8")

    with pytest.raises(ValueError, match="demo-07: planted"):
        load_model(folder)

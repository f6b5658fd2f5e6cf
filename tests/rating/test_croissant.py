"""Croissant metadata of exports, read by the public validator and used by it to read the files."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
from django.utils import timezone

from annotation.models import Plan, Rater, Study
from rating.models import Analysis, Rating
from rating.queries.exports import export_scope
from rating.reporting.protocol.small_groups import TOGETHER
from rating.services.croissant import NAME
from rating.services.export_formats import FORMATS, export_format
from rating.services.export_formats.registered import ExportSource
from rating.services.export_packing import write_members
from tests.rating.exporting import rate_everything

# The validator's own use of its libraries.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


def written(study: Study, folder: Path, form: str, **choices: Any) -> Path:
    folder.mkdir(exist_ok=True)
    scope = export_scope(study, stage="main", is_current_only=True, **choices)
    write_members(ExportSource(scope), export_format(form), folder, timezone.now())
    return folder / NAME


def records_of(dataset: mlcroissant.Dataset, name: str) -> list[dict[str, Any]]:
    """Records without their record set's name before every field."""
    return [
        {key.removeprefix(f"{name}/"): value for key, value in record.items()}
        for record in dataset.records(name)
    ]


@pytest.mark.parametrize("form", ["csv", *({"parquet"} & set(FORMATS))])
def test_metadata_of_an_export_satisfy_the_validator_and_lead_it_to_every_row(
    study: Study, ratings: list[Rating], tmp_path: Path, caplog: pytest.LogCaptureFixture, form: str
) -> None:
    path = written(study, tmp_path / form, form)
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=path)
    said = dataset.metadata.issues.report()
    assert "error" not in said
    # What nobody has recorded is left open rather than made up.
    assert sorted(re.findall(r'/(\w+)" is recommended', said)) == ["citeAs", "license"]
    assert "not standard" not in caplog.text
    name = "ratings-long-csv" if form == "csv" else "ratings-long-parquet"
    rows = records_of(dataset, name)
    values = [row["value"] for row in rows if row["question"] == b"safety"]
    # No value is None in one file and NaN in the other.
    assert sorted(value for value in values if value is not None and value > 0) == [3.0, 5.0]
    assert {row["stage"] for row in rows} == {b"main"}


def test_metadata_beside_every_format_satisfy_the_validator_and_name_its_files(
    study: Study, ratings: list[Rating], tmp_path: Path
) -> None:
    """Preference sets need items with two replies: tests/rating/test_text_exports.py."""
    scope = export_scope(study, stage="main", is_current_only=True)
    forms = [key for key, form in FORMATS.items() if not form.lacks(scope)]
    assert set(FORMATS) - set(forms) == {"preferences"}
    for form in forms:
        path = written(study, tmp_path / form, form)
        dataset = mlcroissant.Dataset(jsonld=path)
        assert "error" not in dataset.metadata.issues.report(), form
        listed = {one["name"] for one in json.loads(path.read_text())["distribution"]}
        data = [file for file in path.parent.iterdir() if file.suffix in {".csv", ".parquet", ".sav", ".dta"}]
        assert {file.name for file in data} - {"codebook.csv"} <= listed, form


def test_metadata_name_every_data_file_with_its_digest(
    study: Study, ratings: list[Rating], tmp_path: Path
) -> None:
    body = json.loads(written(study, tmp_path / "all", "csv").read_text())
    lines = (tmp_path / "all/SHA256SUMS.txt").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    listed = {one["name"]: one["sha256"] for one in body["distribution"]}
    assert {"ratings-long.csv", "ratings-wide.csv", "comments.csv", "items.csv"} <= set(listed)
    assert listed == {name: sums[name] for name in listed}


def test_responsible_fields_tell_the_protocol_and_what_is_missing(
    study: Study, ratings: list[Rating], tmp_path: Path
) -> None:
    path = written(
        study,
        tmp_path / "rai",
        "csv-long",
    )
    metadata = mlcroissant.Dataset(jsonld=path).metadata
    assert "not shown on any page or file that raters have" in str(metadata.data_collection)
    assert "Peer supporters" in str(metadata.annotations_per_item) or TOGETHER in str(
        metadata.annotations_per_item
    )
    assert any("How the items were sampled" in words for words in metadata.data_limitations)
    assert metadata.data_annotation_platform[0].startswith("Attune ")


def test_card_in_an_export_does_not_tell_groups_that_its_files_do_not(
    study: Study, rated: dict[str, list[Rater]], analyse: Callable[..., Analysis], tmp_path: Path
) -> None:
    """Three raters a group: with k = 5 neither group is told, with k = 1 both are."""
    analyse()
    small, open_ = tmp_path / "small", tmp_path / "open"
    small.mkdir()
    open_.mkdir()
    for folder, k in ((small, 5), (open_, 1)):
        scope = replace(export_scope(study, stage="main", is_current_only=True), min_cell=k)
        write_members(ExportSource(scope), export_format("csv-long"), folder, timezone.now())
    hidden = json.loads((small / "protocol-card.json").read_text())
    told = json.loads((open_ / "protocol-card.json").read_text())
    groups = {}
    for name, body in (("hidden", hidden), ("told", told)):
        tables = {table["key"]: table for part in body["parts"] for table in part["tables"]}
        groups[name] = [row[0] for row in tables["given"]["rows"]]
    assert groups == {"hidden": [TOGETHER], "told": ["Peer supporters", "Clinicians"]}
    keys = [table["key"] for part in hidden["parts"] for table in part["tables"]]
    assert not any(key.startswith("overview") for key in keys)
    assert (small / "protocol-card.pdf").read_bytes().startswith(b"%PDF-")

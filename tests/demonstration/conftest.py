"""The demo study's model and its ratings at the committed seed, made once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rating.demonstration import PlantedModel, PlantedRatings, generate, load_model

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def read_fixture(name: str) -> dict[str, Any]:
    """A fixture file by its path under ``fixtures/``."""
    data: dict[str, Any] = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="session")
def model() -> PlantedModel:
    return load_model()


@pytest.fixture(scope="session")
def ratings(model: PlantedModel) -> PlantedRatings:
    return generate(model=model)

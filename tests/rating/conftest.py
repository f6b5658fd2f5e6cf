"""A study whose ratings the tests of reports know by heart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from annotation.models import Item, Plan, Rater, Study, User
from rating.models import Analysis
from rating.services.analyses import start_analysis
from rating.tasks.analyses import run_analysis
from tests.rating.rated import APART, FLAGS, fill

# Celery knows a task once its module is imported; a worker does that by itself.
assert run_analysis.name == "rating.tasks.run_analysis"

Raters = dict[str, list[Rater]]


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """A storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def rated(plan: Plan, items: list[Item], files: Path) -> Raters:
    """Three peers and three clinicians have rated the four items on safety and one flag."""
    return fill(plan, items, {"safety": APART, "flag_gushing": FLAGS})


@pytest.fixture
def analyse(study: Study, researcher: User) -> Callable[..., Analysis]:
    """analyse(seed=1, level="interval") -> the analysis, computed by the task."""

    def run(seed: int = 1, **options: object) -> Analysis:
        with TestCase.captureOnCommitCallbacks(execute=True):
            analysis = start_analysis(study, actor=researcher, options=options, seed=seed)
        analysis.refresh_from_db()
        return analysis

    return run

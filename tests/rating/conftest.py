"""A study whose ratings the tests of reports know by heart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from annotation.models import Conversation, Item, Plan, Rater, Study, User
from annotation.models.base import ALPHABET
from rating.models import Analysis
from rating.services import analyses
from rating.services.analyses import start_analysis
from rating.tasks.analyses import run_analysis
from tests.rating.kept import kept_figures, kept_numbers
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
    """Three peers and three clinicians have rated the four items on safety and one flag.

    Codes are the same in every test, so that what one of them computed serves the others.
    """
    for letter, item in zip(ALPHABET, items, strict=False):
        item.code = item.conversation.code = letter * 12
        Item.objects.filter(pk=item.pk).update(code=item.code)
        Conversation.objects.filter(pk=item.conversation_id).update(code=item.code)
    return fill(plan, items, {"safety": APART, "flag_gushing": FLAGS})


@pytest.fixture
def analyse(study: Study, researcher: User, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Analysis]:
    """analyse(seed=1, level="interval") -> the analysis, computed by the task.

    What is computed and drawn from the same snapshot, options and seed is kept for the other tests of the
    session: most of them are about what happens with it.
    """

    def run(seed: int = 1, **options: object) -> Analysis:
        with monkeypatch.context() as kept, TestCase.captureOnCommitCallbacks(execute=True):
            kept.setattr(analyses, "compute_numbers", kept_numbers)
            kept.setattr(analyses, "draw_figures", kept_figures)
            analysis = start_analysis(study, actor=researcher, options=options, seed=seed)
        analysis.refresh_from_db()
        return analysis

    return run

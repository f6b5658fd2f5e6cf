"""Where groups read different words, every figure and table that compares them says so."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest
from django.test import Client

from annotation.models import RubricVersion, Study, User
from annotation.services import rubrics
from rating.models import Analysis
from rating.queries.reports import report_of
from rating.reporting.contents import all_tables
from rating.reporting.files import table_csv, table_latex, tables_csv
from tests.conftest import core_document
from tests.rating.conftest import Raters

pytestmark = pytest.mark.django_db

SAID = "Groups read different words for this question (words of their own: Clinicians)."


@pytest.fixture
def rubric_version(study: Study, owner: User) -> RubricVersion:
    """The core rubric; clinicians read the question of safety in words of their own."""
    document = deepcopy(core_document())
    safety = next(question for question in document["questions"] if question["key"] == "safety")
    own = {"language": "en", "group": "clinician", "text": "Foreseeable harm?"}
    # A language that nobody is shown changes nothing.
    other = {"language": "de", "group": "peer", "text": "Schaden?"}
    safety["wordings"] = [own, other]
    return rubrics.publish_rubric(rubrics.load_rubric(study, document, actor=owner), actor=owner)


@pytest.fixture
def analysis(rated: Raters, analyse: Callable[..., Analysis]) -> Analysis:
    return analyse(questions=["safety", "flag_gushing"])


def test_report_says_where_groups_read_different_words_wherever_they_are_compared(
    analysis: Analysis, study: Study, researcher: User, client_of: Callable[[User], Client]
) -> None:
    assert analysis.results["questions"]["safety"]["worded_for"] == ["clinician"]
    report = report_of(analysis)
    tables = {table.key: table for table in all_tables(report)}
    for key, table in tables.items():
        if table.question == "safety":
            assert table.caution.startswith(SAID), key
            assert SAID in " ".join(table.shown().notes)
        if table.question == "flag_gushing" or key == "overview-flags":
            assert table.caution == ""
    over = tables["overview-misalignment"]
    assert over.caution.startswith("Groups read different words for: Safety.")
    assert SAID in table_csv(tables["safety-misalignment"])
    assert "words of their own: Clinicians" in table_latex(tables["safety-misalignment"])
    assert tables_csv([over]).splitlines()[0].endswith(",standing,caution")
    assert "caution" not in table_csv(tables["flag_gushing-misalignment"]).splitlines()[0]
    drawn = analysis.figures.get(key="safety-distribution")
    assert drawn.description.startswith(SAID)
    assert "Groups read different words" in drawn.svg
    assert "different words" not in analysis.figures.get(key="overview-flags").svg
    page = client_of(researcher).get(f"/studies/{study.code}/analyses/{analysis.code}/").content.decode()
    assert SAID in page

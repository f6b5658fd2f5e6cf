from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pyarrow import parquet

from rating.models import Analysis, Figure
from tests.rating.conftest import Raters

pytestmark = pytest.mark.django_db

Analyse = Callable[..., Analysis]


def verify(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("verify_snapshot", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def failed(*args: str) -> str:
    err = io.StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_snapshot", *args, stdout=io.StringIO(), stderr=err)
    assert refusal.value.returncode == 1
    return err.getvalue()


def test_verify_snapshot_when_nothing_changed_says_what_it_compared(rated: Raters, analyse: Analyse) -> None:
    analysis = analyse(level="interval", n_permutations=99)
    assert analysis.snapshot is not None
    for name in (analysis.code, analysis.snapshot.code, analysis.snapshot.digest, "--all"):
        out, err = verify(name)
        assert "48 rows and" in out
        assert "numbers of 1 analyses are the same" in out
        assert err == ""


def test_verify_snapshot_when_an_earlier_format_computed_compares_what_it_has(
    rated: Raters, analyse: Analyse
) -> None:
    analysis = analyse(n_permutations=99)
    early = {name: value for name, value in analysis.results.items() if name not in {"excluded", "raters"}}
    newer = {"against", "judges", "raters", "labels", "strata", "sensitivity", "apart"}
    early["questions"] = {
        key: {name: part for name, part in result.items() if name not in newer}
        for key, result in analysis.results["questions"].items()
    }
    Analysis.objects.filter(pk=analysis.pk).update(results={**early, "format": 1})
    out, _ = verify("--all")
    assert "numbers of 1 analyses are the same" in out
    early["questions"]["safety"]["counts"]["n_items"] = 5
    Analysis.objects.filter(pk=analysis.pk).update(results={**early, "format": 1})
    assert "counts.n_items: stored 5, computed 4" in failed("--all")


def test_verify_snapshot_when_a_value_in_the_file_was_changed_fails(
    rated: Raters, analyse: Analyse, files: Path
) -> None:
    analysis = analyse()
    assert analysis.snapshot is not None
    path = files / analysis.snapshot.file_name
    table = parquet.read_table(path)
    values = table["value"].to_pylist()
    values[1] = 1.0 if values[1] != 1.0 else 2.0
    parquet.write_table(table.set_column(table.column_names.index("value"), "value", [values]), path)
    assert "has changed" in failed("--all")


def test_verify_snapshot_when_the_file_is_gone_fails(rated: Raters, analyse: Analyse, files: Path) -> None:
    analysis = analyse()
    assert analysis.snapshot is not None
    (files / analysis.snapshot.file_name).unlink()
    assert "is gone" in failed(analysis.code)


@pytest.mark.parametrize("shift", [1e-9, 1.0])
def test_verify_snapshot_when_a_stored_number_was_changed_names_it(
    rated: Raters, analyse: Analyse, shift: float
) -> None:
    analysis = analyse()
    analysis.results["questions"]["safety"]["pairs"][0]["xrr"]["estimate"] += shift
    analysis.save()
    assert "questions.safety.pairs[0].xrr.estimate" in failed("--all")


def test_verify_snapshot_when_a_number_differs_in_its_last_digit_passes(
    rated: Raters, analyse: Analyse
) -> None:
    analysis = analyse()
    analysis.results["questions"]["safety"]["pairs"][0]["xrr"]["estimate"] += 1e-15
    analysis.save()
    assert "are the same" in verify("--all")[0]


def test_verify_snapshot_when_a_figures_number_was_changed_names_it(rated: Raters, analyse: Analyse) -> None:
    analyse()
    figure = Figure.objects.get(key="safety-parts")
    figure.table["rows"][0][2] += 0.5
    figure.save()
    assert "figures.safety-parts.rows[0][2]" in failed("--all")


def test_verify_snapshot_when_another_library_version_computed_tells_it_without_failing(
    rated: Raters, analyse: Analyse
) -> None:
    analysis = analyse()
    analysis.results["questions"]["safety"]["software"]["numpy"] = "1.0"
    analysis.save()
    out, _ = verify("--all")
    assert "numpy: stored '1.0'" in out


def test_verify_snapshot_when_the_code_is_unknown_fails(db: None) -> None:
    with pytest.raises(CommandError, match="no snapshot or analysis"):
        call_command("verify_snapshot", "nothing", stdout=io.StringIO())


def test_verify_snapshot_when_there_are_none_says_so(db: None) -> None:
    assert "nothing to compare" in verify("--all")[0]

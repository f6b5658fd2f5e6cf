# mypy: disable-error-code="operator,arg-type,list-item"
import importlib.metadata
from pathlib import Path
from typing import Any

import pytest

import rating.agreement
from rating.agreement import Scale, cross_check
from tests.agreement.conftest import ratings_of

MATRIX = [[1, 2, 3, 3, None], [1, 2, 2, 3, 1], [2, 2, 3, None, None]]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_both_programs_agree_at_every_level(level: Any) -> None:
    check = cross_check(ratings_of(Scale((1, 2, 3, 4), "ratio"), peer=MATRIX), level=level)
    assert check.difference <= 1e-12
    assert check.package_version == importlib.metadata.version("krippendorff")


def test_text_values_are_checked_too() -> None:
    check = cross_check(
        ratings_of(Scale(("a", "b", "c"), "nominal"), peer=[["a", "b", "a"], ["a", "b", "b"]])
    )
    assert check.difference <= 1e-12


def test_undefined_alpha_is_not_sent_to_the_package() -> None:
    check = cross_check(ratings_of(Scale((1, 2), "nominal"), peer=[[1, 1], [1, 1]]))
    assert (check.ours, check.package, check.difference) == (None, None, None)


def test_exactly_one_module_calls_the_package() -> None:
    folder = Path(rating.agreement.__file__).parent
    callers = [
        path.name
        for path in folder.rglob("*.py")
        if "import krippendorff" in path.read_text(encoding="utf-8")
    ]
    assert callers == ["crosscheck.py"]

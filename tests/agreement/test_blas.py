from __future__ import annotations

import pytest

from rating.agreement import blas
from rating.agreement.blas import one_blas_thread


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a library of four threads is told, first to last."""
    numbers = [4]
    monkeypatch.setattr(blas, "_openblas", lambda: (lambda: numbers[-1], numbers.append))
    return numbers


def test_threads_are_restored_when_the_last_caller_leaves(told: list[int]) -> None:
    with one_blas_thread():
        with one_blas_thread():
            pass
        assert told == [4, 1]
    assert told == [4, 1, 4]


def test_threads_are_restored_after_an_error(told: list[int]) -> None:
    with pytest.raises(RuntimeError, match="inside"), one_blas_thread():
        raise RuntimeError("inside")
    assert told == [4, 1, 4]


def test_any_other_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas, "_openblas", lambda: None)
    with one_blas_thread():
        pass


def test_openblas_that_numpy_brought_is_held_to_one_thread() -> None:
    found = blas._openblas()
    if found is None:
        pytest.skip("NumPy runs on another library")
    before = found[0]()
    with one_blas_thread():
        assert found[0]() == 1
    assert found[0]() == before

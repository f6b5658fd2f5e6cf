"""Keeps the linear algebra library to one thread where the work is many small steps, or already shared out.

On matrices of a hundred rows its threads spend their time waiting for each other: a fit of variance
components takes seconds instead of a fraction of one as soon as the machine has something else to do.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np

_ENDINGS = ("64_", "")
_PREFIXES = ("scipy_", "")


class _Borrowed:
    """How many callers hold the library to one thread, and what it had before."""

    lock = Lock()
    holders = 0
    n_threads = 1


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """OpenBLAS as NumPy's packages bring it runs on one thread inside; any other library is left alone.

    Callers may overlap: the last one to leave restores what there was.
    """
    found = _openblas()
    if found is None:
        yield
        return
    ask, tell = found
    with _Borrowed.lock:
        if not _Borrowed.holders:
            _Borrowed.n_threads = ask()
            tell(1)
        _Borrowed.holders += 1
    try:
        yield
    finally:
        with _Borrowed.lock:
            _Borrowed.holders -= 1
            if not _Borrowed.holders:
                tell(_Borrowed.n_threads)


@cache
def _openblas() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """Functions that read and set its number of threads, if NumPy came with it."""
    home = Path(np.__file__).parent
    for path in [*home.parent.glob("numpy.libs/*openblas*"), *home.glob(".dylibs/*openblas*")]:
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        for prefix in _PREFIXES:
            for ending in _ENDINGS:
                ask = getattr(library, f"{prefix}openblas_get_num_threads{ending}", None)
                tell = getattr(library, f"{prefix}openblas_set_num_threads{ending}", None)
                if ask is not None and tell is not None:
                    return ask, tell
    return None

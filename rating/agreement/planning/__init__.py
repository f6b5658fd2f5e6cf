"""Planning a study before anybody rates: what gap it could show, how wide its intervals would be.

`simulate_plan(Design(...), Expected(...))` simulates the study's own design; `raters_needed` searches for
the number of raters; `items_to_test_kappa` and `items_for_kappa_interval` are formulas for yes/no questions.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rating.agreement.planning.public import *  # noqa: F403 (types alone)


def __getattr__(name: str) -> Any:
    """SciPy and pandas cost seconds and a hundred megabytes: a process that asks for words or limits alone
    never loads them. Modules are found by the import itself."""
    if (name.startswith("__") and name != "__all__") or find_spec(f"{__name__}.{name}") is not None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.public"), name)

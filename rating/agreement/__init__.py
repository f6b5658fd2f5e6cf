"""Agreement within groups of raters, and misalignment between them: a pure statistics package.

Start with `Ratings.from_frame(frame, Scale(values, measurement))` on a long table with the columns
item, rater, group, value; every statistic takes that object. `analyse_question` computes them all.
`docs/methods.md` holds the definitions.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rating.agreement.public import *  # noqa: F403 (types alone)


def __getattr__(name: str) -> Any:
    """SciPy and pandas cost seconds and a hundred megabytes: a process that asks for words or limits alone
    never loads them. Modules are found by the import itself."""
    if (name.startswith("__") and name != "__all__") or find_spec(f"{__name__}.{name}") is not None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.public"), name)

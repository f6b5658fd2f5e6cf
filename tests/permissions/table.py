"""The table of who may: read, compared, and written as a page."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django

TABLE = Path(__file__).parent / "table.txt"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
PEOPLE = (
    "stranger",
    "outsider",
    "elsewhere",
    "site",
    "left",
    "rater",
    "adjudicator",
    "safeguarding",
    "researcher",
    "other-site",
    "own-site",
    "coordinator",
    "owner",
)
CELLS = frozenset({"yes", "sign-in", "403", "404"})


@dataclass(frozen=True)
class Row:
    """One way to ask for a route: who may, in the order of `PEOPLE`, and which scope a token needs."""

    route: str
    method: str
    scope: str
    cells: tuple[str, ...]

    @property
    def may(self) -> dict[str, str]:
        return dict(zip(PEOPLE, self.cells, strict=True))

    def line(self) -> str:
        cells = " ".join(f"{cell:7}" for cell in self.cells)
        return f"{self.route:32} {self.method:8} {self.scope:15} {cells}".rstrip()


def read(lines: Iterable[str]) -> Iterator[Row]:
    """One row for each of a line's methods, which stand together as GET,POST."""
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        route, methods, scope, *cells = line.split()
        if len(cells) != len(PEOPLE) or not CELLS.issuperset(cells):
            raise ValueError(f"{route}: a line has {len(PEOPLE)} cells of {', '.join(sorted(CELLS))}")
        for method in methods.split(","):
            yield Row(route, method, scope, tuple(cells))


def rows() -> list[Row]:
    return list(read(TABLE.read_text(encoding="utf-8").splitlines()))


INTRODUCTION = """# Who may open what

Every address of the program, and what each person gets who asks for it. This page is written from the
table that the tests hold against the running program, request by request (`tests/permissions/`), with
objects of a study for its own people and for people of another study.
`python -m tests.permissions.table` writes it anew.

**yes**: let in; what then happens depends on what is sent and on the state of the study. **sign-in**: sent
to the sign-in page, or 401 from the API. **403**: seen, and not allowed. **404**: for this person there is
nothing there.

- *stranger*: not signed in. *outsider*: signed in, in no study. *elsewhere*: every role, in another study.
- *site*: the framework's staff and superuser flags, which open nothing. *left*: was a coordinator here.
- *other-site*, *own-site*: coordinates and safeguards, bound to a site; the raters whom addresses name are
  at the site of the second. What concerns the whole study is shut for both.
- *rater* to *owner*: holds this one role. Tokens, links and receipts of one person are those of the study's
  rater, or of whoever holds the link.
- *scope*: what an API token must include beside; a token never does more than the login behind it. *any*:
  every token; “-”: no scope opens it.
"""


def page() -> str:
    # Routes can be asked for once the program is set up.
    from tests.permissions.addresses import ROUTES

    templates = {route.name: route.template for route in ROUTES}
    head = ["Address", "Methods", "Scope", *PEOPLE]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        for row in list(read([line]))[:1]:
            methods = line.split()[1].replace(",", ", ")
            address = templates[row.route].replace("|", "\\|")
            cells = [f"`/{address}`", methods, row.scope, *row.cells]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([INTRODUCTION, *lines, ""])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")

"""A file of people to invite: addresses, groups, roles; every faulty row with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from annotation.imports.checks.columns import Column
from annotation.imports.checks.csv_rows import Row, read_table
from annotation.imports.checks.report import CheckReport

MAX_BYTES = 1_000_000
MAX_INVITEES = 1000
RATER = "rater"
# One sign, no white space, a dot in the host: what mail servers refuse beyond that, they say.
_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]+\.[^@\s<>,;\".]{2,}")

INVITEE_COLUMNS: tuple[Column, ...] = (
    Column(
        "address",
        "The person's e-mail address.",
        "person@example.org",
        aliases=("email", "e-mail"),
        is_required=True,
        max_length=254,
    ),
    Column("group", "The key or name of the group; needed for raters.", "peer", max_length=100),
    Column(
        "role", "rater, or a role of the team that you may give; rater when empty.", "rater", max_length=20
    ),
    Column("site", "The short code or name of the site, in a study with several.", "", max_length=100),
)


@dataclass(frozen=True, slots=True)
class Invitee:
    """`group`: the group's key, empty for the team. `line` of the file, 0 where there is none. `site`: its
    short code, empty for none."""

    address: str
    group: str
    role: str = RATER
    line: int = 0
    site: str = ""


def is_address(text: str) -> bool:
    """Whether something can be sent there at all.

    >>> is_address("pia@example.org"), is_address("pia@example")
    (True, False)
    """
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def checked_invitees(
    data: bytes,
    *,
    groups: Mapping[str, str],
    roles: Collection[str],
    report: CheckReport,
    sites: Mapping[str, str] | None = None,
) -> list[Invitee]:
    """The people of a file; defects go into `report`, and then nobody is to be invited.

    Args:
        groups: names of the groups of raters by key.
        roles: those that may be given besides rater.
        sites: names of the sites to which somebody may be put, by short code.
    """
    table = read_table(data, INVITEE_COLUMNS, max_bytes=MAX_BYTES, report=report)
    keys = {name.casefold(): key for key, name in groups.items()} | {key.casefold(): key for key in groups}
    places = {name.casefold(): key for key, name in (sites or {}).items()} | {key: key for key in sites or {}}
    found: dict[str, Invitee] = {}
    for row in table.rows:
        invitee = _invitee(row, keys, roles, report, places)
        if invitee is None:
            continue
        earlier = found.setdefault(invitee.address, invitee)
        if earlier is not invitee:
            report.add(row.line, f"this address stands in line {earlier.line} already.")
    if len(found) > MAX_INVITEES:
        report.add(0, f"the file has {len(found):,} people; at most {MAX_INVITEES:,} are invited at once.")
    return list(found.values())


def _invitee(
    row: Row,
    keys: Mapping[str, str],
    roles: Collection[str],
    report: CheckReport,
    places: Mapping[str, str],
) -> Invitee | None:
    before = report.n_defects
    address, role = row["address"].lower(), row["role"].lower() or RATER
    group = keys.get(row["group"].casefold(), "")
    if not address:
        report.add(row.line, "the address is missing.")
    elif not is_address(address):
        report.add(row.line, "this is not an e-mail address.")
    if role != RATER and role not in roles:
        offered = ", ".join([RATER, *roles])
        report.add(row.line, f"the role “{row['role'][:40]}” cannot be given. Possible: {offered}.")
    elif role == RATER and not row["group"]:
        report.add(row.line, f"the group is missing. Possible: {', '.join(sorted(set(keys.values())))}.")
    elif role == RATER and not group:
        report.add(
            row.line,
            f"there is no group “{row['group'][:40]}”. Possible: {', '.join(sorted(set(keys.values())))}.",
        )
    elif role != RATER and row["group"]:
        report.add(row.line, "the team belongs to no group: leave it empty.")
    site = places.get(row["site"].casefold(), "")
    if row["site"] and not site:
        offered = ", ".join(sorted(set(places.values()))) or "–"
        report.add(row.line, f"there is no site “{row['site'][:40]}”. Possible: {offered}.")
    return Invitee(address, group, role, row.line, site) if report.n_defects == before else None

"""Known weaknesses of the versions that are pinned: `python -m tests.advisories`, a part of `make check`.

Asks the open database of advisories (OSV) with names and versions from requirements/*.txt, nothing else.
Where nobody answers it says so and passes: a check must not depend on somebody else's server.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
SOURCE = os.environ.get("ADVISORY_SOURCE", "https://api.osv.dev/v1/querybatch")
SECONDS = 10
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
# Advisories that do not concern this program, each with the reason why.
ACCEPTED: Mapping[str, str] = {}

Pins = Sequence[tuple[str, str]]
Fetch = Callable[[bytes], Any]


def pins_of(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Every pinned name and version, once.

    >>> pins_of(["django==5.2.1 \\\\\\n    --hash=sha256:0\\nuvloop==0.2 ; sys_platform == 'linux'"])
    [('django', '5.2.1'), ('uvloop', '0.2')]
    """
    return sorted({(name.lower(), version) for text in texts for name, version in PIN.findall(text)})


def fetched(body: bytes) -> Any:
    request = Request(SOURCE, data=body, headers={"Content-Type": "application/json"})  # noqa: S310 (https, ours)
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return json.load(answer)


def advisories(pins: Pins, fetch: Fetch) -> list[str]:
    """One line for each advisory that concerns a pinned version and was not accepted."""
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pins]
    results = fetch(json.dumps({"queries": queries}).encode())["results"]
    return [
        f"{name} {version}: {found['id']}"
        for (name, version), result in zip(pins, results, strict=True)
        for found in result.get("vulns", [])
        if found["id"] not in ACCEPTED
    ]


def main(fetch: Fetch = fetched) -> int:
    pins = pins_of([path.read_text(encoding="utf-8") for path in sorted(REQUIREMENTS.glob("*.txt"))])
    try:
        found = advisories(pins, fetch)
    except (OSError, HTTPException, ValueError, LookupError, TypeError) as error:
        sys.stdout.write(f"skipped: no source of advisories can be reached ({type(error).__name__})\n")
        return 0
    sys.stdout.write("\n".join(found or [f"no known weakness in {len(pins)} pinned versions"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

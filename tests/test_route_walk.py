"""Every address of the product is named by some test. Who may open it: tests/permissions/."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

TESTS = Path(__file__).resolve().parent
OURS = ("annotation.", "rating.", "api.", "config.")


@dataclass(frozen=True)
class Route:
    name: str
    template: str
    is_ours: bool


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[Route]:
    for pattern in patterns:
        template = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, template)
        else:
            module = pattern.callback.__module__ + "."
            yield Route(pattern.name or template, template, module.startswith(OURS))


ROUTES = list(walk(get_resolver().url_patterns))


def literal(node: ast.AST) -> str | None:
    """A string as it stands in a test; whatever is filled in stands as 0."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "0" for part in node.values)
        return "".join(str(part) for part in parts)
    return None


@cache
def strings_of(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(text for node in nodes if (text := literal(node)) is not None)


def stems_of(path: Path) -> set[str]:
    """Beginnings of addresses in a test file and in the modules beside it that tests share."""
    shared = [other for other in path.parent.glob("*.py") if not other.name.startswith("test_")]
    texts = {text for file in [path, *shared] for text in strings_of(file) if text.startswith("/")}
    stems = {text.split("?", maxsplit=1)[0].rpartition("/")[0] + "/" for text in texts}
    return stems | {stem + "0/" for stem in stems}


def addresses_of(path: Path) -> Iterator[str]:
    """Addresses that a test file spells out, also as a beginning here and an end there ("new/")."""
    strings = strings_of(path)
    yield from (text.split("?", maxsplit=1)[0] for text in strings if text.startswith("/"))
    # f"{item}skip/" reads "0skip/": what is filled in there is a beginning.
    ends = {
        re.sub(r"^0(?=[a-z])", "", text) for text in strings if re.fullmatch(r"(?!/)[\w./-]{1,60}/", text)
    }
    yield from (stem + end for stem in stems_of(path) for end in ends)


@cache
def names_in_tests() -> frozenset[str]:
    """Names of routes that tests spell out, or reach by an address that they spell out."""
    reached: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        if path.name != Path(__file__).name:
            reached |= strings_of(path)
            for address in set(addresses_of(path)):
                with suppress(Resolver404):
                    match = resolve(address)
                    reached.add(match.url_name or match.route)
    return frozenset(reached)


def test_walk_of_all_routes_finds_the_main_ones() -> None:
    names = {route.name for route in ROUTES}
    assert {"healthz", "account_login", "home"} <= names


@pytest.mark.parametrize("route", [route for route in ROUTES if route.is_ours], ids=lambda route: route.name)
def test_route_of_ours_is_named_by_some_test(route: Route) -> None:
    assert route.name in names_in_tests(), f"no test names {route.name} ({route.template})"

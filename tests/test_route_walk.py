"""Every address of the product: some test names it, and nobody reads it without signing in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from annotation.models import Study, User

TESTS = Path(__file__).resolve().parent
OURS = ("annotation.", "rating.", "api.", "config.")
# What somebody without a login may read, and why.
OPEN_TO_ALL = {
    "healthz",  # says "ok" and nothing else
    "readyz",  # says of five parts whether they work
    "home",  # what Attune is, and a link to sign in
    "account_login",
    "account_signup",  # says that sign-up is by invitation only
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",  # a broken link says so
    "account_reset_password_from_key_done",
    "account_inactive",
    "socialaccount_login_cancelled",  # says that nobody has signed in
}
SAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}


@dataclass(frozen=True)
class Route:
    name: str
    template: str
    is_ours: bool

    def path(self, study: Study) -> str:
        """An address of this route: the study exists, whatever else is named does not."""
        filled = re.sub(r"<(?:slug|str):(?:code|study_code)>", study.code, self.template, count=1)
        filled = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES.get(match[1], "0"), filled)
        return "/" + re.sub(r"\(\?P<\w+>[^)]*\)", "0-0", filled).replace("^", "").replace("$", "")


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


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_route_without_login_shows_nothing(route: Route, study: Study, client: Client) -> None:
    path = route.path(study)
    read, written = client.get(path), client.post(path)
    if route.name not in OPEN_TO_ALL:
        assert read.status_code in {301, 302, 401, 403, 404, 405, 410}, path
    assert read.status_code < 500, path
    assert written.status_code < 500, path
    assert written.status_code // 100 != 2 or route.name in OPEN_TO_ALL, path


@pytest.mark.parametrize("route", [route for route in ROUTES if route.is_ours], ids=lambda route: route.name)
def test_route_that_answers_a_visit_answers_the_question_for_its_head(
    route: Route, study: Study, client: Client, owner: User
) -> None:
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    path = route.path(study)
    assert client.head(path).status_code == client.get(path).status_code

"""Every address for everybody: real requests, held against one table (table.txt)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, TestCase

from annotation.models import User
from annotation.scopes import Scope
from annotation.services import people
from annotation.services.tokens import create_token
from rating.models import Analysis, Figure
from rating.services import analyses
from rating.services.analyses import start_analysis
from rating.tasks.analyses import run_analysis
from tests.api.calls import error_of
from tests.conftest import make_user
from tests.permissions.addresses import ROUTES, Route
from tests.permissions.asking import ask, cell_of, missing_headers, nothing_drawn, signed_in
from tests.permissions.named import named_in
from tests.permissions.stage import House, new_house, new_rater
from tests.permissions.table import PAGE, PEOPLE, Row, page, rows
from tests.rating.kept import kept_figures, kept_numbers

# Celery knows a task once its module is imported.
assert run_analysis.name == "rating.tasks.run_analysis"
ROWS = rows()
BY_NAME = {route.name: route for route in ROUTES}
# Another library's pages take PUT as POST; ours answer 405 to what the table does not name.
METHODS = {False: ("GET", "POST"), True: ("GET", "POST", "PUT", "PATCH", "DELETE")}
LIBRARIES = ("account_", "mfa_", "socialaccount_", "openid_", "api_docs")
ANY, NONE = "any", "-"


@dataclass
class World:
    """Two studies, what addresses name in each, and everybody with a client."""

    here: House
    there: House
    names: Mapping[str, str]
    foreign: Mapping[str, str]
    users: Mapping[str, User | None]
    clients: Mapping[str, Client]
    # Pages, or the API: each half of the table is a test, so that they run beside each other.
    routes: list[Route] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def analysed(house: House, patch: Any) -> dict[str, str]:
    with patch.context() as once, TestCase.captureOnCommitCallbacks(execute=True):
        once.setattr(analyses, "compute_numbers", kept_numbers)
        once.setattr(analyses, "draw_figures", kept_figures)
        found = start_analysis(house.study, actor=house.owner, options={"questions": ["safety"]}, seed=1)
    figure = Figure.objects.filter(analysis=found).order_by("position").first()
    assert figure is not None
    return {"analysis": found.code, "question": "safety", "key": figure.key}


def also_analysed(house: House) -> dict[str, str]:
    """In the other study nobody reads the analysis: a row is enough."""
    found = Analysis.objects.create(study=house.study, seed=1, created_by=house.owner)
    return {"analysis": found.code, "question": "safety", "key": "x"}


def everybody(here: House, there: House) -> dict[str, User | None]:
    elsewhere = there.users["elsewhere"] = make_user("elsewhere", can_create_studies=False)
    new_rater(there.study, there.owner, elsewhere)
    roles = ["owner", "coordinator", "researcher", "adjudicator", "safeguarding", "rater"]
    people.add_member(there.study, actor=there.owner, user=elsewhere, roles=roles)
    site = make_user("site", is_staff=True, is_superuser=True)
    others = {"stranger": None, "outsider": make_user("outsider"), "elsewhere": elsewhere, "site": site}
    return {who: {**others, **here.users}[who] for who in PEOPLE}


def built(patch: pytest.MonkeyPatch) -> World:
    here, there = new_house("Night line", "-a"), new_house("Day line", "-b")
    names = named_in(here) | analysed(here, patch)
    foreign = named_in(there) | also_analysed(there)
    users = everybody(here, there)
    clients = {who: signed_in(user) for who, user in users.items()}
    return World(here, there, names, foreign, users, clients)


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    settings.MEDIA_ROOT = tmp_path
    made = built(monkeypatch)
    with nothing_drawn(monkeypatch):
        yield made


def test_table_names_every_route_once_and_no_other() -> None:
    named = [(row.route, row.method) for row in ROWS]
    assert len(set(named)) == len(named)
    missing = sorted(set(BY_NAME) - {row.route for row in ROWS})
    assert missing == [], "the test below tells what they answer: judge it, then add lines"
    assert {row.route for row in ROWS} <= set(BY_NAME)


def scope_of(route: Route, method: str) -> str:
    """As the table writes it."""
    return (route.scopes[method] or ANY) if method in route.scopes else NONE


def test_scopes_of_the_table_are_those_that_the_views_name() -> None:
    told = {(row.route, row.method): row.scope for row in ROWS if BY_NAME[row.route].scopes}
    named = {(route.name, method): scope_of(route, method) for route in ROUTES for method in route.scopes}
    # A page for people: by session only, whatever its view says of tokens.
    assert told == named | {("api_docs", "GET"): NONE}


def answered(route: Route, method: str, world: World) -> tuple[Row, list[Any]]:
    path = route.path(world.names)
    answers = [ask(client, method, path) for client in world.clients.values()]
    return Row(route.name, method, scope_of(route, method), tuple(map(cell_of, answers))), answers


def routes_without_a_line(world: World) -> list[str]:
    """Lines for `table.txt`, to be judged before they are added: what is answered may be wrong."""
    unknown = [route for route in world.routes if route.name not in {row.route for row in world.rows}]
    found = [answered(route, method, world)[0] for route in unknown for method in METHODS[route.is_api]]
    return [row.line() for row in found if "405" not in row.cells]


def cells_answered_otherwise(world: World) -> list[str]:
    wrong, bare = [], set()
    for row in world.rows:
        found, answers = answered(BY_NAME[row.route], row.method, world)
        wrong += [found.line()] if found.cells != row.cells else []
        bare |= {f"{row.route}: {name}" for one in answers for name in missing_headers(one)}
    return [*wrong, *sorted(bare)]


def methods_without_a_line(world: World) -> list[str]:
    named = {(row.route, row.method) for row in world.rows}
    open_to = {row.route: [who for who, cell in row.may.items() if cell == "yes"] for row in world.rows}
    taken = []
    for route in world.routes:
        if route.name.startswith(LIBRARIES) or not open_to.get(route.name):
            continue
        client, path = world.clients[open_to[route.name][-1]], route.path(world.names)
        others = [one for one in METHODS[route.is_api] if (route.name, one) not in named]
        cells = {one: cell_of(ask(client, one, path)) for one in others}
        taken += [f"{route.name} {one} {cell}" for one, cell in cells.items() if cell != "405"]
    return taken


def visits_without_a_head(world: World) -> list[str]:
    refused = []
    for row in world.rows:
        who = [one for one, cell in row.may.items() if cell == "yes"]
        if row.method == "GET" and who and not row.route.startswith(LIBRARIES):
            cell = cell_of(ask(world.clients[who[-1]], "HEAD", BY_NAME[row.route].path(world.names)))
            refused += [f"{row.route} {cell}"] if cell != "yes" else []
    return refused


def mixed(route: Route, world: World) -> Mapping[str, str]:
    """An address in this study that names something of the other."""
    return {**world.foreign, "code": world.names["code"]}


def objects_of_another_study(world: World) -> list[str]:
    """Whoever may see the study's own asks under its code for the other study's."""
    seen = []
    for row in world.rows:
        route = BY_NAME[row.route]
        who = [one for one, cell in row.may.items() if cell == "yes"]
        if not {"code"} < {*route.parts} or not route.objects() or not who:
            continue
        cell = cell_of(ask(world.clients[who[-1]], row.method, route.path(mixed(route, world))))
        seen += [f"{row.route} {row.method} {cell}"] if cell != "404" else []
    return seen


def what_is_another_raters_own(world: World) -> list[str]:
    with transaction.atomic():
        client = signed_in(world.here.users["second rater"])
    own = {"slot_code", "slot", "message_code", "look", "token_code"}
    seen = []
    for row in world.rows:
        route = BY_NAME[row.route]
        if row.may["rater"] == "yes" and row.may["owner"] != "yes" and own & {*route.parts}:
            cell = cell_of(ask(client, row.method, route.path(world.names)))
            seen += [f"{row.route} {row.method} {cell}"] if cell != "404" else []
    return seen


def asked_as(row: Row) -> str:
    """The last of those who may."""
    return next((who for who in reversed(PEOPLE) if row.may[who] == "yes"), "")


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def token_of(user: User | None, *scopes: str, **limits: Any) -> Client:
    """The caller takes it back."""
    assert user is not None
    _, secret = create_token(actor=user, name="one", scopes=scopes, **limits)
    return Client(raise_request_exception=False, headers={"authorization": f"Token {secret}"})


def answers_token(client: Client, row: Row, names: Mapping[str, str]) -> bool:
    """Whether a token came through; where it did not, the error must say that its scope is the reason."""
    response = ask(client, row.method, BY_NAME[row.route].path(names))
    status: int = response.status_code
    if status != 403:
        return status != 401
    code: str = error_of(response)["code"]
    assert code in {"token_scope", "not_allowed"}
    return code == "not_allowed"


API = [row for row in ROWS if BY_NAME[row.route].is_api and row.scope != NONE]


def tokens_beyond_their_scope(world: World) -> list[str]:
    """Each row by a token with its scope alone, by one with all others, and by one for everything."""
    wrong = []
    for who, scope in product(PEOPLE[1:], sorted({row.scope for row in API})):
        mine = [row for row in API if row.scope == scope and asked_as(row) == who]
        others: list[str] = [one for one in Scope.values if one not in {scope, Scope.ALL}]
        alone = [scope] if scope != ANY else others[:1]
        tries: list[tuple[list[str], bool]] = [(alone, True), (others, scope == ANY), ([Scope.ALL], True)]
        for scopes, may in tries if mine else []:
            with taken_back():
                client = token_of(world.users[who], *scopes)
                answers = {row: answers_token(client, row, world.names) for row in mine}
            told = f"{who} with {' '.join(scopes)}"
            wrong += [f"{told}: {row.method} {row.route}" for row in mine if answers[row] != may]
    return wrong


def tokens_beyond_their_study(world: World) -> list[str]:
    inside = [row for row in API if "code" in BY_NAME[row.route].parts and row.may["owner"] == "yes"]
    assert len(inside) > 20
    both = world.there.owner
    with taken_back():
        people.add_member(world.here.study, actor=world.here.owner, user=both, roles=["owner"])
        client = token_of(both, Scope.ALL, study=world.there.study)
        return [f"{row.method} {row.route}" for row in inside if answers_token(client, row, world.names)]


CHECKS: tuple[Callable[[World], list[str]], ...] = (
    routes_without_a_line,
    cells_answered_otherwise,
    methods_without_a_line,
    visits_without_a_head,
    objects_of_another_study,
    what_is_another_raters_own,
)
OF_TOKENS = (tokens_beyond_their_scope, tokens_beyond_their_study)


@pytest.mark.parametrize("is_api", [False, True], ids=["pages", "api"])
def test_program_answers_everybody_as_the_table_says(world: World, is_api: bool) -> None:
    """The two studies are made once for all checks, and each request takes back what it wrote."""
    world.routes = [route for route in ROUTES if route.is_api == is_api]
    world.rows = [row for row in ROWS if BY_NAME[row.route].is_api == is_api]
    found = {
        check.__name__: wrong
        for check in (*CHECKS, *(OF_TOKENS if is_api else ()))
        if (wrong := check(world))
    }
    lines = [line for name, wrong in found.items() for line in (f"{name}:", *wrong)]
    assert lines == [], "\n".join(lines)


def test_page_says_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.permissions.table"

"""What happens at one site changes nothing that the people of another see: not a name, not a count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from annotation.models import Application, Job, ProblemReport, PublicCall, Site
from annotation.services import sites
from rating.job_kinds import MEASURE_RATERS
from rating.services.rater_watch import measure_raters, start_measuring
from tests.conftest import make_user
from tests.permissions.addresses import ROUTES
from tests.permissions.asking import signed_in
from tests.permissions.named import named_in
from tests.permissions.stage import House, new_house, new_rater
from tests.permissions.table import rows
from tests.rating.services.submitting import submit

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 9, tzinfo=UTC)
# What differs from one answer to the next whatever happened.
RANDOM = re.compile(r'(name="(csrfmiddlewaretoken|receipt)" value|name="csrf-token" content)="[^"]*"')


def addresses(who: str) -> list[str]:
    """Those that name nothing but the study, or nothing at all, and are open to whoever is bound."""
    open_to = {row.route for row in rows() if row.method == "GET" and row.may[who] == "yes"}
    ours, manuals = ("study", "api_", "home"), {"api_docs", "api_schema", "api_statistics"}
    return [
        route.path({"code": "CODE"})
        for route in ROUTES
        if route.name in open_to - manuals and route.name.startswith(ours) and not route.objects()
    ]


def read(client: Client, path: str) -> str:
    cache.clear()
    with transaction.atomic():
        response: Any = client.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    assert response.status_code == 200, path
    return RANDOM.sub("", body.decode("utf-8"))


def all_read(client: Client, house: House) -> dict[str, str]:
    paths = [path.replace("CODE", house.study.code) for path in addresses("other-site")]
    assert len(paths) > 25
    return {path: read(client, path) for path in paths}


@pytest.fixture
def still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(db: None, still: None, settings: Any, tmp_path: Path) -> House:
    """A study of two sites, with raters at work and somebody bound at each."""
    settings.MEDIA_ROOT = tmp_path
    made = new_house("Night line", "-a")
    there = Site.objects.get(study=made.study, key="other-site")
    for number in (3, 4):
        rater = new_rater(made.study, made.owner, make_user(f"elsewhere{number}"))
        submit(sites.move_rater(rater, there, actor=made.owner))
    call = PublicCall.objects.create(study=made.study, site=there, group=rater.group, closes_at=LATER)
    Application.objects.create(call=call, token_digest="other", words="Over here")
    ProblemReport.objects.create(study=made.study, item=made.items[0], rater=rater, text="Over here")
    measured(made)
    return made


def measured(house: House) -> None:
    """Raters beside their groups, as they are now; told by one and the same job."""
    job = Job.objects.filter(kind=MEASURE_RATERS).first() or start_measuring(house.plan, actor=house.owner)
    job.result = measure_raters(job, tell=lambda _share, _words: None)
    job.state = "done"
    job.save()


def much_happens(house: House) -> None:
    """At the first site: whatever an address can name, more raters and ratings, a further report."""
    named_in(house)
    for number in (5, 6):
        rater = new_rater(house.study, house.owner, make_user(f"own{number}"))
        submit(sites.move_rater(rater, house.site, actor=house.owner), value=1)
    ProblemReport.objects.create(study=house.study, item=house.items[1], rater=rater, text="Cut off, too.")
    measured(house)


def test_what_happens_at_one_site_leaves_the_pages_of_another_as_they_were(house: House) -> None:
    client = signed_in(house.users["other-site"])
    before = all_read(client, house)
    much_happens(house)
    after = all_read(client, house)
    assert [path for path, text in after.items() if text != before[path]] == []


def test_pages_that_are_cut_by_site_do_change_for_its_own_people(house: House) -> None:
    client = signed_in(house.users["own-site"])
    before = all_read(client, house)
    much_happens(house)
    after = all_read(client, house)
    assert len([path for path, text in after.items() if text != before[path]]) > 20


def test_no_page_of_a_site_leads_to_what_is_shut_for_its_people(house: House) -> None:
    client = signed_in(house.users["own-site"])
    much_happens(house)
    text = "".join(all_read(client, house).values())
    links = set(re.findall(r'(?:href|action)="(/studies/[^"#]+)"', text))
    assert len(links) > 25
    assert [link for link in links if client.get(link.replace("&amp;", "&")).status_code in {403, 404}] == []

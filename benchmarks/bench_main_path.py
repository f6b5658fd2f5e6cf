"""Time the main path on this machine: load the demo, rate (submit and next), analyse.

`make bench` or `python -m benchmarks.bench_main_path`. Works in a scratch folder on SQLite, or on the
database that DATABASE_URL names (which must be empty). No server and no worker: services are called
directly, and "over HTTP" means Django's test client, through every middleware, views and templates.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import django

if TYPE_CHECKING:
    from django.test import Client

    from annotation.models import Rater, Study, User
    from rating.models import Presentation

T = TypeVar("T")
N_RATERS_EACH = 8


def timed(label: str, work: Callable[[], T]) -> T:
    start = perf_counter()
    result = work()
    print(f"{label:<58} {perf_counter() - start:8.2f} s")
    return result


@contextmanager
def scratch_instance() -> Iterator[None]:
    """An empty database of its own, migrated."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    print(f"Python {platform.python_version()}, {connection.vendor}, {os.cpu_count()} cores")
    yield
    connection.close()


def prepare_study(logins: dict[str, User], *, key: str = "bench") -> tuple[Study, dict[str, Rater]]:
    """An open study of 40 items and 24 raters who have consented; nothing is rated."""
    from annotation.models import Study
    from annotation.services.studies import change_state
    from rating.services import demo_content, demo_study

    document = demo_content.read_document()
    actor = logins["owner"]
    study = demo_content.add_demo_study(document, actor=actor, key=key, title="Bench", purpose="Timing")
    people = document.study["people"]["rater"]
    raters = demo_content.add_raters(study, people, logins, actor=actor)
    demo_content.add_items(study, document, document.conversations)
    demo_study.open_main_plan(study, document, N_RATERS_EACH, actor=actor)
    demo_study.give_all_consents(raters, logins)
    return change_state(study, Study.State.OPEN, actor=actor), raters


def submit_everything(raters: dict[str, Rater], logins: dict[str, User]) -> list[float]:
    """Every rater rates every item in turns, one after the other; milliseconds per submit and next."""
    from rating.services.workbench import claim_next_item

    held = {name: claim_next_item(rater, actor=logins[name]) for name, rater in raters.items()}
    times = []
    while any(held.values()):
        for name, presentation in held.items():
            if presentation is not None:
                start = perf_counter()
                held[name] = submit_one(raters[name], presentation, logins[name])
                times.append((perf_counter() - start) * 1000)
    return times


def submit_over_http(study: Study, raters: dict[str, Rater], logins: dict[str, User]) -> list[float]:
    """One rater rates 40 items by the page's script; milliseconds and bytes per submit and next."""
    from django.conf import settings
    from django.test import Client, override_settings

    from annotation.models import CareSettings

    # No check-in or break between the items: what is timed is the way from one item to the next.
    off = {"checkin_every": 0, "break_minutes": 0, "break_heavy_items": 0}
    CareSettings.objects.update_or_create(study=study, defaults=off)
    # Names of files as they stand in the folder: nothing is hashed for a scratch instance.
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=settings.STORAGES | plain, ALLOWED_HOSTS=["testserver"]):
        return _by_client(Client, study, raters, logins)


def _by_client(
    make_client: type[Client], study: Study, raters: dict[str, Rater], logins: dict[str, User]
) -> list[float]:
    name = next(iter(raters))
    client = make_client(headers={"Accept": "application/json", "Accept-Encoding": "gzip"})
    client.force_login(logins[name], backend="allauth.account.auth_backends.AuthenticationBackend")
    first = client.post(f"/studies/{study.code}/rate/claim/")["Location"]
    page = client.get(first, headers={"Accept": "text/html", "Accept-Encoding": "identity"}).content.decode()
    times, weights = [], []
    while page:
        form = filled_form(page)
        start = perf_counter()
        answer = client.post(form.pop("action"), form)
        times.append((perf_counter() - start) * 1000)
        weights.append(len(answer.content))
        # Short answers travel as they are.
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
        page = json.loads(gzip.decompress(answer.content) if is_packed else answer.content).get("html", "")
    print(f"{'  the next item on its way, largest':<58} {max(weights) / 1000:8.1f} kB")
    return times


def filled_form(page: str) -> dict[str, str]:
    """The form on a page with the middle of every scale chosen."""
    form = page[page.index('id="rating-form"') :]
    names = re.findall(r'<input type="radio" id="[^"]*" name="([^"]*)"', form)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    action = re.search(r'action="([^"]*)"', form)
    return dict(hidden) | dict.fromkeys(names, "3") | {"action": action[1] if action else ""}


def submit_one(rater: Rater, presentation: Presentation, actor: User) -> Presentation | None:
    from rating.services.answer_inputs import AnswerInput, Submission
    from rating.services.submission import submit_rating

    version = presentation.rubric_version
    scales = [key for key in presentation.question_order if not key.startswith("flag_")]
    submission = Submission(
        slot_code=presentation.slot.code,
        client_id=uuid4(),
        rubric_version_code=version.code,
        answers=[AnswerInput(key, "response:1", value=3.0) for key in scales],
    )
    return submit_rating(rater, submission, actor=actor, claim_next=True).next


def analyse(study: Study) -> None:
    from rating.services.analyses import run_analysis
    from rating.services.demo_study import start_demo_report

    analysis = start_demo_report(study)
    run_analysis(analysis, actor=None, tell=lambda _share, _text: None)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="attune-bench-") as folder:
        os.environ["ATTUNE_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from annotation.models import User
        from rating.services.demo_study import load_demo_study

        with scratch_instance():
            demo = timed("Load the demo (968 ratings, 15,488 answers)", load_demo_study)
            timed("Analyse the demo (16 questions, 3 pairs, 2,000 relabellings)", lambda: analyse(demo))
            logins = {user.username: user for user in User.objects.all()}
            _, raters = timed("Prepare 40 items x 24 raters", lambda: prepare_study(logins))
            times = timed(
                "Submit 960 ratings, each with the next claim", lambda: submit_everything(raters, logins)
            )
            tell_spread(times)
            other, again = prepare_study(logins, key="bench-http")
            tell_spread(
                timed("Submit and next over HTTP, 40 items", lambda: submit_over_http(other, again, logins))
            )


def tell_spread(times: list[float]) -> None:
    tail = quantiles(times, n=20)[-1]
    print(f"{'  one of them: median / 95th percentile':<58} {median(times):6.1f} / {tail:.1f} ms")


if __name__ == "__main__":
    main()

"""Time the main path on this machine: load the demo, rate (submit and next), analyse.

`make bench` or `python -m benchmarks.bench_main_path`. Works in a scratch folder on SQLite, or on the
database that DATABASE_URL names (which must be empty). Services are called directly: no HTTP, no worker.
"""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import django

if TYPE_CHECKING:
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


def prepare_study(logins: dict[str, User]) -> tuple[Study, dict[str, Rater]]:
    """An open study of 40 items and 24 raters who have consented; nothing is rated."""
    from annotation.models import Study
    from annotation.services.studies import change_state
    from rating.services import demo_content, demo_study

    document = demo_content.read_document()
    actor = logins["owner"]
    study = demo_content.add_demo_study(document, actor=actor, key="bench", title="Bench", purpose="Timing")
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


def submit_one(rater: Rater, presentation: Presentation, actor: User) -> Presentation | None:
    from rating.services.answers import AnswerInput, Submission
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
            tail = quantiles(times, n=20)[-1]
            print(f"{'  one of them: median / 95th percentile':<58} {median(times):6.1f} / {tail:.1f} ms")


if __name__ == "__main__":
    main()

"""Kill what runs, at many moments, and look whether anything was lost, doubled, stuck or wrongly reported.

    python -m benchmarks.kill_campaign --server postgres://postgres@127.0.0.1:5432/postgres --rounds 10

Needs PostgreSQL (a database of its own is made and dropped) and the program `redis-server` (one of its own is
started). Every round: raters submit through the API and repeat what was not acknowledged, while an import, an
export and an analysis in pieces are under way; then workers, web server, broker and all connections to the
database are killed at moments drawn from the seed, or as soon as the database shows a chosen state. Ends with
1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.installation import Installation
from benchmarks.persistent_raters import PersistentRater, rating_faults

if TYPE_CHECKING:
    from annotation.models import ImportBatch, Job, Study, User
    from rating.models import Analysis, Export

WORKERS = ("worker1", "worker2")
LATEST = 2.5
QUESTIONS = ["safety"]
N_PERMUTATIONS = 199
LIMIT = 240.0


@dataclass
class Campaign:
    house: Installation
    rng: random.Random
    n_items: int
    kills: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    tries_again: int = 0

    def prepare(self) -> None:
        """The demo, a study that is open for rating, and one that items go into."""
        from django.core.management import call_command

        from annotation.models import ApiToken, User
        from annotation.services.tokens import token_digest
        from rating.services.demo_study import load_demo_study

        call_command("migrate", verbosity=0)
        self.demo = load_demo_study()
        self.logins = {user.username: user for user in User.objects.all()}
        self.owner: User = self.logins["owner"]
        names = [f"{kind}{n}" for kind in ("peer", "clinician", "patient") for n in (1, 2)]
        self.tokens = {name: f"token-of-{name}" for name in names}
        ApiToken.objects.bulk_create(
            ApiToken(user=self.logins[name], name="killing", digest=token_digest(secret), scopes=["all"])
            for name, secret in self.tokens.items()
        )
        self.shelf: Study = self._study("shelf")

    def _study(self, key: str) -> Study:
        from rating.services import demo_content

        document = demo_content.read_document()
        return demo_content.add_demo_study(
            document, actor=self.owner, key=key, title=key, purpose="To be killed"
        )

    def _open_study(self, key: str) -> Study:
        from annotation.models import Study
        from annotation.services.studies import change_state
        from rating.services import demo_content, demo_study

        document, study = demo_content.read_document(), self._study(key)
        people = {group: [f"{group}1", f"{group}2"] for group in ("peer", "clinician", "patient")}
        raters = demo_content.add_raters(study, people, self.logins, actor=self.owner)
        demo_content.add_items(study, document, document.conversations[: self.n_items])
        demo_study.open_main_plan(study, document, 2, actor=self.owner)
        demo_study.give_all_consents(raters, self.logins)
        return change_state(study, Study.State.OPEN, actor=self.owner)

    def round(self, number: int, kinds: list[str]) -> None:
        study = self._open_study(f"open{number}")
        self.house.start(*(["broker"] if self.house.has_broker else []), "web", *WORKERS)
        stop = threading.Event()
        raters = [
            PersistentRater(self.house.web_port, study.code, secret, stop) for secret in self.tokens.values()
        ]
        threads = [threading.Thread(target=rater.run, daemon=True) for rater in raters]
        work = _Work.begin(self, number)
        for thread in threads:
            thread.start()
        for kind in kinds:
            self._kill(kind, work)
        work.wait(LIMIT)
        for thread in threads:
            thread.join(LIMIT)
        stop.set()
        acknowledged = [one for rater in raters for one in rater.acknowledged]
        self.tries_again += sum(rater.n_tries_again for rater in raters)
        found = [rater.trouble for rater in raters if rater.trouble]
        found += again(lambda: [*rating_faults(study, acknowledged), *work.faults()])
        if not acknowledged:
            found.append("nobody could rate")
        self.faults += [f"round {number}: {fault}" for fault in found]
        for name in list(self.house.processes):
            self.house.kill(name)
        print(
            f"round {number}: {', '.join(kinds)}; {len(acknowledged)} ratings; {found or 'all well'}",
            flush=True,
        )

    def _kill(self, kind: str, work: _Work) -> None:
        """One death. Its moment: when the database shows what `kind` names after the colon, else drawn."""
        what, _, when = kind.partition(":")
        if when:
            work.until(when)
        else:
            time.sleep(self.rng.uniform(0.05, LATEST))
        self.kills[kind] += 1
        if what == "database":
            self.house.cut_connections()
            return
        victim = self.rng.choice(WORKERS) if what == "worker" else what
        if what == "freeze":
            self.house.freeze(self.rng.choice(WORKERS), seconds=self.rng.uniform(11, 14))
            return
        victims = WORKERS if what == "workers" else (victim,)
        for name in victims:
            self.house.kill(name)
        time.sleep(self.rng.uniform(0.0, 0.5))
        self.house.start(*victims)


@dataclass
class _Work:
    """An import, an export and an analysis under way."""

    campaign: Campaign
    batch: ImportBatch
    export: Export
    analysis: Analysis
    jobs: list[Job]
    n_rows: int

    @classmethod
    def begin(cls, campaign: Campaign, number: int) -> _Work:
        from django.core.files.base import ContentFile

        from rating.queries.exports import export_scope
        from rating.services.analyses import start_analysis
        from rating.services.import_sources import ImportOptions
        from rating.services.import_uploads import import_items
        from rating.services.stored_exports import start_export

        owner, n_rows = campaign.owner, 1500
        data = items_file(number, n_rows)
        batch, job = import_items(
            campaign.shelf, actor=owner, items=ContentFile(data, "items.csv"), options=ImportOptions()
        )
        scope = export_scope(campaign.demo, stage="main", is_current_only=True)
        export = start_export(scope, actor=owner, form="csv")
        options = {"questions": QUESTIONS, "n_permutations": N_PERMUTATIONS}
        # A seed of its own: else the numbers of the round before would be taken.
        analysis = start_analysis(campaign.demo, actor=owner, options=options, seed=number)
        jobs = [one for one in (job, export.job, analysis.job) if one is not None]
        return cls(campaign, batch, export, analysis, jobs, n_rows)

    def states(self) -> list[str]:
        from annotation.models import Job

        return list(Job.objects.filter(pk__in=[job.pk for job in self.jobs]).values_list("state", flat=True))

    def until(self, what: str, seconds: float = 20.0) -> None:
        """Until the database shows it, the work is over, or time is."""
        from annotation.models import Item
        from rating.models import AnalysisPart

        shown: dict[str, Callable[[], bool]] = {
            "rows": lambda: Item.objects.filter(batch=self.batch).exists(),
            "pieces": lambda: AnalysisPart.objects.filter(finished_at__isnull=False).exists(),
            "held": lambda: AnalysisPart.objects.filter(
                claimed_until__isnull=False, finished_at__isnull=True
            ).exists(),
            "writing": lambda: type(self.jobs[1]).objects.filter(pk=self.jobs[1].pk, progress__gt=0).exists(),
        }
        ends_at = time.monotonic() + seconds
        while (
            time.monotonic() < ends_at and not again(shown[what]) and not set(again(self.states)) <= {"done"}
        ):
            time.sleep(0.01)

    def wait(self, seconds: float) -> None:
        """Sweep, as the scheduler does, until every job is over."""
        from annotation.jobs import requeue_lost_jobs

        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            again(requeue_lost_jobs)
            if set(again(self.states)) <= {"done", "failed", "cancelled"}:
                return
            time.sleep(0.5)

    def faults(self) -> list[str]:
        from annotation.models import Job

        jobs = Job.objects.filter(pk__in=[job.pk for job in self.jobs])
        undone = [f"{job.kind} is {job.state}: {job.error}" for job in jobs if job.state != Job.State.DONE]
        return undone or [*self._import_faults(), *self._export_faults(), *self._analysis_faults()]

    def _import_faults(self) -> list[str]:
        from annotation.models import ImportBatch, Item

        self.batch.refresh_from_db()
        items = Item.objects.filter(batch=self.batch)
        n, n_names = items.count(), items.values("external_id").distinct().count()
        others = Item.objects.filter(study=self.batch.study).exclude(batch__state=ImportBatch.State.VISIBLE)
        found = [] if self.batch.state == ImportBatch.State.VISIBLE else [f"the import is {self.batch.state}"]
        found += [f"{n} items, {n_names} names, of {self.n_rows}"] if {n, n_names} != {self.n_rows} else []
        return found + ([f"{others.count()} rows of no import"] if others.exists() else [])

    def _export_faults(self) -> list[str]:
        from django.core.files.storage import default_storage

        self.export.refresh_from_db()
        if self.export.state != "ready":
            return [f"the export is {self.export.state}"]
        folder = Path(default_storage.path(self.export.file_name)).parent
        mine = [path for path in folder.iterdir() if path.name.startswith(self.export.code)]
        digest = hashlib.sha256(mine[0].read_bytes()).hexdigest()
        with zipfile.ZipFile(mine[0]) as archive:
            torn = archive.testzip()
        wrong = [f"{len(mine)} files of one export"] if len(mine) != 1 else []
        return wrong + (
            ["a file that is not what was stored"] if torn or digest != self.export.digest else []
        )

    def _analysis_faults(self) -> list[str]:
        from rating.services.analyses import recompute_numbers

        self.analysis.refresh_from_db()
        if self.analysis.snapshot is None or self.analysis.finished_at is None:
            return ["the analysis is done and has no numbers"]
        found = [f"{self.analysis.parts.count()} pieces are left"] if self.analysis.parts.exists() else []
        again_ = json.loads(json.dumps(recompute_numbers(self.analysis, self.analysis.snapshot)))
        return found + (
            [] if again_ == self.analysis.results else ["numbers differ from those of one process"]
        )


def again(ask: Callable[[], Any]) -> Any:
    """Ask the database, and once more where a cut connection was the answer."""
    from django.db import InterfaceError, OperationalError, close_old_connections, connection

    for _ in range(10):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            close_old_connections()
            time.sleep(0.1)
    return ask()


def items_file(number: int, n_rows: int) -> bytes:
    rows = [f'r{number}-{n},"Seeker: Night {n} was long.",A warm reply to {n}.,ai' for n in range(n_rows)]
    return "\n".join(["item,conversation,response,source_kind", *rows, ""]).encode()


KINDS = (
    "worker",
    "web",
    "database",
    "broker",
    "workers:rows",
    "workers:pieces",
    "worker:held",
    "workers:writing",
    "database:rows",
    "freeze:held",
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--sqlite", action="store_true", help="SQLite, and a folder as broker, instead")
    parser.add_argument("--broker", default="", help="amqp://… or redis://…: use this, which is not killed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--items", type=int, default=20, help="items that six raters rate in a round")
    parser.add_argument(
        "--kinds", nargs="*", help=f"deaths of every round in turn; else four of: {', '.join(KINDS)}"
    )
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="attune-killing-"))
    more = {"ANALYSIS_SPLIT_ANSWERS": "1"} | ({"CELERY_BROKER_URL": given.broker} if given.broker else {})
    house = Installation(folder, "" if given.sqlite else given.server, more)
    os.environ.update(house.environment())
    # Asked to end, it tidies up like at the end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    house.make_database()
    try:
        campaign = _run(house, given)
    finally:
        from django.db import connection

        connection.close()
        house.drop()
    print(f"deaths: {dict(campaign.kills)}; requests sent again: {campaign.tries_again}")
    print("\n".join(campaign.faults) or "nothing lost, nothing doubled, nothing stuck")
    return 1 if campaign.faults else 0


def _run(house: Installation, given: argparse.Namespace) -> Campaign:
    import django

    django.setup()
    rng = random.Random(given.seed)
    campaign = Campaign(house, rng, given.items)
    campaign.prepare()
    # A file has no connections to cut, a folder no server to kill.
    absent = {*(["database"] if not house.server else []), *(["broker"] if not house.has_broker else [])}
    possible = [kind for kind in KINDS if kind.split(":")[0] not in absent]
    for number in range(1, given.rounds + 1):
        campaign.round(number, given.kinds or rng.sample(possible, 4))
    return campaign


if __name__ == "__main__":
    sys.exit(main())

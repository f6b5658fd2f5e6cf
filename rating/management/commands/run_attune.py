"""Start everything: database, static files, web server, worker. One command, nothing else to run."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from annotation.models import Job, Study, User
from rating.management.commands.load_demo import demo_pass_phrase
from rating.management.scheduler import Scheduler
from rating.management.supervisor import ChildDiedError, Supervisor, answers, port_is_free, web_server, worker
from rating.models import Analysis

DEMO_FOLDER = "demo"
# What would lead a demo into a real database or a real broker.
REAL_THINGS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL")
READY_SECONDS = 90


def demo_environment(environment: dict[str, str], data_dir: Path) -> dict[str, str]:
    """The environment of a demo: a data folder of its own, and no server that holds real data."""
    kept = {name: value for name, value in environment.items() if name not in REAL_THINGS}
    return {**kept, "ATTUNE_DATA_DIR": str(data_dir / DEMO_FOLDER)}


@dataclass
class Start:
    """What one start of the program knows of itself; times are monotonic seconds."""

    host: str
    port: int
    is_demo: bool
    began_at: float = field(default_factory=monotonic)
    waits_for_report: bool = False

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def seconds(self) -> str:
        return f"{monotonic() - self.began_at:.0f} s"


class Command(BaseCommand):
    help = "Start Attune: migrate, collect static files, run web server and worker until Ctrl+C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="with the invented demo studies, kept apart")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: object, demo: bool, host: str, port: int, **options: object) -> None:
        del args, options
        start = Start(host, port, is_demo=demo, waits_for_report=demo)
        if demo and Path(settings.DATA_DIR).name != DEMO_FOLDER:
            self._restart_apart()
        if not port_is_free(host, port):
            raise CommandError(
                f"Port {port} on {host} is taken. Stop what runs there, or choose another: --port {port + 1}"
            )
        self._prepare()
        if demo:
            self._say("Loading the demo studies")
            call_command("load_demo", verbosity=0)
        elif not User.objects.exists():
            self._offer_owner()
        self._run(start)

    def _say(self, text: str) -> None:
        self.stdout.write(f"==> {text}")
        self.stdout.flush()

    def _restart_apart(self) -> None:
        """Begin again with the demo's own folder: settings have been read, so the process is replaced."""
        environment = demo_environment(dict(os.environ), Path(settings.DATA_DIR))
        self._say(f"The demo's data lie apart, in {environment['ATTUNE_DATA_DIR']}")
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)  # noqa: S606 (ourselves)

    def _prepare(self) -> None:
        self._say("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
        self._say("Collecting static files")
        # The package's unused extensions name files it does not bring, which hashing of names refuses.
        ignored = ["django_htmx/ext/*", "htm*-4*"]
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=ignored)

    def _offer_owner(self) -> None:
        self._say("Nobody has an account here yet")
        if sys.stdin.isatty() and input("    Make the first owner now? [Y/n] ").strip().lower() in {
            "",
            "y",
            "yes",
        }:
            call_command("create_owner")
            return
        self.stdout.write("    Make the first owner with: .venv/bin/python manage.py create_owner")

    def _run(self, start: Start) -> None:
        logs = Path(settings.DATA_DIR) / "log"
        children = [web_server(start.host, start.port, logs), worker(logs)]
        supervisor, scheduler = Supervisor(children, Path(settings.BASE_DIR)), Scheduler()
        supervisor.listen()
        self._say(f"Starting web server and worker (logs in {logs})")
        try:
            supervisor.start()
            if not supervisor.wait_until(
                lambda: self._is_ready(start.host, start.port), seconds=READY_SECONDS
            ):
                self._explain_silence(supervisor)
                return
            self._announce(start)
            supervisor.watch(lambda: self._tick(start, scheduler), every=1)
        except ChildDiedError as error:
            raise CommandError(str(error)) from error
        finally:
            self._say("Stopping web server and worker")
            scheduler.stop()
            supervisor.stop()
            self._say("Stopped")

    def _is_ready(self, host: str, port: int) -> bool:
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
        name = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
        headers = {"Host": "localhost" if name == "*" else name}
        if settings.HTTPS:
            headers["X-Forwarded-Proto"] = "https"
        return answers(reachable, port, headers)

    def _explain_silence(self, supervisor: Supervisor) -> None:
        if not supervisor.stopping.is_set():
            raise CommandError(f"The web server did not answer within {READY_SECONDS} s: see its log.")

    def _announce(self, start: Start) -> None:
        self._say(f"Attune is ready after {start.seconds}: {start.address}")
        if start.is_demo:
            self._print_logins()
            self.stdout.write(
                "    The worker computes the demo's report now; a line here says when it is ready."
            )
        self.stdout.write("    Stop with Ctrl+C.")
        self.stdout.flush()

    def _print_logins(self) -> None:
        lines = [
            f"    Pass phrase of every demo login: {demo_pass_phrase()}",
            "    researcher     reads the report: agreement and misalignment",
            "    coordinator    follows the ratings, answers problems, downloads them",
            "    owner          may do both and make studies",
            "    guest          rates as a new peer supporter, beginning with the consent",
            "    peer1 … peer8, clinician1 … clinician8, patient1 … patient8   have rated everything",
        ]
        self.stdout.write("\n".join(lines))

    def _tick(self, start: Start, scheduler: Scheduler) -> None:
        close_old_connections()
        scheduler.round()
        if start.waits_for_report:
            self._tell_report(start)

    def _tell_report(self, start: Start) -> None:
        from rating.services.demo_study import DEMO_KEY

        study = Study.objects.get(source_key=DEMO_KEY)
        analysis = Analysis.objects.filter(study=study).select_related("job").order_by("id").first()
        if analysis is None or analysis.job is None or not analysis.job.is_finished:
            return
        start.waits_for_report = False
        if analysis.job.state == Job.State.DONE:
            path = f"studies/{study.code}/analyses/{analysis.code}/"
            self._say(f"The report is ready after {start.seconds}: {start.address}{path}")
        else:
            self._say(f"The report could not be made: {analysis.job.error}")
        self.stdout.flush()

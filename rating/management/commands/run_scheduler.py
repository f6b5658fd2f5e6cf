"""See to what is due: lost jobs, seals of the audit trail, webhooks, retention. Runs until it is stopped."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from rating.management.scheduler import Scheduler

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = "Do what is due, until stopped. Of several, on whatever machines, one works and the others wait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do all chores once and end: for a timer")

    def handle(self, *args: object, once: bool, **options: object) -> None:
        del args, options
        scheduler = Scheduler()
        try:
            if once:
                scheduler.round()
                done = "Done." if scheduler.is_in_charge else "Another scheduler is at work: nothing to do."
                self.stdout.write(done)
            else:
                self._run(scheduler)
        finally:
            scheduler.stop()

    def _run(self, scheduler: Scheduler) -> None:
        stopping = Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            stopping.set()

        for number in STOP_SIGNALS:
            signal.signal(number, ask_to_stop)
        self.stdout.write("The scheduler runs. Stop with Ctrl+C.")
        self.stdout.flush()
        was_in_charge = None
        while not stopping.is_set():
            close_old_connections()
            scheduler.round()
            if scheduler.is_in_charge != was_in_charge:
                was_in_charge = scheduler.is_in_charge
                self._tell(is_in_charge=was_in_charge)
            stopping.wait(1)
        self.stdout.write("Stopped.")

    def _tell(self, *, is_in_charge: bool) -> None:
        self.stdout.write("In charge." if is_in_charge else "Waiting: another scheduler is at work.")
        self.stdout.flush()

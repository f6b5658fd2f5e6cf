from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotation.errors import DomainError
from annotation.models import Study
from annotation.services.audit_anchors import read_anchors, write_anchor
from annotation.services.audit_check import ChainReport, Noted, check_chain


def _noted(text: str) -> Noted:
    number, colon, digest = text.partition(":")
    if not (colon and number.isdecimal() and digest):
        raise CommandError("Write the head as NUMBER:DIGEST, as this command prints it.")
    return Noted(int(number), digest)


def _study(code: str) -> Study:
    study = Study.objects.filter(code=code).first()
    if study is None:
        raise CommandError(f"There is no study {code}.")
    return study


class Command(BaseCommand):
    help = "Check that the audit trail is what it was. Exit code 1 where it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", nargs="?", default="", help="code of a study; without it, all chains")
        parser.add_argument("--head", default="", help="NUMBER:DIGEST as printed earlier; needs STUDY")
        parser.add_argument(
            "--anchor", default="", metavar="FILE", help="heads kept earlier, to compare with"
        )
        parser.add_argument(
            "--write-anchor", default="", metavar="FILE", help="add the heads of all chains to this file"
        )

    def handle(
        self, *args: object, study: str, head: str, anchor: str, write_anchor: str, **options: object
    ) -> None:
        del args, options
        if head and not study:
            raise CommandError("--head belongs to the chain of one study: name it.")
        if study and (anchor or write_anchor):
            raise CommandError("Anchors are of all chains: name no study.")
        try:
            kept = read_anchors(Path(anchor)) if anchor else {}
            reports = [check_chain(_study(study), noted=[_noted(head)] if head else [])] if study else None
            self._judge(list(reports or self._all(kept)), write_anchor)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _judge(self, reports: list[ChainReport], write_to: str) -> None:
        broken = sum([not self._told(report) for report in reports])
        if broken:
            raise CommandError(f"{broken} chain{'' if broken == 1 else 's'} of the audit trail broken.")
        if write_to:
            n = write_anchor(Path(write_to), reports, now=timezone.now())
            self.stdout.write(f"{n} head{'' if n == 1 else 's'} added to the anchors.")

    def _all(self, kept: Mapping[str, Collection[Noted]]) -> Iterator[ChainReport]:
        yield check_chain(None, noted=kept.get("", ()))
        seen = {""}
        for study in Study.objects.order_by("id").iterator():
            seen.add(study.code)
            yield check_chain(study, noted=kept.get(study.code, ()))
        for code in sorted(set(kept) - seen):
            gone = ChainReport(code)
            gone.tell("The study was there when the anchor was kept, and is gone with its chain.")
            yield gone

    def _told(self, report: ChainReport) -> bool:
        name = f"Study {report.study}" if report.study else "Events without a study"
        self.stdout.write(
            f"{name}: {'whole' if report.is_whole else 'BROKEN'}, {report.n_sealed} sealed "
            f"({report.n_erased} erased), {report.n_unsealed} not sealed yet, "
            f"head {report.n_sealed}:{report.head}"
        )
        for sentence in report.defects:
            self.stdout.write(f"  {sentence}")
        if report.n_defects > len(report.defects):
            self.stdout.write(f"  … and {report.n_defects - len(report.defects)} more.")
        return report.is_whole

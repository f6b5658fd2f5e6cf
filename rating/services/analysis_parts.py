"""A large analysis in pieces, computed by every worker that has time.

The pieces are rows. Whoever takes one holds it for as long as they show signs of life; the worker that
has the job computes pieces like the others, waits for none that nobody holds, and puts the result together.
So one worker alone gets to the end, any number of them to the same numbers, and a message that is lost
costs time only.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from annotation.jobs import INTERRUPTED, send
from annotation.models import Job
from annotation.pulse import pulse
from rating.job_kinds import HELP_ANALYSIS
from rating.models import Analysis, AnalysisPart, Snapshot
from rating.services.numbers import FAMILIES, Run
from rating.services.options import Options
from rating.services.snapshot_rows import SnapshotTable, read_parquet

if TYPE_CHECKING:
    from rating.agreement.analysis.units import Unit

log = logging.getLogger(__name__)

# Whoever holds a piece renews this with every sign of life.
HELD = timedelta(seconds=settings.JOB_SILENCE_SECONDS)
# A helper goes back to the end of the queue after so many seconds, so that other work gets its turn.
TURN_SECONDS = 30
MAX_HELPERS = 16
# A piece that two helpers did not live through is left to the worker with the job, whose deaths are counted.
MAX_HELPED = 2
WAIT_SECONDS = 0.2
FAMILY_WEIGHT = 4
# Tests of so many relabellings are computed in slices, which come before the piece that they are part of.
SLICED_FROM, N_SLICES = 500, 4
SLICE = "slice"
FIRST, LAST = 0, 1

Tell = Callable[[float, str], None]
Known = dict[str, dict[str, Any]]


def is_worth_parting(snapshot: Snapshot) -> bool:
    """Laying out rows and carrying pieces takes a second: small analyses are sooner done by one worker."""
    least: int = settings.ANALYSIS_SPLIT_ANSWERS
    return bool(least) and snapshot.description["counts"]["n_answers"] >= least


def source_of(snapshot: Snapshot) -> tuple[bytes, str]:
    """The snapshot's file and its SHA-256: quicker to compare than the digest of the rows in it."""
    with default_storage.open(snapshot.file_name) as file:
        content: bytes = file.read()
    return content, hashlib.sha256(content).hexdigest()


def compute_in_parts(analysis: Analysis, table: SnapshotTable, tell: Tell) -> tuple[Known, list[Any]]:
    """Every piece worth carrying, computed here and by whoever helps; then the rows are gone.

    Returns what `compute_numbers` takes as known, and the warnings met on the way. Run again after an
    interruption it goes on where it stopped. `tell` may raise to stop it.
    """
    if analysis.snapshot is None:
        raise ValueError("Freeze the ratings first.")
    source = source_of(analysis.snapshot)[1]
    bench = _Bench(Run(table, Options.of(analysis.options), analysis.seed))
    _lay_out(analysis, bench, source)
    # Of these rows alone: when somebody is taken out of the snapshot, another job lays out pieces of its own.
    parts = AnalysisPart.objects.filter(analysis=analysis, source=source)
    for _ in range(min(MAX_HELPERS, parts.filter(finished_at__isnull=True).count() - 1)):
        send(HELP_ANALYSIS, analysis.code)
    while waiting := parts.filter(finished_at__isnull=True).count():
        _tell(parts, waiting, tell)
        part = _take(parts, bench.question)
        if part is None:
            # All that is left is in somebody's hands: they finish it, or their time runs out.
            sleep(WAIT_SECONDS)
        else:
            _work(part, bench)
    return _gathered(parts)


def forget_parts(analysis: Analysis) -> None:
    AnalysisPart.objects.filter(analysis=analysis).delete()


def help_with(code: str) -> bool:
    """Compute pieces of an analysis while there are any; True when time ran out before they did."""
    analysis = Analysis.objects.select_related("snapshot", "job").filter(code=code).first()
    if analysis is None or analysis.snapshot is None or not _is_wanted(analysis):
        return False
    parts = AnalysisPart.objects.filter(analysis=analysis)
    if not _free(parts, MAX_HELPED).exists():
        return False
    ends_at = monotonic() + TURN_SECONDS
    content, source = source_of(analysis.snapshot)
    parts = parts.filter(source=source)
    bench = _Bench(Run(read_parquet(BytesIO(content)), Options.of(analysis.options), analysis.seed))
    while _is_wanted(analysis) and (part := _take(parts, bench.question, MAX_HELPED)):
        try:
            _work(part, bench)
        except INTERRUPTED:
            raise
        except Exception:
            # The worker with the job meets it too, and says so where people look.
            log.exception("a piece of analysis %s failed", analysis.code)
            return False
        if monotonic() > ends_at:
            return True
    return False


def _is_wanted(analysis: Analysis) -> bool:
    if analysis.job is None:
        return False
    running = Job.objects.filter(pk=analysis.job.pk, state=Job.State.RUNNING, is_cancel_requested=False)
    return running.exists()


@dataclass
class _Bench:
    """One worker's place: the rows, and the question it is at with all that is laid out for it."""

    run: Run
    question: str = ""
    units: dict[str, Unit] = field(default_factory=dict)

    def compute(self, part: AnalysisPart) -> Any:
        if part.question == FAMILIES:
            return self._family(part.name)
        if part.question != self.question:
            self.units, self.question = self.laid_out(part.question), part.question
        if part.stage == FIRST and part.name.startswith(f"{SLICE}:"):
            _, number, name = part.name.split(":", 2)
            return _slice_of(self.units[name], int(number))
        return _with_slices(self.units[part.name], part)

    def laid_out(self, question: str) -> dict[str, Unit]:
        """The pieces of a question by name; AgreementInputError where it cannot be analysed."""
        from rating.agreement.analysis import question_units

        entry = next(entry for entry in self.run.entries if entry["key"] == question)
        ratings = self.run.ratings_of(entry)
        return {unit.name: unit for unit in question_units(ratings, **self.run.asked(entry))}

    def _family(self, name: str) -> Any:
        from rating.agreement import AgreementInputError

        for entry in self.run.entries:
            key = entry["key"]
            if key in self.run.frames and key not in self.run.ratings:
                try:
                    self.run.ratings[key] = self.run.ratings_of(entry)
                except AgreementInputError:
                    continue
        place = [":".join(pair) for pair in self.run.pairs].index(name)
        return self.run.largest_of(self.run.entries, place)


def _slice_of(unit: Unit, number: int) -> Any:
    from rating.agreement.resampling.slices import SliceDone, only_slice

    try:
        with only_slice(number, N_SLICES):
            unit.compute()
    except SliceDone as done:
        return done.sums
    # Nothing was relabelled: too few raters, or groups without an item in common.
    return None


def _with_slices(unit: Unit, part: AnalysisPart) -> Any:
    import numpy as np

    from rating.agreement.analysis.packed import unpack
    from rating.agreement.resampling.slices import known_slices

    if part.stage == FIRST:
        return unit.compute()
    named = [f"{SLICE}:{number}:{unit.name}" for number in range(N_SLICES)]
    rows = AnalysisPart.objects.filter(analysis=part.analysis_id, question=part.question, name__in=named)
    stored = dict(rows.exclude(result=None).values_list("name", "result"))
    slices = [unpack(bytes(stored[name] or b"")) for name in named if name in stored]
    if len(slices) < N_SLICES or any(piece is None for piece in slices):
        return unit.compute()
    with known_slices(np.concatenate(slices)):
        return unit.compute()


def _lay_out(analysis: Analysis, bench: _Bench, source: str) -> None:
    """The rows of all pieces; those of an attempt that died are kept, finished or not."""
    parts = AnalysisPart.objects.filter(analysis=analysis)
    parts.exclude(source=source).delete()
    if parts.exists():
        return
    wanted = [
        AnalysisPart(analysis=analysis, position=position, source=source, **one)
        for position, one in enumerate(_wanted(bench))
    ]
    AnalysisPart.objects.bulk_create(wanted, ignore_conflicts=True)


def _wanted(bench: _Bench) -> Iterator[dict[str, Any]]:
    """What is said of each piece; the longest first, lest one begins when all else is done."""
    from rating.agreement import AgreementInputError
    from rating.agreement.analysis.units import AT_HOME

    for pair in bench.run.pairs:
        yield {"question": FAMILIES, "name": ":".join(pair), "weight": FAMILY_WEIGHT}
    for entry in bench.run.entries:
        try:
            units = bench.laid_out(entry["key"]) if entry["key"] in bench.run.frames else {}
        except AgreementInputError:
            continue
        for unit in sorted(units.values(), key=lambda unit: -unit.weight):
            if unit.part not in AT_HOME:
                yield from _of_unit(entry["key"], unit, bench.run.options.n_permutations)


def _of_unit(question: str, unit: Unit, n_relabellings: int) -> Iterator[dict[str, Any]]:
    if not unit.is_relabelled or n_relabellings < SLICED_FROM:
        yield {"question": question, "name": unit.name, "weight": unit.weight}
        return
    for number in range(N_SLICES):
        yield {"question": question, "name": f"{SLICE}:{number}:{unit.name}"}
    yield {"question": question, "name": unit.name, "weight": unit.weight, "stage": LAST}


def _tell(parts: QuerySet[AnalysisPart], n_waiting: int, tell: Tell) -> None:
    done = parts.filter(finished_at__isnull=False).aggregate(weight=Sum("weight"))["weight"] or 0
    whole = parts.aggregate(weight=Sum("weight"))["weight"] or 1
    tell(done / whole, f"Computing: {n_waiting} pieces to go")


def _free(parts: QuerySet[AnalysisPart], max_attempts: int | None = None) -> QuerySet[AnalysisPart]:
    """Unfinished pieces that nobody holds and whose slices are there."""
    free = parts.filter(finished_at__isnull=True)
    free = free.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=Now()))
    before = AnalysisPart.objects.filter(
        analysis=OuterRef("analysis"),
        question=OuterRef("question"),
        stage__lt=OuterRef("stage"),
        finished_at__isnull=True,
    )
    free = free.filter(~Exists(before))
    return free if max_attempts is None else free.filter(n_attempts__lt=max_attempts)


def _take(
    parts: QuerySet[AnalysisPart], question: str, max_attempts: int | None = None
) -> AnalysisPart | None:
    """Claim a free piece, one of the question at hand before others; None when there is none."""
    free = _free(parts, max_attempts)
    at_hand = models.Case(models.When(question=question, then=0), default=1)
    for part in free.defer("result").order_by(at_hand, "position")[: 2 * MAX_HELPERS]:
        part.claim = secrets.token_hex(8)
        # A conditional update of one row: of two workers that see it free one changes it.
        claimed = {"claim": part.claim, "claimed_until": _until(), "n_attempts": F("n_attempts") + 1}
        if free.filter(pk=part.pk).update(**claimed):
            return part
    return None


def _until() -> models.ExpressionWrapper[CombinedExpression]:
    return models.ExpressionWrapper(Now() + HELD, output_field=models.DateTimeField())


def _work(part: AnalysisPart, bench: _Bench) -> None:
    """Compute a piece and store it, unless it was taken from us meanwhile."""
    from rating.agreement import AgreementInputError
    from rating.agreement.analysis.packed import pack

    mine = AnalysisPart.objects.filter(pk=part.pk, claim=part.claim, finished_at__isnull=True)
    result = None
    with warnings.catch_warnings(record=True) as caught, pulse(lambda: mine.update(claimed_until=_until())):
        warnings.simplefilter("always")
        try:
            result = pack(bench.compute(part))
        except AgreementInputError:
            # Left unknown: whoever puts the result together meets it again and says it in words.
            pass
        except Exception:
            mine.update(claimed_until=None)
            raise
    told = [{"kind": "warning", "question": part.question, "text": str(w.message)} for w in caught]
    mine.update(result=result, log=told, finished_at=Now())


def _gathered(parts: QuerySet[AnalysisPart]) -> tuple[Known, list[Any]]:
    from rating.agreement.analysis.packed import unpack

    known: Known = {}
    told: list[Any] = []
    for part in parts.exclude(name__startswith=f"{SLICE}:").order_by("position").iterator(20):
        told += part.log
        if part.result is not None:
            known.setdefault(part.question, {})[part.name] = unpack(bytes(part.result))
    return known, told

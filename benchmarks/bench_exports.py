"""Time exports of a large study beside the database's own COPY: `python -m benchmarks.bench_exports`.

For an empty, migrated PostgreSQL database of its own (DATABASE_URL), whose user may switch triggers off. It
makes a study of 1,000,000 ratings of four questions each unless --ratings says otherwise, straight in the
database. Each format is then written in a process of its own; its memory is what it takes above that of the
process before, which has loaded what an idle worker has. On a shared machine ratios and processor time say
something: COPY of the same rows runs before and after each format, and the ratio is to the mean of both. The
database's own processor time is read from /proc where it runs on the same machine; its helping processes are
not in it, so they are switched off here. "documents" is what goes into every export beside its data.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402 (after setup)
from django.utils import timezone  # noqa: E402

from annotation.models import (  # noqa: E402
    Conversation,
    Group,
    Item,
    Level,
    Plan,
    Question,
    Rater,
    Rubric,
    RubricVersion,
    Scale,
    Study,
)
from benchmarks.export_texts import add_texts  # noqa: E402
from rating.queries.exports import ExportScope, export_scope  # noqa: E402
from rating.services.export_formats import FORMATS  # noqa: E402
from rating.services.export_formats.registered import ExportSource  # noqa: E402
from rating.services.export_packing import pack, write_documents, write_members  # noqa: E402

SOURCE_KEY = "benchmark-of-exports"
QUESTIONS = ("warmth", "help", "safety", "trust")
# Which rater and what value, in SQL.
RATER, VALUE = "n / {items}", "(s.number * 7 + q.position) % {levels} + 1"
N_LEVELS, N_RATERS, N_ITEMS, BATCH = 5, 90, 20_000, 2_000
DEFAULT = ("csv-long", "csv-wide", "jsonl", "parquet", "parquet-wide", "spss", "stata")
_PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 2**20

# Codes are numbers here: random ones would take longer to make than the ratings.
ROWS = """
INSERT INTO annotation_slot (code, created_at, plan_id, item_id, group_id, rubric_version_id, purpose, number,
    occurrence, random_key, is_shared, needs, state, rater_id)
SELECT 's' || lpad(({plan} * 10000000 + n)::text, 11, '0'), now(), {plan}, i.first + n % {items},
    t.group_id, {version}, 'quota', n, 1, 0, true, '', 'done', t.id FROM generate_series(0, {ratings} - 1) n
    CROSS JOIN (SELECT min(id) AS first FROM annotation_item WHERE study_id = {study}) i
    CROSS JOIN (SELECT min(id) AS first FROM annotation_rater WHERE study_id = {study}) f
    JOIN annotation_rater t ON t.id = f.first + ({rater}) % {raters};
INSERT INTO rating_rating (code, created_at, slot_id, rater_id, rubric_version_id, revision, client_id,
    comment, active_ms, question_ms, submitted_at)
SELECT 'a' || substr(code, 2), now(), id, rater_id, {version}, 1, gen_random_uuid(), '',
    30000 + number % 9999, jsonb_build_object('warmth', jsonb_build_object('item', 4000 + number % 997)),
    now() - number * interval '1 second' FROM annotation_slot WHERE plan_id = {plan} ORDER BY id;
INSERT INTO rating_answer (rating_id, question_id, target, part, perspective, level_id, value, is_exception,
    missing, text)
SELECT r.id, q.id, 'item', '', 'self', l.id, l.value, false, '', ''
FROM rating_rating r JOIN annotation_slot s ON s.id = r.slot_id AND s.plan_id = {plan}
    CROSS JOIN annotation_question q
    JOIN annotation_level l ON l.scale_id = q.scale_id
        AND l.value = {value}
WHERE q.version_id = {version} ORDER BY r.id, q.position;
INSERT INTO rating_currentrating (slot_id, rating_id)
SELECT r.slot_id, r.id FROM rating_rating r JOIN annotation_slot s ON s.id = r.slot_id AND s.plan_id = {plan};
"""

# The rows of the long CSV file, joined, chosen and ordered by the database alone.
COPY = """
COPY (SELECT r.code, i.external_id, c.external_id, t.pseudonym, g.key, p.stage, s.purpose, s.occurrence,
    b.key, v.number, r.revision, true,
    to_char(r.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    r.active_ms, '', q.key, a.target, a.part, a.perspective, a.value, l.label, '', '', a.missing,
    a.text <> '', a.is_exception, a.confidence, r.question_ms -> q.key ->> a.target
FROM rating_answer a JOIN rating_rating r ON r.id = a.rating_id JOIN annotation_slot s ON s.id = r.slot_id
    JOIN annotation_item i ON i.id = s.item_id JOIN annotation_conversation c ON c.id = i.conversation_id
    JOIN annotation_plan p ON p.id = s.plan_id JOIN annotation_rater t ON t.id = r.rater_id
    JOIN annotation_group g ON g.id = t.group_id JOIN annotation_question q ON q.id = a.question_id
    JOIN annotation_rubricversion v ON v.id = r.rubric_version_id
    JOIN annotation_rubric b ON b.id = v.rubric_id
    LEFT JOIN annotation_level l ON l.id = a.level_id
WHERE p.study_id = {study} AND p.stage = 'main' AND s.purpose IN ('quota', 'surplus')
    AND NOT EXISTS (SELECT 1 FROM rating_rating n WHERE n.slot_id = r.slot_id AND n.revision > r.revision)
ORDER BY r.id) TO STDOUT (FORMAT csv)
"""


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


@dataclass(frozen=True)
class Shape:
    """What a study to be timed is made of. `rater` and `value` are SQL."""

    source_key: str = SOURCE_KEY
    questions: tuple[str, ...] = QUESTIONS
    n_raters: int = N_RATERS
    n_items: int = N_ITEMS
    rater: str = RATER
    value: str = VALUE


def make_study(n_ratings: int, shape: Shape = Shape()) -> Study:
    """The study of a benchmark, made once, without the database's rules: they check row by row."""
    made = Study.objects.filter(source_key=shape.source_key, title=str(n_ratings)).first()
    if made is not None:
        return made
    study = Study.objects.create(title=str(n_ratings), source_key=shape.source_key)
    for place, key in enumerate(("peer", "clinician", "patient"), start=1):
        Group.objects.create(study=study, key=key, name=key, position=place)
    rubric = Rubric.objects.create(study=study, key="bench", name="Bench")
    version = RubricVersion.objects.create(rubric=rubric, number=1)
    scale = Scale.objects.create(version=version, key="five", measurement="ordinal")
    for value in range(1, N_LEVELS + 1):
        Level.objects.create(scale=scale, value=value, label=f"Level {value}")
    for place, key in enumerate(shape.questions, start=1):
        what = {"key": key, "position": place, "kind": "scale", "target": "item", "text": f"How {key}?"}
        Question.objects.create(version=version, scale=scale, **what)
    plan = Plan.objects.create(study=study, stage="main", rubric_version=version, seed=1)
    _make_items_and_raters(study, shape)
    numbers = {"study": study.pk, "version": version.pk, "plan": plan.pk, "ratings": n_ratings}
    numbers |= {"items": shape.n_items, "raters": shape.n_raters, "levels": N_LEVELS}
    places = {"rater": shape.rater.format(**numbers), "value": shape.value.format(**numbers)}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(ROWS.format(**numbers, **places))
        cursor.execute("RESET session_replication_role")
        cursor.execute("ANALYZE")
    return study


def _make_items_and_raters(study: Study, shape: Shape) -> None:
    talks = [Conversation(study=study, external_id=f"conversation-{n}") for n in range(shape.n_items)]
    Conversation.objects.bulk_create(talks, BATCH)
    items = [Item(study=study, conversation=talk, external_id=f"item-{talk.pk}") for talk in talks]
    Item.objects.bulk_create(items, BATCH)
    groups = list(Group.objects.filter(study=study))
    Rater.objects.bulk_create(
        Rater(study=study, group=group, pseudonym=f"{group.key[:3].upper()}-{n:06d}")
        for n, group in zip(range(shape.n_raters), groups * shape.n_raters, strict=False)
    )


def copy_seconds(study: Study, folder: Path) -> float:
    """The database's own way, into a file."""
    start = perf_counter()
    connection.ensure_connection()
    raw = connection.connection.cursor()
    with raw, (folder / "copy.csv").open("wb") as file, raw.copy(COPY.format(study=study.pk)) as blocks:
        for block in blocks:
            file.write(block)
    (folder / "copy.csv").unlink()
    return perf_counter() - start


def database_seconds() -> float:
    """Processor seconds that the database has spent on this connection; 0 where it runs elsewhere."""
    connection.ensure_connection()
    path = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not path.exists():
        return 0.0
    user, system = path.read_text(encoding="ascii").rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measured(work: Callable[[], object]) -> tuple[float, float, float, float]:
    """Seconds by the clock, of this process and of the database, and the most memory above that at the start,
    in megabytes."""
    before, peak, is_done = resident(), resident(), threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_done.wait(0.02):
            peak = max(peak, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    database = database_seconds()
    start, busy = perf_counter(), process_time()
    try:
        work()
    finally:
        seconds, busy = perf_counter() - start, process_time() - busy
        is_done.set()
        watcher.join()
    return seconds, busy, database_seconds() - database, (peak - before) / MB


def in_own_process(key: str, n_ratings: int) -> tuple[float, float, float, float]:
    """A process that has loaded what an idle worker has, and then writes one format."""
    alone = os.environ | {"PGOPTIONS": "-c max_parallel_workers_per_gather=0"}
    command = [sys.executable, "-m", "benchmarks.bench_exports", "--one", key, "--ratings", str(n_ratings)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=alone)  # noqa: S603 (ourselves)
    seconds, busy, database, megabytes = map(float, done.stdout.split()[-4:])
    return seconds, busy, database, megabytes


def write_format(key: str, scope: ExportScope, folder: Path) -> None:
    """The data files of a format; "key+zip": the whole export, as a worker makes it; "documents"."""
    form, source = FORMATS[key.removesuffix("+zip").replace("documents", "csv-long")], ExportSource(scope)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data = Path(place) / "data"
        data.mkdir()
        now = timezone.now()
        if key == "documents":
            write_documents(source, form, data, now)
        elif key.endswith("+zip"):
            write_members(source, form, data, now)
            pack(data, Path(place) / "export.zip", now)
        else:
            form.write(source, data)


def write_one(key: str, n_ratings: int) -> None:
    """For a process of its own: print seconds, processor seconds and megabytes."""
    study = Study.objects.get(source_key=SOURCE_KEY, title=str(n_ratings))
    scope = export_scope(study, stage="main", is_current_only=True)
    with tempfile.TemporaryDirectory() as folder:
        print(*measured(lambda: write_format(key, scope, Path(folder))))


def compare(n_ratings: int, formats: list[str]) -> None:
    """Each format between two runs of COPY."""
    study = make_study(n_ratings)
    n = n_ratings * len(QUESTIONS)
    print(f"{n_ratings} ratings, {n} answers; load average {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        before = copy_seconds(study, Path(folder))
        print(f"{'COPY TO':14} {before:7.1f} s {n / before:9.0f} answers/s", flush=True)
        for key in formats:
            seconds, busy, database, peak = in_own_process(key, n_ratings)
            after = copy_seconds(study, Path(folder))
            ratio = (before + after) / 2 / seconds
            speed = f"{seconds:7.1f} s {n / seconds:9.0f} answers/s, {ratio:5.2f} of COPY"
            spent = f"{busy:6.1f} s processor, {database:.1f} s of the database"
            print(f"{key:14} {speed}; {spent}; {peak:4.0f} MB; COPY {after:.1f} s", flush=True)
            before = after
    print(f"load average {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--formats", nargs="+", default=[*DEFAULT, "csv-long+zip"])
    parser.add_argument("--texts", action="store_true", help="the study has texts, comments, passages, times")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit(
            "Name an empty PostgreSQL database in DATABASE_URL: SQLite has no COPY to compare with."
        )
    if options.texts:
        add_texts(make_study(options.ratings))
    if options.one:
        write_one(options.one, options.ratings)
    else:
        compare(options.ratings, options.formats)


if __name__ == "__main__":
    main()

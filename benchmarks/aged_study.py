"""Fill a PostgreSQL database as years of work would: one large study beside the demo, straight by SQL.

The database's rules are off meanwhile: they check row by row. Sizes follow from the number of ratings, so
that a database a hundredth as large comes from the same code and each rater has as much behind them in both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from annotation import models as m
from annotation.services import people, rubrics, safeguarding, studies
from annotation.services.stage_summaries import tend_summaries
from annotation.services.study_summaries import tend_study_summaries
from benchmarks import aged_desk
from benchmarks.aged_rows import ITEM, RATER, USER, code, insert
from rating import models as r
from rating.services.analyses import run_analysis
from rating.services.demo_content import read_document
from rating.services.demo_study import load_demo_study, start_demo_report

GROUPS = {"peer": "Peer supporters", "clinician": "Clinicians", "patient": "Patients"}
PER_ITEM = 4
SCALES = 5
SOURCE_KEY = "aged"


@dataclass(frozen=True)
class Sizes:
    """What a database holds, in the proportions of the target: 1,000,000 ratings with 5,000,000 events."""

    ratings: int

    @property
    def items(self) -> int:
        return self.ratings // 10

    @property
    def raters(self) -> int:
        """A multiple of the groups, so that each rater has rated as much."""
        return max(1, self.ratings // 200 // len(GROUPS)) * len(GROUPS)

    @property
    def events(self) -> int:
        return self.ratings * 5


def tidy_up() -> None:
    """Rules on again, counters of keys behind what was written with its keys, statistics for the planner."""
    with connection.cursor() as cursor:
        cursor.execute("RESET session_replication_role")
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'id' "
            # In a CASE: conditions beside each other are asked in whatever order the planner likes.
            "AND CASE WHEN table_schema = 'public' THEN pg_get_serial_sequence(table_name, 'id') END <> ''"
        )
        for (table,) in cursor.fetchall():
            highest = f"(SELECT greatest(1, max(id)) FROM {table})"  # noqa: S608 (names of our own tables)
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {highest})")
        cursor.execute("VACUUM ANALYZE")


class Filler:
    """Everything of one large study, table by table."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.owner = m.User.objects.get(username="owner")
        self.study = studies.create_study(
            actor=self.owner,
            title="Ten years of one line",
            purpose="How replies read over the years.",
            support_title="Someone to talk to",
            support_text="Ask for the study's support person.",
        )
        m.Study.objects.filter(pk=self.study.pk).update(source_key=SOURCE_KEY, state=m.Study.State.OPEN)

    def fill(self) -> None:
        self._describe()
        aged_desk.join_team(self)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
        for step in (*self._work(), self._people, self._papers, self._desk):
            begun = timezone.now()
            step()
            print(f"{step.__name__[1:]:10} {(timezone.now() - begun).total_seconds():7.1f} s", flush=True)
        tidy_up()

    def _work(self) -> tuple[Callable[[], None], ...]:
        return (self._items, self._raters, self._slots, self._checks, self._ratings, self._trail)

    def _checks(self) -> None:
        aged_desk.plan_checks(self)

    def _desk(self) -> None:
        aged_desk.divide_among_sites(self)
        aged_desk.gather_files(self)
        aged_desk.gather_requests(self)

    def _describe(self) -> None:
        study, owner = self.study, self.owner
        for key, name in GROUPS.items():
            studies.add_group(study, actor=owner, key=key, name=name, singular=name.removesuffix("s"))
        self.consent = studies.publish_consent(study, actor=owner, title="Taking part", body="You may stop.")
        lead = {"name": "Lead", "hours": "9 to 17", "contacts": "Door 4", "response_time": "four hours"}
        safeguarding.name_lead(study, actor=owner, **lead)
        for name in ("coordinator", "researcher"):
            user = m.User.objects.get(username=name)
            people.add_member(study, actor=owner, user=user, roles=[m.Role(name)])
        version = rubrics.load_rubric(study, read_document().rubric, actor=owner)
        self.version = rubrics.publish_rubric(version, actor=owner)
        self.plan = m.Plan.objects.create(
            study=study, rubric_version=self.version, stage="main", state="open", seed=7
        )
        m.Plan.objects.filter(pk=self.plan.pk).update(created_at=timezone.now() - timedelta(days=200))
        self.groups = list(m.Group.objects.filter(study=study))
        for group in self.groups:
            m.PlanQuota.objects.create(plan=self.plan, group=group, per_item=PER_ITEM)
        self.factor = m.Factor.objects.create(study=study, key="topic", name="Topic", is_hidden=False)

    def _items(self) -> None:
        study, n = self.study.pk, self.sizes.items
        numbers = f"FROM generate_series(1, {n}) n"
        own = {"id": f"{ITEM} + n", "study_id": f"{study}"}
        insert(m.Conversation, numbers, own | {"code": code("c", "n"), "external_id": "'talk-' || n"})
        words = "repeat('I cannot sleep again and nobody answers. ', 15) || md5(n::text)"
        for place, speaker in ((1, "supporter"), (2, "seeker")):
            turn = {"conversation_id": f"{ITEM} + n", "position": f"{place}", "speaker": f"'{speaker}'"}
            insert(m.Turn, numbers, turn | {"text": words})
        item = own | {"conversation_id": f"{ITEM} + n", "position": "n", "is_heavy": "n % 50 = 0"}
        insert(m.Item, numbers, item | {"code": code("i", "n"), "external_id": "'item-' || n"})
        reply = {"id": f"{ITEM} + n", "item_id": f"{ITEM} + n", "code": code("r", "n")}
        words = "repeat('That sounds tiring; what is it like for you? ', 26) || md5(n::text)"
        insert(m.Response, numbers, reply | {"text": words})
        source = {"response_id": f"{ITEM} + n", "kind": "'ai'", "name": "'model-' || n % 5"}
        insert(m.ResponseSource, numbers, source)
        value = {"item_id": f"{ITEM} + n", "factor_id": f"{self.factor.pk}", "value": "'topic ' || n % 12"}
        insert(m.ItemFactor, numbers, value)

    def _raters(self) -> None:
        study, numbers = self.study.pk, f"FROM generate_series(0, {self.sizes.raters - 1}) n"
        login = {"id": f"{USER} + n", "username": "'aged-' || n", "password": "'!'"}
        insert(m.User, numbers, login | {"date_joined": "now()"})
        own = {"id": f"{RATER} + n", "study_id": f"{study}", "created_at": "now() - interval '190 days'"}
        insert(m.Member, numbers, own | {"code": code("m", "n"), "user_id": f"{USER} + n"})
        insert(m.RoleGrant, numbers, {"member_id": f"{RATER} + n", "role": "'rater'"})
        keys = ",".join(str(group.pk) for group in self.groups)
        rater = own | {"code": code("t", "n"), "member_id": f"{RATER} + n", "pseudonym": "'R-' || n"}
        insert(m.Rater, numbers, rater | {"group_id": f"(ARRAY[{keys}])[n % {len(GROUPS)} + 1]"})
        rater_id = {"rater_id": f"{RATER} + n"}
        given = {"version_id": f"{self.consent.pk}", "given_at": "now() - interval '180 days'"}
        insert(m.Consent, numbers, rater_id | given)
        cursor = {"plan_id": f"{self.plan.pk}", "offset": "0", "n_served": "200"}
        insert(m.QueueCursor, numbers, rater_id | cursor)

    def _slots(self) -> None:
        """Per item and group so many; five in six are done, and a few of the rest in somebody's hands."""
        items, n = self.sizes.items, self.sizes.items * len(GROUPS) * PER_ITEM
        each = self.sizes.raters // len(GROUPS)
        keys = ",".join(str(group.pk) for group in self.groups)
        # Slot n: round n / items (its group and number) of item n % items; every rater meets an item once.
        rows = (
            f"FROM (SELECT n, n % {items} AS item, n / {items} AS round "  # noqa: S608 (numbers of ours)
            f"FROM generate_series(0, {n - 1}) n) s "
            f"CROSS JOIN LATERAL (SELECT round % {len(GROUPS)} AS place, round / {len(GROUPS)} AS number) g "
            f"CROSS JOIN LATERAL (SELECT n < {self.sizes.ratings} AS is_done, "
            f"n >= {self.sizes.ratings} AND n < {self.sizes.ratings + each} AS is_held) d"
        )
        mine = f"{RATER} + ((item + number * 7) % {each}) * {len(GROUPS)} + place"
        at = f"now() - (item::float / {items} * 150 + number) * interval '1 day'"
        insert(
            m.Slot,
            rows,
            {
                "id": "n + 1000000",
                "code": code("s", "n"),
                "plan_id": f"{self.plan.pk}",
                "item_id": f"{ITEM} + item + 1",
                "group_id": f"(ARRAY[{keys}])[place + 1]",
                "rubric_version_id": f"{self.version.pk}",
                "number": "number + 1",
                "random_key": "hashint4(item::int)::bigint + 2147483648 >> 1",
                "state": "CASE WHEN is_done THEN 'done' WHEN is_held THEN 'claimed' ELSE 'open' END",
                "rater_id": f"CASE WHEN is_done OR is_held THEN {mine} END",
                "claimed_at": "CASE WHEN is_held THEN now() END",
                "claim_expires_at": "CASE WHEN is_held THEN now() + interval '9 days' END",
                "completed_at": f"CASE WHEN is_done THEN {at} END",
            },
        )

    def _ratings(self) -> None:
        done = f"FROM annotation_slot WHERE plan_id = {self.plan.pk} AND state = 'done'"
        version = {"rubric_version_id": f"{self.version.pk}"}
        own = {"id": "id", "slot_id": "id", "rater_id": "rater_id"} | version
        shown = {"position": "1", "shown_at": "completed_at", "response_order": "'[1]'"}
        insert(r.Presentation, done, own | shown | {"code": code("p", "id")})
        given = {
            "submitted_at": "completed_at",
            "client_id": "gen_random_uuid()",
            "active_ms": "30000 + id % 9999",
        }
        given |= {
            "presentation_id": "id",
            "comment": "CASE WHEN id % 20 = 0 THEN 'It reads well.' ELSE '' END",
        }
        insert(r.Rating, done, own | given | {"code": code("a", "id")})
        insert(r.CurrentRating, done, {"slot_id": "id", "rating_id": "id"})
        answers = (
            "FROM rating_rating a JOIN annotation_slot s ON s.id = a.slot_id "  # noqa: S608 (numbers of ours)
            f"AND s.plan_id = {self.plan.pk} CROSS JOIN (SELECT * FROM annotation_question "
            f"WHERE version_id = {self.version.pk} AND kind = 'scale' ORDER BY position LIMIT {SCALES}) q "
            "JOIN annotation_level l ON l.scale_id = q.scale_id AND l.value = (a.id * 7 + q.position) % 5 + 1"
        )
        values = {"level_id": "l.id", "value": "l.value", "target": "'response:1'"}
        insert(r.Answer, answers, values | {"rating_id": "a.id", "question_id": "q.id"})

    def _trail(self) -> None:
        """Nearly all events are claims and ratings; one in a hundred is a deed of the team or a rater."""
        n, raters = self.sizes.events, self.sizes.raters
        numbers = f"FROM generate_series(1, {n}) n"
        kinds = "CASE n % 400 WHEN 0 THEN 'problem.reported' WHEN 1 THEN 'consent.changed' "
        kinds += "WHEN 2 THEN 'item.added' WHEN 3 THEN 'invitation.created' "
        kinds += "ELSE (ARRAY['slot.claimed', 'rating.submitted', 'slot.released'])[n % 3 + 1] END"
        staff = f"CASE WHEN n % 400 IN (2, 3) THEN {self.owner.pk} ELSE {USER} + n % {raters} END"
        at = f"now() - ({n} - n)::float / {n} * interval '170 days'"
        event = {
            "id": "1000000 + n",
            "code": code("e", "n"),
            "study_id": f"{self.study.pk}",
            "actor_id": staff,
        }
        event |= {"kind": kinds, "object_kind": "'slot'", "object_code": code("s", "n % 1000000")}
        insert(
            m.AuditEvent, numbers, event | {"commitment": "md5(n::text) || md5(n::text)", "created_at": at}
        )
        payload = {"event_id": "1000000 + n", "salt": "md5(n::text)", "data": "'{\"version\": 1}'"}
        insert(m.AuditPayload, numbers, payload)
        seal = {
            "event_id": "1000000 + n",
            "study_id": f"{self.study.pk}",
            "number": "n",
            "sealed_at": "now()",
        }
        insert(m.AuditSeal, numbers, seal | {"digest": "md5(n::text) || md5(n::text)"})
        access = {"study_code": f"'{self.study.code}'", "user_id": f"{self.owner.pk}", "what": "'people'"}
        few = f"FROM generate_series(1, {n // 50}) n"
        insert(m.AccessEvent, few, access | {"way": "'page'", "at": "now() - n * interval '1 minute'"})

    def _people(self) -> None:
        """What gathers around raters: passes, reports, invitations, check-ins, breaks."""
        study, raters, owner = f"{self.study.pk}", self.sizes.raters, f"{self.owner.pk}"
        each = f"FROM generate_series(0, {raters - 1}) n"
        item = f"{ITEM} + 1 + n % {self.sizes.items}"
        whose = {"rater_id": f"{RATER} + n"}
        insert(m.Pass, each, whose | {"plan_id": f"{self.plan.pk}", "item_id": item, "passed_at": "now()"})
        report = whose | {"study_id": study, "item_id": item, "text": "'The reply is cut off.'"}
        state = "CASE WHEN n % 10 = 0 THEN 'open' ELSE 'answered' END"
        insert(m.ProblemReport, each, report | {"code": code("b", "n"), "state": state})
        link = {"study_id": study, "group_id": f"{self.groups[0].pk}", "created_by_id": owner}
        link |= {"token_digest": "md5(n::text) || md5(n::text)", "expires_at": "now()", "n_uses": "1"}
        insert(m.Invitation, each, link | {"code": code("v", "n")})
        check = {"value": "n % 90", "is_above": "n % 9 = 0", "answered_at": "now() - interval '20 days'"}
        insert(m.CheckIn, each, whose | check)
        seen = {"n_since_checkin": "3", "began_at": "now() - interval '1 day'"}
        insert(m.Exposure, each, whose | seen | {"last_at": "now() - interval '1 day'"})
        insert(
            m.Pause,
            f"{each} WHERE n % 5 = 0",
            whose | {"began_at": "now() - interval '3 days'", "ended_at": "now() - interval '1 days'"},
        )

    def _papers(self) -> None:
        """What gathers on the team's desk: messages, logs, incidents, jobs, second looks, adjudications."""
        study, raters, owner = f"{self.study.pk}", self.sizes.raters, f"{self.owner.pk}"
        each, whose = f"FROM generate_series(0, {raters - 1}) n", {"rater_id": f"{RATER} + n"}
        message = {"id": "n + 1", "study_id": study, "subject": "'A word'", "body": "'We miss you.'"}
        insert(m.RaterMessage, each, message | {"code": code("g", "n"), "sent_by_id": owner})
        insert(m.MessageCopy, each, whose | {"message_id": "n + 1", "mailed_at": "now()"})
        log = {"study_id": study, "kind": "'deviation'", "number": "n + 1", "happened_on": "now()"}
        log |= {"text": "'Something went otherwise.'", "reason": "'A storm.'", "written_by_id": owner}
        insert(m.LogEntry, each, log | {"code": code("l", "n")})
        incident = {"study_id": study, "number": "n + 1", "opened_by_id": owner, "code": code("d", "n")}
        insert(m.Incident, each, incident)
        job = {
            "study_id": study,
            "kind": "'rating.tasks.write_export'",
            "state": "'done'",
            "code": code("j", "n"),
        }
        insert(m.Job, each, job | {"queued_at": "now()"})
        look = {"rating_id": "id", "reason": "'Please look again.'", "asked_by_id": owner}
        look |= {"asked_at": "now()", "code": code("k", "id")}
        insert(r.SecondLook, "FROM rating_rating WHERE id % 200 = 1 AND id BETWEEN 1000000 AND 9999999", look)
        given_up = {"plan_id": f"{self.plan.pk}", "as_group_id": f"{self.groups[0].pk}", "added_by_id": owner}
        item = f"{ITEM} + 1 + n % {self.sizes.items}"
        insert(r.Adjudication, each, given_up | {"item_id": item, "code": code("q", "n")})


def count_by_scheduler() -> None:
    """What pages of large studies rest on, counted now as the scheduler counts it every few minutes."""
    tend_summaries(now=timezone.now())
    tend_study_summaries(now=timezone.now())


def fill_database(n_ratings: int) -> None:
    """The demo with its report, and the large study."""
    if connection.vendor != "postgresql":
        raise SystemExit("Name a PostgreSQL database of its own in DATABASE_URL.")
    call_command("migrate", verbosity=0)
    demo = load_demo_study()
    analysis = start_demo_report(demo)
    if analysis.finished_at is None:
        run_analysis(analysis, actor=None, tell=lambda _share, _words: None)
        m.Job.objects.filter(study=demo).update(state=m.Job.State.DONE)
    if n_ratings:
        Filler(Sizes(n_ratings)).fill()

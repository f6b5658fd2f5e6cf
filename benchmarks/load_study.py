"""An open study of any size with sixteen raters, written straight into an empty, migrated database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

if TYPE_CHECKING:
    from annotation.models import Plan, RubricVersion, Study, User

N_RATERS = 16
SCALES = ("warmth", "understanding", "help", "safety", "trust")
LEVELS = ("not at all", "a little", "somewhat", "much", "very much")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SEEKER = "I have been lying awake since three and keep going over what I said to them. "
SUPPORTER = "That sounds like a long night. What would it be like to put it down for now? "
# Of one item: three turns of 400 characters and a reply of 600.
TURN, REPLY = 400, 600
# Codes are numbers here: random ones would take longer to make than the rows.
BASE = 100_000_000_000
CHUNK = 50_000

_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT CAST({low} AS bigint) "
    "UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {high})"
)
_CODE = f"CAST({BASE} + {{base}} + n AS varchar)"
_CONVERSATIONS = """
INSERT INTO annotation_conversation (id, code, created_at, study_id, external_id, language, content_hash)
{numbers} SELECT {first} + n, {code}, CURRENT_TIMESTAMP, {study}, 'conversation-' || n, 'en', '' FROM numbers
"""
_ITEMS = """
INSERT INTO annotation_item (id, code, created_at, study_id, conversation_id, external_id, position, language,
    text_direction, has_text, is_heavy, content_notes, content_hash)
{numbers} SELECT {first} + n, {code}, CURRENT_TIMESTAMP, {study}, {first} + n, 'item-' || n, n + 1, 'en',
    'auto', {yes}, {no}, CAST('[]' AS {json}), '' FROM numbers
"""
_RESPONSES = """
INSERT INTO annotation_response (id, code, created_at, item_id, position, text)
{numbers} SELECT {first} + n, {code}, CURRENT_TIMESTAMP, {first} + n, 1, 'Reply ' || n || '. {reply}'
FROM numbers
"""
_TURNS = """
INSERT INTO annotation_turn (conversation_id, position, speaker, text)
{numbers} SELECT {first} + n, {position}, '{speaker}', 'Night ' || n || '. {words}' FROM numbers
"""
# An odd factor: every key once.
_SLOTS = """
INSERT INTO annotation_slot (code, created_at, plan_id, item_id, group_id, rubric_version_id, purpose, number,
    occurrence, random_key, is_shared, needs, state)
{numbers} SELECT {code}, CURRENT_TIMESTAMP, {plan}, {first} + n, {group}, {version}, 'quota', {number}, 1,
    CAST((n * 1640531527 + {plan}) % 2147483648 AS bigint), {yes}, '', 'open' FROM numbers
"""


def _filled(words: str, length: int) -> str:
    return (words * (length // len(words) + 1))[:length].strip()


@contextmanager
def _unchecked() -> Iterator[None]:
    """Rows of our own making need no look at each of their keys; only a superuser may go without."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            yield
            return
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        role = "replica" if cursor.fetchone()[0] else "origin"
        cursor.execute(f"SET session_replication_role = {role}; SET synchronous_commit = off")
        yield
        cursor.execute("RESET session_replication_role; RESET synchronous_commit")


class _Writer:
    """Rows in chunks, in SQL that both databases read."""

    def __init__(self, study: Study, plan: Plan, group: int, *, n_items: int, per_item: int) -> None:
        is_postgresql = connection.vendor == "postgresql"
        self.n_items, self.per_item = n_items, per_item
        self.names = {
            "study": study.pk,
            "plan": plan.pk,
            "group": group,
            "version": plan.rubric_version_id,
            # Studies of one database do not share keys.
            "first": study.pk * 10_000_000,
            "yes": "true" if is_postgresql else "1",
            "no": "false" if is_postgresql else "0",
            "json": "jsonb" if is_postgresql else "text",
            "reply": _filled(SUPPORTER, REPLY),
        }

    def write(self) -> None:
        with _unchecked():
            self._write_rows()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def _write_rows(self) -> None:
        for low in range(0, self.n_items, CHUNK):
            numbers = _NUMBERS.format(low=low, high=min(low + CHUNK, self.n_items))
            for statement in self._statements(numbers):
                with connection.cursor() as cursor:
                    cursor.execute(statement)

    def _code(self, place: int) -> str:
        return _CODE.format(base=(int(str(self.names["study"])) * 10 + place) * 10_000_000)

    def _statements(self, numbers: str) -> list[str]:
        names = self.names | {"numbers": numbers}
        made = [one.format(code=self._code(0), **names) for one in (_CONVERSATIONS, _ITEMS, _RESPONSES)]
        for position, speaker in enumerate(("seeker", "supporter", "seeker"), start=1):
            words = _filled(SEEKER if speaker == "seeker" else SUPPORTER, TURN)
            made.append(_TURNS.format(position=position, speaker=speaker, words=words, **names))
        quotas = range(1, self.per_item + 1)
        made += [_SLOTS.format(code=self._code(number), number=number, **names) for number in quotas]
        return made


def make_study(*, n_items: int, per_item: int = 1) -> tuple[Study, list[User]]:
    """The study, open, and the logins of its raters, who have agreed to its consent text."""
    from annotation.models import CareSettings, Group, Plan, Study, User
    from annotation.services import consent, people, safeguarding, studies

    owner, _ = User.objects.get_or_create(username="owner", defaults={"can_create_studies": True})
    study = studies.create_study(
        actor=owner,
        title=f"{n_items} items",
        purpose="Timing",
        support_title="Someone to talk to",
        support_text="Ask for the study's support person.",
    )
    studies.add_group(study, actor=owner, key="peer", name="Peer supporters", singular="Peer supporter")
    text = studies.publish_consent(study, actor=owner, title="Taking part", body="You may stop at any time.")
    lead = {"name": "Sia Guard", "hours": "weekdays", "contacts": "Door 4", "response_time": "four hours"}
    safeguarding.name_lead(study, actor=owner, **lead)
    # No check-in or break between the items: what is timed is the way from one item to the next.
    off = {"checkin_every": 0, "break_minutes": 0, "break_heavy_items": 0}
    CareSettings.objects.update_or_create(study=study, defaults=off)
    group = Group.objects.get(study=study)
    logins = []
    for number in range(N_RATERS):
        login, _ = User.objects.get_or_create(username=f"rater-{study.pk}-{number}")
        member = people.add_member(study, actor=owner, user=login, roles=["rater"])
        rater = people.add_rater(study, actor=owner, group=group, member=member)
        consent.give_consent(rater, text, actor=login)
        logins.append(login)
    plan = Plan.objects.create(
        study=study,
        rubric_version=_rubric(study, owner),
        stage="main",
        state="open",
        design="pool",
        seed=study.pk,
    )
    plan.quotas.create(group=group, per_item=per_item)
    _Writer(study, plan, group.pk, n_items=n_items, per_item=per_item).write()
    study.state = Study.State.OPEN
    study.save(update_fields=["state"])
    return study, logins


def _rubric(study: Study, owner: User) -> RubricVersion:
    """Five scales of five words each, asked about the reply."""
    from annotation.models import Level, Question, Rubric, RubricVersion, Scale
    from annotation.services.rubrics import publish_rubric

    rubric = Rubric.objects.create(study=study, key="load", name="Load")
    version = RubricVersion.objects.create(rubric=rubric, number=1, guidelines="Read, then answer.")
    scale = Scale.objects.create(version=version, key="five", measurement="ordinal")
    for value, label in enumerate(LEVELS, start=1):
        Level.objects.create(scale=scale, value=value, label=label)
    for place, key in enumerate(SCALES, start=1):
        what = {
            "key": key,
            "position": place,
            "kind": "scale",
            "target": "response",
            "text": f"How much {key}?",
        }
        Question.objects.create(version=version, scale=scale, **what)
    return publish_rubric(version, actor=owner)


def session_of(login: User) -> str:
    """A key of a session in which this login is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(login.pk), BACKEND
    store[HASH_SESSION_KEY] = login.get_session_auth_hash()
    store.set_expiry(timezone.now() + timedelta(days=1))
    store.create()
    return str(store.session_key)

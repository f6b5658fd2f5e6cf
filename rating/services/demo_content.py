"""What the demo studies consist of before anybody rates: logins, groups, people, conversations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password

from annotation.models import (
    Conversation,
    Factor,
    Group,
    Item,
    ItemFactor,
    Rater,
    Response,
    ResponseSource,
    RubricVersion,
    Study,
    Turn,
    User,
)
from annotation.queries.care import care_of
from annotation.services.care import update_care
from annotation.services.people import add_member, add_rater
from annotation.services.rubrics import load_rubric, publish_rubric
from annotation.services.safeguarding import name_lead
from annotation.services.studies import add_group, create_study, publish_consent
from rating.demonstration.model import FIXTURES

# Every fourth item, so that who tries the eight items meets a check-in.
CHECKIN_EVERY = 4
DEBRIEF = (
    "The conversations were invented for this demo. Some replies stand for a person's, some for a machine's; "
    "raters are not told which, so that they judge the words and not the writer."
)
# A login that has not agreed to anything yet: whoever looks at the demo can start as a new rater.
GUEST = "guest"


@dataclass(frozen=True)
class DemoDocument:
    """`study.json`, the conversations and the rubric pack, as they lie in `fixtures/`."""

    study: dict[str, Any]
    conversations: list[dict[str, Any]]
    rubric: dict[str, Any]

    @property
    def logins(self) -> dict[str, list[str]]:
        """Logins by role; raters of all groups under "rater"."""
        people = self.study["people"]
        raters = [name for names in people["rater"].values() for name in names]
        return {**{role: people[role] for role in people if role != "rater"}, "rater": [*raters, GUEST]}


def read_document() -> DemoDocument:
    def read(*parts: str) -> Any:
        return json.loads(FIXTURES.parent.joinpath(*parts).read_text(encoding="utf-8"))

    study = read("demo", "study.json")
    return DemoDocument(
        study=study,
        conversations=read("demo", study["conversations"])["conversations"],
        rubric=read("rubrics", f"{study['rubric']}.json"),
    )


def add_logins(document: DemoDocument, pass_phrase: str | None) -> dict[str, User]:
    """The demo's logins by name. Without a pass phrase nobody can sign in with them.

    Logins that exist are left as they are.
    """
    # Hashed once: 28 times the cost of a slow hash would be seconds of everybody's first start.
    password = make_password(pass_phrase)
    names = [name for names in document.logins.values() for name in names]
    owners = set(document.study["people"]["owner"])
    User.objects.bulk_create(
        (User(username=name, password=password, can_create_studies=name in owners) for name in names),
        ignore_conflicts=True,
    )
    return {user.username: user for user in User.objects.filter(username__in=names)}


def add_demo_study(document: DemoDocument, *, actor: User, key: str, title: str, purpose: str) -> Study:
    """A study of the demo in draft, with its groups and consent text."""
    study = create_study(
        actor=actor,
        title=title,
        purpose=purpose,
        notice=document.study["notice"],
        is_invented=True,
        support_title=document.study["support"]["title"],
        support_text=document.study["support"]["body"],
        source_key=key,
    )
    for body in document.study["groups"]:
        add_group(study, actor=actor, **body)
    consent = document.study["consent"]
    publish_consent(study, actor=actor, title=consent["title"], body=consent["body"])
    name_lead(study, actor=actor, **document.study["safeguarding"])
    _add_care(study, actor=actor)
    return study


def _add_care(study: Study, *, actor: User) -> None:
    usual = care_of(study)
    update_care(
        study,
        actor=actor,
        break_minutes=usual.break_minutes,
        break_heavy_items=usual.break_heavy_items,
        checkin_every=CHECKIN_EVERY,
        checkin_number=usual.checkin_number,
        retention_days=usual.retention_days,
        debrief=DEBRIEF,
    )


def add_rubric(study: Study, document: DemoDocument, *, actor: User) -> RubricVersion:
    return publish_rubric(load_rubric(study, document.rubric, actor=actor), actor=actor)


def add_staff(study: Study, document: DemoDocument, logins: Mapping[str, User], *, actor: User) -> None:
    for role in ("owner", "coordinator", "researcher"):
        for name in document.study["people"][role]:
            add_member(study, actor=actor, user=logins[name], roles=[role])


def add_raters(
    study: Study, people: Mapping[str, Iterable[str]], logins: Mapping[str, User], *, actor: User
) -> dict[str, Rater]:
    """Raters by login name. Pseudonyms count within the group, so that every load draws the same order."""
    groups = {group.key: group for group in Group.objects.filter(study=study)}
    raters = {}
    for key, names in people.items():
        for number, name in enumerate(names, start=1):
            member = add_member(study, actor=actor, user=logins[name], roles=["rater"])
            pseudonym = f"{key[:3].upper()}-{number:02d}"
            raters[name] = add_rater(
                study, actor=actor, group=groups[key], member=member, pseudonym=pseudonym
            )
    return raters


def add_items(study: Study, document: DemoDocument, conversations: list[dict[str, Any]]) -> dict[str, Item]:
    """Items by their key in the fixture, each with its conversation, reply, hidden source and factors."""
    factors = _add_factors(study, document)
    return {
        entry["id"]: _add_item(study, entry, position, factors)
        for position, entry in enumerate(conversations, start=1)
    }


def _add_factors(study: Study, document: DemoDocument) -> dict[str, Factor]:
    return {
        body["key"]: Factor.objects.get_or_create(
            study=study, key=body["key"], defaults={"name": body["name"], "is_hidden": True}
        )[0]
        for body in document.study["factors"]
    }


def _add_item(study: Study, entry: dict[str, Any], position: int, factors: Mapping[str, Factor]) -> Item:
    conversation = Conversation.objects.create(
        study=study, external_id=entry["id"], language=entry["language"]
    )
    Turn.objects.bulk_create(
        Turn(conversation=conversation, position=number, speaker=turn["speaker"], text=turn["text"])
        for number, turn in enumerate(entry["turns"], start=1)
    )
    item = Item.objects.create(
        study=study,
        conversation=conversation,
        external_id=entry["id"],
        position=position,
        language=entry["language"],
        is_heavy=entry["heavy"],
        content_notes=entry["content_notes"],
        content_hash=_content_hash(entry),
    )
    response = Response.objects.create(item=item, text=entry["response"]["text"])
    ResponseSource.objects.create(
        response=response, kind=entry["response"]["source"], name=entry["response"]["model"]
    )
    ItemFactor.objects.bulk_create(
        ItemFactor(item=item, factor=factors[key], value=value) for key, value in entry["factors"].items()
    )
    return item


def _content_hash(entry: dict[str, Any]) -> str:
    """SHA-256 over speakers, turns and reply: the same text has the same hash in every study."""
    parts = [*[f"{turn['speaker']}:{turn['text']}" for turn in entry["turns"]], entry["response"]["text"]]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

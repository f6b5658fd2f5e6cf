"""What else gathers in an old study: further roles, known items and hidden checks, files, messages, requests.

So much for each rater, so that a database a hundredth as large still fills a page of each list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from annotation import models as m
from annotation.services import people, sites
from benchmarks.aged_rows import ITEM, RATER, code, insert
from rating import models as r

if TYPE_CHECKING:
    from benchmarks.aged_study import Filler

# Logins of the roles that the demo has nobody for.
FURTHER = {"adjudicator": "aged-adjudicator", "safeguarding": "aged-safeguarding"}
BOUND = "aged-bound"
N_GOLD, GOLD_EACH, REPEAT_ONE_IN = 20, 5, 50
OWN_SLOTS, REPEATS = 20_000_000, 40_000_000


def join_team(filler: Filler) -> None:
    for role, name in FURTHER.items():
        user, _made = m.User.objects.get_or_create(username=name)
        people.add_member(filler.study, actor=filler.owner, user=user, roles=[m.Role(role)])


def divide_among_sites(filler: Filler) -> None:
    """Two sites with half the raters each, and a coordinator who sees those of one of them."""
    m.User.objects.get_or_create(username=BOUND)
    bound = people.add_member(
        filler.study, actor=filler.owner, user=m.User.objects.get(username=BOUND), roles=[m.Role.COORDINATOR]
    )
    for place, name in enumerate(("North", "South")):
        site = sites.add_site(filler.study, actor=filler.owner, name=name, key=name.lower())
        of_site = m.Rater.objects.filter(study=filler.study).annotate(place=F("pk") % 2)
        of_site.filter(place=place).update(site=site)
        if not place:
            m.MemberSite.objects.create(member=bound, site=site)


def plan_checks(filler: Filler) -> None:
    """Gold items that every rater meets, and one rating in fifty asked again; rated with all others."""
    m.CheckSettings.objects.create(study=filler.study, gold_every=40, repeat_every=REPEAT_ONE_IN)
    keyed = {"study_id": f"{filler.study.pk}", "item_id": f"{ITEM} + n", "position": "n", "use": "'gold'"}
    insert(m.KeyedItem, f"FROM generate_series(1, {N_GOLD}) n", keyed)
    questions = f"annotation_question WHERE version_id = {filler.version.pk} AND kind = 'scale'"
    known = f"(SELECT id FROM annotation_keyeditem WHERE study_id = {filler.study.pk}) k"  # noqa: S608
    keys = {"keyed_id": "k.id", "question_key": "q.key", "target": "'response:1'", "value": "3"}
    insert(m.GoldKey, f"FROM {known}, (SELECT key FROM {questions}) q", keys)  # noqa: S608
    own = {"plan_id": f"{filler.plan.pk}", "rubric_version_id": f"{filler.version.pk}", "state": "'done'"}
    gold = own | {
        "id": f"{OWN_SLOTS} + n * {GOLD_EACH} + g",
        "code": code("o", f"n * {GOLD_EACH} + g"),
        "item_id": f"{ITEM} + 1 + (n + g) % {N_GOLD}",
        "group_id": "t.group_id",
        "rater_id": "t.id",
        "purpose": "'gold'",
        "number": "t.id",
        "completed_at": "now() - interval '9 days'",
    }
    raters = f"generate_series(0, {filler.sizes.raters - 1}) n JOIN annotation_rater t ON t.id = {RATER} + n"
    insert(m.Slot, f"FROM {raters}, generate_series(0, {GOLD_EACH - 1}) g", gold)
    again = own | {
        # Every other one is answered as the first time: values follow from the key.
        "id": f"{REPEATS} + id + id / {REPEAT_ONE_IN} % 2",
        "code": code("w", "id"),
        "item_id": "item_id",
        "group_id": "group_id",
        "rater_id": "rater_id",
        "purpose": "'repeat'",
        "number": "rater_id",
        "occurrence": "2",
        "completed_at": "now() - interval '8 days'",
    }
    done = f"FROM annotation_slot WHERE plan_id = {filler.plan.pk} AND state = 'done' AND purpose = 'quota'"
    insert(m.Slot, f"{done} AND id % {REPEAT_ONE_IN} = 0", again)


def gather_files(filler: Filler) -> None:
    """Exports that have expired, imports that were given up, comments held back."""
    study, owner = f"{filler.study.pk}", f"{filler.owner.pk}"
    each = f"FROM generate_series(0, {filler.sizes.raters - 1}) n"
    file = {"study_id": study, "created_by_id": owner, "stage": "'main'", "format": "'tidy'"}
    file |= {"state": "'expired'", "finished_at": "now()", "expires_at": "now()"}
    insert(r.Export, each, file | {"code": code("x", "n")})
    insert(r.StudyArchive, each, {key: file[key] for key in ("study_id", "state")} | {"code": code("z", "n")})
    held = {"rating_id": "id", "code": code("h", "id"), "kinds": "'[\"phone\"]'"}
    insert(r.HeldComment, "FROM rating_rating WHERE comment <> '' AND id % 400 = 0 AND id > 999999", held)


def gather_requests(filler: Filler) -> None:
    """Requests for one's own data, applications, deliveries to another program."""
    study, owner = f"{filler.study.pk}", f"{filler.owner.pk}"
    each = f"FROM generate_series(0, {filler.sizes.raters - 1}) n"
    insert(m.DataRequest, each, {"code": code("u", "n"), "rater_id": f"{RATER} + n"})
    call = m.PublicCall.objects.create(study=filler.study, group=filler.groups[0], closes_at=timezone.now())
    asked = {"call_id": f"{call.pk}", "code": code("y", "n"), "token_digest": "'a' || md5(n::text)"}
    state = "CASE WHEN n % 10 = 0 THEN 'waiting' ELSE 'approved' END"
    insert(m.Application, each, asked | {"state": state, "decided_by_id": owner})
    hook = {"study_id": study, "code": "'w00000000001'", "label": "'Desk'", "url": "'https://example.org/'"}
    insert(m.WebhookEndpoint, "", hook | {"created_by_id": owner})
    told = {"endpoint_id": "id", "code": code("j", "n"), "event": "'rating.submitted'", "next_at": "now()"}
    hooks = f"{each}, annotation_webhookendpoint WHERE study_id = {study}"
    insert(m.WebhookDelivery, hooks, told | {"source": code("e", "n"), "state": "'sent'"})

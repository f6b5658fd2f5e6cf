"""What the parts of addresses name: a row of every kind in a study, by the part's name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.models import (
    Application,
    CheckSettings,
    ContactWish,
    EthicsApproval,
    Incident,
    Job,
    KeyedItem,
    LogEntry,
    MessageCopy,
    Plan,
    ProblemReport,
    PublicCall,
    RaterMessage,
    RecordLock,
    RetentionDate,
    ScreeningQuestion,
    Seat,
    Slot,
    WebhookDelivery,
    WebhookEndpoint,
)
from annotation.models.leaving import new_receipt_code
from annotation.services import rubric_drafts
from annotation.services.invitations import create_invitation
from annotation.services.leaving import leave_study
from annotation.services.tokens import create_token, token_digest
from rating.job_kinds import RESTORE_STUDY, SIMULATE_PLAN
from rating.models import Adjudication, CurrentRating, Export, HeldComment, SecondLook, StudyArchive
from rating.queries.exports import export_scope
from rating.services.analysis_plans import write_plan
from rating.services.import_sources import ImportOptions
from rating.services.import_uploads import receive_upload
from rating.services.snapshots import take_snapshot
from rating.services.stored_exports import start_export
from tests.conftest import make_item, make_user, user_of
from tests.permissions.stage import House, member_of, new_rater

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def stored(name: str) -> str:
    return default_storage.save(name, ContentFile(b"a file"))


def joining(house: House) -> dict[str, str]:
    study, owner = house.study, house.owner
    peer = study.groups.get(key="peer")
    invitation, token = create_invitation(
        study, actor=owner, role="rater", days=3, max_uses=9, group=peer, site=house.site
    )
    later = timezone.now() + timedelta(days=3)
    call = PublicCall.objects.create(
        study=study, group=peer, site=house.site, closes_at=later, created_by=owner
    )
    secret = f"application-{study.code}"
    application = Application.objects.create(call=call, token_digest=token_digest(secret))
    question = ScreeningQuestion.objects.create(
        study=study, key=f"years-{study.code}", kind="number", words="How many years?"
    )
    problem = ProblemReport.objects.create(
        study=study, item=house.items[0], rater=house.raters[0], text="Cut off."
    )
    message = RaterMessage.objects.create(study=study, subject="How is it going", body="Hello.")
    MessageCopy.objects.create(message=message, rater=house.raters[0])
    own, _ = create_token(actor=house.users["rater"], name="own", scopes=["rate"])
    return {
        "invitation": invitation.code,
        "invitation_code": invitation.code,
        "token": token,
        "call_code": call.code,
        "address": call.address,
        "application_code": application.code,
        "application_token": secret,
        "screening_key": question.key,
        "problem": problem.code,
        "problem_code": problem.code,
        "message_code": message.code,
        "token_code": own.code,
        "member_code": member_of(house, "researcher").code,
        "rater_code": house.raters[0].code,
        "site_code": house.site.code,
    }


def ethics(house: House) -> dict[str, str]:
    study, owner, rater = house.study, house.owner, house.raters[0]
    approval = EthicsApproval.objects.create(study=study, board="Board", number="1", valid_from=DAY)
    incident = Incident.objects.create(study=study, number=1, rater=rater, opened_by=owner)
    entry = LogEntry.objects.create(
        study=study,
        kind="deviation",
        number=1,
        happened_on=DAY,
        text="T",
        reason="R",
        rater=rater,
        written_by=owner,
    )
    RetentionDate.objects.create(study=study, kind="wellbeing", due_on=DAY)
    wish = ContactWish.objects.create(rater=rater, wished_at=AT)
    gone = new_rater(study, owner, make_user(f"gone{study.code}"))
    departure = leave_study(
        gone, actor=user_of(gone), choice="keep", receipt_code=new_receipt_code(), now=timezone.now()
    )
    return {
        "approval_code": approval.code,
        "incident_code": incident.code,
        "entry_code": entry.code,
        "wish_code": wish.code,
        "receipt_code": departure.receipt_code,
    }


def planned(house: House) -> dict[str, str]:
    study, owner, plan = house.study, house.owner, house.plan
    draft = rubric_drafts.begin_draft(plan.rubric_version, actor=owner)
    peer = study.groups.get(key="peer")
    seat = Seat.objects.create(plan=plan, group=peer, number=1)
    pilot = Plan.objects.create(study=study, rubric_version=plan.rubric_version, stage="pilot", seed=1)
    kept = KeyedItem.objects.create(study=study, item=make_item(study, 90), use="gold")
    file = ContentFile(b"item,prompt,response\nNew,I can't sleep.,Oh.\n", name="items.csv")
    batch = receive_upload(study, actor=owner, items=file, ratings=None, options=ImportOptions())
    free = Slot.objects.filter(plan=plan, state=Slot.State.OPEN, rater=None).order_by("pk")
    return {
        "item": house.items[0].code,
        "item_code": house.items[0].code,
        "keyed_item": kept.item.code,
        "version": plan.rubric_version.code,
        "version_code": plan.rubric_version.code,
        "draft_version": draft.code,
        "plan_code": plan.code,
        "stage_plan": plan.code,
        "draft_plan": pilot.code,
        "seat_code": seat.code,
        "slot": house.held.code,
        "slot_code": house.held.code,
        "free_slot": free[0].code,
        "batch_code": batch.code,
    }


def watched(house: House) -> dict[str, str]:
    study, owner = house.study, house.owner
    done = CurrentRating.objects.filter(slot__plan=house.plan).select_related("rating__slot").order_by("pk")
    first, second = (current.rating for current in done[:2])
    look = SecondLook.objects.create(rating=first, reason="Look again", asked_by=owner, asked_at=AT)
    held = HeldComment.objects.create(rating=first, digest="0" * 64)
    rated = {rating.slot.item_id for rating in (first, second)}
    others = [item for item in house.items if item.pk not in rated]
    peer, adjudicator = study.groups.get(key="peer"), member_of(house, "adjudicator")
    taken = Adjudication.objects.create(
        plan=house.plan, item=others[0], as_group=peer, adjudicator=adjudicator, taken_at=AT
    )
    waiting = Adjudication.objects.create(plan=house.plan, item=others[1], as_group=peer)
    return {
        "look": look.code,
        "held": held.code,
        "rated_slot": second.slot.code,
        "adjudication": taken.code,
        "waiting_adjudication": waiting.code,
    }


def made(house: House) -> dict[str, str]:
    study, owner = house.study, house.owner
    job = Job.objects.create(study=study, kind="rating.tasks.import_ratings", created_by=owner)
    found = {"outlook": {}, "needed": {}, "software_version": "1"}
    wanted = {"study": study, "kind": SIMULATE_PLAN, "created_by": owner}
    simulation = Job.objects.create(**wanted)
    simulated = Job.objects.create(**wanted, state="done", result=found)
    restoring = Job.objects.create(
        kind=RESTORE_STUDY, created_by=owner, payload={"file": "restores/none.zip"}
    )
    ready = {"state": "ready", "expires_at": timezone.now() + timedelta(days=1)}
    export = start_export(
        export_scope(study, stage="main", is_current_only=True), actor=owner, form="csv-long"
    )
    Export.objects.filter(pk=export.pk).update(**ready, file_name=stored(f"{study.code}.zip"))
    archive = StudyArchive.objects.create(study=study, **ready, file_name=stored(f"{study.code}.zip"))
    hook = WebhookEndpoint.objects.create(study=study, label="Hook", url="https://example.org/", events=[])
    delivery = WebhookDelivery.objects.create(endpoint=hook, event="test", next_at=AT)
    written = write_plan(study, actor=owner, title="Plan", options={"stage": "main"})
    RecordLock.objects.create(study=study, digest="0" * 64, opened_by=owner)
    CheckSettings.objects.update_or_create(study=study, defaults={"shows_consistency": True})
    return {
        "job": job.code,
        "job_code": job.code,
        "simulation": simulation.code,
        "done_simulation": simulated.code,
        "restoring": restoring.code,
        "export": export.code,
        "archive": archive.code,
        "hook": hook.code,
        "delivery": delivery.code,
        "plan": written.code,
        "snapshot": take_snapshot(study, actor=owner).code,
    }


def named_in(house: House) -> dict[str, str]:
    """What a part of an address names, by the part's name, or one of ours where that means several things."""
    words: dict[str, Any] = {"code": house.study.code, "number": "1"}
    for part in (joining, ethics, planned, watched, made):
        words |= part(house)
    return words

"""Which tables an archive holds, in an order in which they can be made again; which it does not, and why.

Every model of both apps stands in exactly one of the lists; a test walks the models and fails otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, ForeignKey, Manager, Model
from django.db.models.options import Options

from annotation import models as base
from rating import models as rated

WELLBEING, INCIDENTS = "wellbeing", "incidents"


def meta(model: type[Model]) -> Options[Any]:
    """What Django knows of a model: its documented interface, whatever the underscore."""
    return model._meta  # noqa: SLF001


def rows_in(model: type[Model]) -> Manager[Any]:
    return model._default_manager  # noqa: SLF001


@dataclass(frozen=True)
class Table:
    """Rows of `model` whose `path` leads to the study. `leaves_out`: fields and why they stay behind.
    `part`: comes along only where an owner asked for that part."""

    model: type[Model]
    path: str = "study"
    leaves_out: dict[str, str] = field(default_factory=dict)
    part: str = ""
    only: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(meta(self.model).label_lower)

    def fields(self) -> list[Field[Any, Any]]:
        """The fields an archive tells: neither key, nor the study itself, nor what is left out."""
        return [
            one
            for one in meta(self.model).concrete_fields
            if not one.primary_key and one.name not in self.leaves_out and not points_at(one, base.Study)
        ]


def points_at(one: Field[Any, Any], model: type[Model]) -> bool:
    return isinstance(one, ForeignKey) and one.related_model is model


_NAMES_PEOPLE = "names people"
_JOB = {"job": "the work of one server"}

STUDY = Table(
    base.Study,
    "pk",
    {"contact": _NAMES_PEOPLE, "source_key": "tells an import of the origin where to find the study"},
)
TABLES: tuple[Table, ...] = (
    Table(base.Group),
    Table(base.Member),
    Table(base.Site),
    Table(base.RoleGrant, "member__study"),
    Table(base.MemberSite, "member__study"),
    Table(base.Rater, leaves_out={"external_id": "the name in an imported file"}),
    Table(base.ConsentVersion),
    Table(base.ConsentTick, "version__study"),
    Table(base.Consent, "rater__study"),
    Table(base.TickAnswer, "consent__rater__study"),
    Table(base.EthicsApproval),
    Table(base.EthicsSettings),
    Table(base.LegalScreen, "rater__study"),
    Table(base.ProxyConsent, "rater__study"),
    Table(base.RetentionDate),
    Table(base.DataRequest, "rater__study"),
    Table(base.ProtectionNote),
    Table(base.JoiningSettings, leaves_out={"mail_subject": _NAMES_PEOPLE, "mail_words": _NAMES_PEOPLE}),
    Table(base.ScreeningQuestion),
    Table(base.Screened, "rater__study"),
    Table(base.ScreeningAnswer, "rater__study"),
    Table(base.CareSettings),
    Table(
        base.ImportBatch,
        leaves_out={"file_name": _NAMES_PEOPLE, "report": "quotes names that were found in texts"},
    ),
    Table(base.Conversation),
    Table(base.Turn, "conversation__study"),
    Table(base.Item),
    Table(base.Response, "item__study"),
    Table(base.ResponseSource, "response__item__study"),
    Table(base.Factor),
    Table(base.ItemFactor, "item__study"),
    Table(base.Rubric),
    Table(base.RubricVersion, "rubric__study", {"signed_off_by": _NAMES_PEOPLE}),
    Table(base.Scale, "version__rubric__study"),
    Table(base.Level, "scale__version__rubric__study"),
    Table(base.Question, "version__rubric__study"),
    Table(base.Wording, "question__version__rubric__study"),
    Table(base.KeyedItem),
    Table(base.GoldKey, "keyed__study"),
    Table(base.PassMark),
    Table(base.CheckSettings),
    Table(base.Plan),
    Table(base.PlanQuota, "plan__study"),
    Table(base.StageTarget, "plan__study"),
    Table(base.Clearance, "rater__study"),
    Table(base.QualificationTry, "rater__study"),
    Table(base.Seat, "plan__study"),
    Table(base.Slot, "plan__study"),
    Table(base.QueueCursor, "plan__study"),
    Table(base.Pass, "plan__study"),
    Table(base.Withheld, "plan__study"),
    Table(base.ProblemReport),
    Table(base.LogEntry),
    Table(rated.PayTerms),
    Table(rated.ExportPolicy),
    Table(rated.Presentation, "slot__plan__study"),
    Table(rated.Rating, "slot__plan__study", {"client_id": "lets one browser send a rating twice"}),
    Table(rated.CurrentRating, "slot__plan__study"),
    Table(rated.Answer, "rating__slot__plan__study"),
    Table(rated.Evidence, "rating__slot__plan__study"),
    Table(rated.HeldComment, "rating__slot__plan__study"),
    Table(rated.SecondLook, "rating__slot__plan__study"),
    Table(rated.Adjudication, "plan__study"),
    Table(rated.Judgement, "adjudication__plan__study"),
    Table(rated.JudgementAnswer, "judgement__adjudication__plan__study"),
    Table(rated.AnalysisPlan),
    Table(rated.Snapshot, leaves_out={"file_name": "the file is named after its digest"}),
    Table(rated.SnapshotReduction, "snapshot__study"),
    Table(rated.Analysis, leaves_out=_JOB, only={"finished_at__isnull": False}),
    Table(rated.Figure, "analysis__study", only={"analysis__finished_at__isnull": False}),
    Table(rated.StudyOrigin),
    Table(rated.PastEvent, "origin__study"),
    Table(base.TopicOptOut, "rater__study", part=WELLBEING),
    Table(base.Exposure, "rater__study", part=WELLBEING),
    Table(base.CheckIn, "rater__study", part=WELLBEING),
    Table(base.Pause, "rater__study", part=WELLBEING),
    Table(base.ContactWish, "rater__study", part=WELLBEING),
    Table(base.CareWeek, part=WELLBEING),
    Table(base.Incident, part=INCIDENTS),
    Table(base.IncidentEntry, "incident__study", part=INCIDENTS),
    Table(base.IncidentReading, "incident__study", part=INCIDENTS),
)

_LOGIN = "belongs to a login, not to a study"
_AUDIT = "told event by event in history.jsonl, restored as past events"
LEFT_OUT: dict[type[Model], str] = {
    base.User: _LOGIN,
    base.ApiToken: _LOGIN,
    base.KeptAnswer: _LOGIN,
    base.Invitation: "a way in, with addresses and digests of tokens",
    base.PublicCall: "a way in, at an address of the origin",
    base.Application: "people who asked to join, with their words and addresses",
    base.SafeguardingLead: "names a person of the origin; the new place names its own",
    base.WebhookEndpoint: "sends to programs of the origin, signed with its secret",
    base.WebhookDelivery: "was sent from the origin",
    base.RaterMessage: "letters to people whose logins do not come along",
    base.MessageCopy: "letters to people whose logins do not come along",
    base.MessageMute: "letters to people whose logins do not come along",
    base.AlertChoice: "tells people of the origin by e-mail, with its address",
    base.IncidentNotice: "tells people of the origin by e-mail, with its address",
    base.Departure: "its receipt is a key, signed by the origin",
    base.DraftStep: "what “undo” brings back in a rubric that is being written",
    base.Job: "the work of one server",
    base.Lease: "the work of one server",
    base.StageSummary: "is counted anew",
    base.StagePace: "is worked out anew",
    base.StudySummary: "is counted anew",
    rated.AnalysisPart: "the work of one server",
    base.AuditEvent: _AUDIT,
    base.AuditPayload: _AUDIT,
    base.AuditSeal: _AUDIT,
    base.AccessEvent: "who looked at what at the origin",
    base.ErasurePermit: "stands only while something is erased",
    base.RecordLock: "a lock and its signatures hold for the records of the origin",
    base.LockSignature: "a lock and its signatures hold for the records of the origin",
    base.ProtectionSignature: "signed by name, for the origin",
    rated.Draft: "typed and not submitted",
    rated.Export: "files that can be made anew",
    rated.StudyArchive: "archives of the study itself",
}

# What names a row of a table without a code, in fields of its own.
KEYS: dict[type[Model], tuple[str, ...]] = {
    base.ConsentTick: ("version", "key"),
    base.Consent: ("rater", "version"),
    base.Factor: ("key",),
    base.ScreeningQuestion: ("key",),
    base.Scale: ("version", "key"),
    base.Level: ("scale", "value"),
    base.Question: ("version", "key"),
    base.KeyedItem: ("item",),
}


def key_fields(model: type[Model]) -> tuple[str, ...]:
    return KEYS.get(model, ("code",))


def related(one: Field[Any, Any]) -> type[Model] | None:
    """The model a foreign key leads to."""
    target = one.related_model if isinstance(one, ForeignKey) else None
    return target if isinstance(target, type) else None


def key_paths(model: type[Model], prefix: str = "") -> list[str]:
    """Lookups of what names a row, through every table on the way: no key of the database among them."""
    found = []
    for name in key_fields(model):
        target = related(meta(model).get_field(name))  # type: ignore[arg-type]
        found += key_paths(target, f"{prefix}{name}__") if target else [f"{prefix}{name}"]
    return found


def tables_of(parts: frozenset[str]) -> list[Table]:
    return [table for table in TABLES if not table.part or table.part in parts]

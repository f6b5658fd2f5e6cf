"""Parts of the card about the study and its people."""

from __future__ import annotations

from collections.abc import Sequence

from rating.reporting.protocol.document import Fact, Part, Value, listed
from rating.reporting.protocol.facts import JUDGE, GroupPeople, Record
from rating.reporting.tables import Column, Kind, Table

NO_LOGIN = "no login"
NOT_YET = "stage not over"
FINISHED = (
    "Finished: has begun, and takes part still when the group’s share of the stage is complete or the stage "
    "is closed. Who left is counted as such, whatever they decided about their ratings."
)
WITHDRAWN = "Who withdrew and had their ratings erased is counted under joined and left, never under begun."


def study_part(record: Record) -> Part:
    study = record.study
    facts = [
        Fact("purpose", "Purpose", study.purpose or None),
        Fact("state", "State", study.state),
        Fact("opened_at", "Opened to raters", study.opened_at or _unopened(record)),
        Fact("closed_at", "Closed", study.closed_at or ("not closed" if study.state != "closed" else None)),
        Fact("contact", "Contact for participants", "stated" if study.has_contact else None),
        Fact("frozen_at", "Data freeze, after which nothing is erased", study.freezes_at or "none set"),
    ]
    return Part("study", "Study", facts)


def _unopened(record: Record) -> str | None:
    return "not opened" if record.study.state == "draft" else None


def ethics_part(record: Record) -> Part:
    study = record.study
    columns = [
        Column("Board"),
        Column("Number"),
        Column("Valid from"),
        Column("Valid until"),
        Column("State"),
    ]
    rows: list[list[Value]] = [
        [
            one.board,
            one.number,
            one.valid_from.isoformat(),
            one.valid_until.isoformat() if one.valid_until else "until further notice",
            "withdrawn" if one.is_withdrawn else "as given",
        ]
        for one in study.approvals
    ]
    facts = [
        Fact("approvals", "Ethics approvals on record", len(study.approvals) or None),
        Fact("minimum_age", "Minimum age", study.minimum_age),
        Fact("capacity", "Capacity to consent", "asked of everybody" if study.asks_capacity else None),
        Fact(
            "proxy",
            "Consent by somebody else, with the rater’s assent",
            "possible" if study.takes_proxy else "not possible",
        ),
        Fact("support", "Whom raters can turn to", "stated" if study.has_support else None),
        Fact("safeguarding", "Safeguarding lead", "named" if study.has_safeguarding_lead else None),
        Fact("adverse", "Adverse events on record", record.logs.adverse),
        Fact("deviations", "Deviations from the protocol on record", record.logs.deviations),
    ]
    tables = [Table("approvals", "Ethics approvals", columns, rows)] if rows else []
    return Part("ethics", "Ethics", facts, tables)


def raters_part(record: Record) -> Part:
    columns = [
        Column("Group"),
        Column("Places offered by link", Kind.ENTRY),
        Column("of these links sent by e-mail", Kind.ENTRY),
        Column("Joined by link", Kind.ENTRY),
        Column("Joined", Kind.ENTRY),
        Column("Agreed to the consent text", Kind.ENTRY),
        Column("Begun", Kind.ENTRY),
        Column("Finished", Kind.ENTRY),
        Column("Left", Kind.ENTRY),
    ]
    rows = [[group.name, *_person_cells(group)] for group in record.people]
    facts = [
        Fact("recruitment", "Recruitment", _recruitment(record)),
        Fact("screening", "Screening before taking part", _screened(record)),
        *_origins(record.people),
        Fact("rater_characteristics", "Age, gender, years of experience of the raters", None),
    ]
    table = Table("raters", f"Raters by group, {record.stage} stage", columns, rows, note=FINISHED)
    return Part("raters", "Raters", facts, [table], remarks=[WITHDRAWN])


def _person_cells(group: GroupPeople) -> list[Value]:
    if not group.has_people:
        return [*[NO_LOGIN] * 5, group.n_started, *[NO_LOGIN] * 2]
    finished = NOT_YET if group.n_finished is None else group.n_finished
    return [
        group.n_places,
        group.n_by_mail,
        group.n_by_link,
        group.n_joined,
        group.n_consented,
        group.n_started,
        finished,
        group.n_left,
    ]


def _recruitment(record: Record) -> str | None:
    screening = record.screening
    ways = []
    if sum(group.n_places for group in record.people):
        ways.append("by invitation link")
    if screening.has_calls:
        ways.append(
            f"by a public call ({screening.n_applied:,} applications, {screening.n_declined:,} declined)"
        )
    return listed(ways) if ways else None


def _screened(record: Record) -> str | None:
    found = record.screening
    if not found.n_questions or found.when == "off":
        return "none"
    when = "before" if found.when == "before" else "after"
    return (
        f"{found.n_questions:,} questions {when} the consent text; {found.n_answered:,} raters answered and "
        f"fit, {found.n_not_eligible:,} people did not"
    )


def _origins(people: Sequence[GroupPeople]) -> list[Fact]:
    """Raters without a login, where there are any."""
    imported = sum(group.n_imported for group in people)
    judges = sum(group.n_judges for group in people)
    facts = []
    if imported:
        words = f"{imported:,}; how they were recruited, trained and asked is not on record here"
        facts.append(Fact("imported_raters", "Raters whose ratings were imported", words))
    if judges or any(group.kind == JUDGE for group in people):
        facts.append(Fact("judges", "Judge models (not people)", judges))
    return facts


def consent_part(record: Record) -> Part:
    columns = [
        Column("Version"),
        Column("Language"),
        Column("Published"),
        Column("Ticks"),
        Column("Raters who agreed", Kind.COUNT),
    ]
    rows: list[list[Value]] = [
        [
            text.number,
            text.language,
            text.published_at.date().isoformat(),
            ", ".join(text.ticks) or "none",
            text.n_agreed,
        ]
        for text in record.consents
    ]
    facts = [
        Fact("consent_versions", "Versions of the consent text", len(rows) or None),
        Fact("consent_open", "Raters taking part who have yet to agree to the newest", record.n_unasked),
    ]
    tables = [Table("consents", "Consent texts", columns, rows)] if rows else []
    return Part("consent", "Consent", facts, tables)


def training_part(record: Record) -> Part:
    training = record.training
    facts = [
        Fact("practice", "Practice", _practice(record)),
        Fact("qualification", "Qualification", _qualification(record)),
        Fact("guidelines", "Written guidelines beside the questions", _guidelines(record)),
        Fact("training_time", "Time spent on training", None),
    ]
    tables = []
    if training.marks:
        rows: list[list[Value]] = [[mark.question, mark.words] for mark in training.marks]
        columns = [Column("Question"), Column("What passes")]
        tables.append(Table("pass-marks", "What the qualification asks", columns, rows))
    if training.has_practice or training.has_examination:
        tables.append(_trained(record))
    return Part("training", "Training and qualification", facts, tables)


def _trained(record: Record) -> Table:
    columns = [
        Column("Group"),
        Column("Practised", Kind.COUNT),
        Column("Qualified", Kind.COUNT),
        Column("Let pass by hand", Kind.COUNT),
        Column("Not passed", Kind.COUNT),
    ]
    rows = [
        [group.name, group.n_practised, group.n_passed, group.n_by_hand, group.n_not_passed]
        for group in record.training.groups
    ]
    return Table("trained", "Practice and qualification by group", columns, rows)


def _practice(record: Record) -> str | None:
    if record.is_imported:
        return None
    if not record.training.has_practice:
        return "none in this software"
    return f"{record.training.n_practice:,} items with the known answer shown afterwards"


def _qualification(record: Record) -> str | None:
    training = record.training
    if record.is_imported:
        return None
    if not training.has_examination:
        return "none in this software"
    return (
        f"{training.n_per_try:,} of {training.n_examination:,} items with a known answer a try, at most "
        f"{training.max_tries:,} tries"
    )


def _guidelines(record: Record) -> str | None:
    if record.is_imported or not record.rubrics:
        return None
    has_any = any(rubric.has_guidelines for rubric in record.rubrics)
    return "part of the rubric, at hand on every item" if has_any else "none"


def care_part(record: Record) -> Part:
    care = record.care
    facts = [
        Fact("breaks", "Breaks", _breaks(record)),
        Fact(
            "checkins",
            "Check-ins",
            f"offered every {care.checkin_every:,} items" if care.checkin_every else "none",
        ),
        Fact("leaving", "Skipping an item, pausing, leaving", "possible at any time, without a reason"),
        Fact("debrief", "Debriefing", "a text at the end" if care.has_debrief else None),
        Fact("care_weeks", "Weeks with published totals", care.n_weeks - care.n_withheld),
        Fact("care_pauses", "Pauses for distress, total of published weeks", _published(care.n_pauses)),
        Fact("care_skips", "Skipped items, total of published weeks", _published(care.n_skips)),
        Fact("care_above", "Check-ins above the study’s number, total", _published(care.n_above)),
    ]
    remark = (
        "How raters are is told only as totals of a week behind which five raters or more stand, over all "
        "groups; weeks with fewer are left out of these sums."
    )
    return Part("care", "Care for raters", facts, remarks=[remark])


def _published(n: int | None) -> Value:
    return "nothing published" if n is None else n


def _breaks(record: Record) -> str:
    care = record.care
    ways = []
    if care.break_minutes:
        ways.append(f"after {care.break_minutes:,} minutes")
    if care.break_heavy_items:
        ways.append(f"after {care.break_heavy_items:,} heavy items in a row")
    return f"offered {' and '.join(ways)}" if ways else "none offered"

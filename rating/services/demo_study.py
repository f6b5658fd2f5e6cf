"""Load the demo: a finished study to read a report of, and a small one that is open for rating.

The finished study's ratings are planted (`rating.demonstration`), so its numbers have known true values;
nobody has a slot left in it. "Try rating" holds some of the same conversations with free slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotation.models import Item, Plan, Rater, Role, Study, User
from annotation.queries.consent import needs_consent
from annotation.services.consent import give_consent
from annotation.services.plans import make_plan, open_plan
from annotation.services.problems import answer_problem, report_problem
from annotation.services.studies import change_state
from rating.demonstration import PlantedRatings, generate
from rating.models import Analysis, AnalysisPlan
from rating.services.analyses import start_analysis
from rating.services.analysis_plans import write_plan
from rating.services.demo_content import (
    GUEST,
    DemoDocument,
    add_demo_study,
    add_items,
    add_logins,
    add_raters,
    add_rubric,
    add_staff,
    read_document,
)
from rating.services.demo_practice import add_practice
from rating.services.demo_ratings import FIRST_DAY, fill_slots

DEMO_KEY = "demo"
TRY_KEY = "demo-try"
TRY_TITLE = "Try rating: eight conversations"
TRY_PURPOSE = (
    "A small open study to see what rating is like. It holds eight of the demo study's conversations; "
    "nothing that is rated here reaches the demo study's report."
)
N_TRY_ITEMS = 8
PLAN_TITLE = "Where peers, clinicians and patients pull apart"
PLAN_NOTE = (
    "Every question and every pair of groups; Krippendorff’s alpha at the level of each scale; nothing left "
    "out, and as a try without the conversations from the forum."
)
TRIED = {"rule": "factor_level", "factor": "context", "level": "forum"}
TRY_QUOTA = 3
# Who rates in "Try rating", and how many of the eight each has done: somebody is ahead, somebody behind.
TRY_RATERS = {"peer": [GUEST, "peer1"], "clinician": ["clinician1"], "patient": ["patient1"]}
TRY_DONE = {"peer1": 3, "clinician1": 5}
PROBLEMS = (
    (
        "patient3",
        "demo-05",
        "The person writes without capitals and apostrophes. Is that a fault?",
    ),
    ("clinician2", "demo-12", "I know a person in a very similar situation. May I leave this one out?"),
)
ANSWER = "It is meant: some people write like that on a phone. Please rate the reply as it stands."


def load_demo_study(*, actor: User | None = None, pass_phrase: str | None = None) -> Study:
    """The demo study, loaded together with "Try rating" if it is not there; a second load changes nothing.

    Args:
        actor: who owns both studies; the demo's login "owner" when not given.
        pass_phrase: of all demo logins; without one nobody can sign in with them.
    """
    earlier = Study.objects.filter(source_key=DEMO_KEY).first()
    if earlier is not None:
        return earlier
    document, drawn = read_document(), generate()
    with transaction.atomic():
        logins = add_logins(document, pass_phrase)
        owner = actor or logins["owner"]
        _load_try(document, drawn, logins, actor=owner)
        return _load_main(document, drawn, logins, actor=owner)


def start_demo_report(study: Study) -> Analysis:
    """Let a worker compute the demo study's report, unless that has been asked for before.

    The seed is the committed one, so that every demo shows the same numbers.
    """
    earlier = Analysis.objects.filter(study=study).order_by("id").first()
    if earlier is not None:
        return earlier
    owner = User.objects.filter(memberships__study=study, memberships__grants__role=Role.OWNER).earliest("id")
    plan = (
        AnalysisPlan.objects.filter(study=study, state=AnalysisPlan.State.LOCKED).order_by("number").first()
    )
    if plan is None:
        return start_analysis(study, actor=owner, seed=read_document().study["seed"])
    return start_analysis(study, actor=owner, plan=plan)


def _load_main(
    document: DemoDocument, drawn: PlantedRatings, logins: Mapping[str, User], *, actor: User
) -> Study:
    text = document.study
    study = add_demo_study(document, actor=actor, key=DEMO_KEY, title=text["title"], purpose=text["purpose"])
    add_staff(study, document, logins, actor=actor)
    raters = add_raters(study, text["people"]["rater"], logins, actor=actor)
    items = add_items(study, document, document.conversations)
    plan = open_main_plan(study, document, text["plan"]["ratings_per_item_and_group"], actor=actor)
    give_all_consents(raters, logins)
    _lock_analysis_plan(study, seed=text["seed"], actor=actor)
    fill_slots(plan, raters, drawn, n_each=len(items))
    _report_problems(raters, items, logins)
    return change_state(study, Study.State.OPEN, actor=actor)


def _lock_analysis_plan(study: Study, *, seed: int, actor: User) -> None:
    """Before the first rating, as it should be: the planted ratings bear earlier dates than today's."""
    written = write_plan(
        study,
        actor=actor,
        title=PLAN_TITLE,
        note=PLAN_NOTE,
        options={"stage": Plan.Stage.MAIN, "sensitivity": [TRIED]},
        seed=seed,
    )
    AnalysisPlan.objects.filter(pk=written.pk).update(
        state=AnalysisPlan.State.LOCKED,
        locked_at=timezone.now() - FIRST_DAY - timedelta(days=1),
        locked_by=actor,
        n_ratings_before=0,
    )


def _load_try(
    document: DemoDocument, drawn: PlantedRatings, logins: Mapping[str, User], *, actor: User
) -> Study:
    study = add_demo_study(document, actor=actor, key=TRY_KEY, title=TRY_TITLE, purpose=TRY_PURPOSE)
    add_staff(study, document, logins, actor=actor)
    raters = add_raters(study, TRY_RATERS, logins, actor=actor)
    add_items(study, document, document.conversations[:N_TRY_ITEMS])
    plan = open_main_plan(study, document, TRY_QUOTA, actor=actor)
    busy = {name: raters[name] for name in TRY_DONE}
    give_all_consents(busy, logins)
    for name, n_done in TRY_DONE.items():
        fill_slots(plan, {name: raters[name]}, drawn, n_each=n_done)
    add_practice(study, document, plan, actor=actor, already_at_work=busy.values())
    return change_state(study, Study.State.OPEN, actor=actor)


def open_main_plan(study: Study, document: DemoDocument, quota: int, *, actor: User) -> Plan:
    plan = make_plan(
        study,
        actor=actor,
        stage=Plan.Stage.MAIN,
        rubric_version=add_rubric(study, document, actor=actor),
        quotas={group["key"]: quota for group in document.study["groups"]},
        seed=document.study["seed"],
    )
    return open_plan(plan, actor=actor)


def give_all_consents(raters: Mapping[str, Rater], logins: Mapping[str, User]) -> None:
    for name, rater in raters.items():
        version = needs_consent(rater)
        if version is not None:
            give_consent(rater, version, actor=logins[name])


def _report_problems(
    raters: Mapping[str, Rater], items: Mapping[str, Item], logins: Mapping[str, User]
) -> None:
    """One answered problem and one that waits, so that the coordinator's page has something to show."""
    reported = [
        report_problem(raters[name], items[item], actor=logins[name], text=text)
        for name, item, text in PROBLEMS
    ]
    answer_problem(reported[0], actor=logins["coordinator"], answer=ANSWER)

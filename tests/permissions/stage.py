"""Two studies in which every address names something, and everybody who may come to them."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.models import Item, Member, Plan, Rater, Role, Site, Slot, Study, User
from annotation.services import consent, members, people, plans, rubrics, safeguarding, sites, studies
from tests.conftest import LEAD, core_document, make_item, make_user, user_of
from tests.rating.services.submitting import claimed, submit

# In the order of the table's columns; the rater of the study is made beside them.
STAFF = (Role.ADJUDICATOR, Role.SAFEGUARDING, Role.RESEARCHER, Role.COORDINATOR)


@dataclass
class House:
    """A study under way: its people by role, its items, the stage that is open."""

    study: Study
    users: dict[str, User]
    raters: list[Rater]
    # Where its raters are; somebody is bound to it, somebody else to another.
    site: Site
    items: list[Item]
    plan: Plan

    @property
    def owner(self) -> User:
        return self.users["owner"]

    @property
    def held(self) -> Slot:
        return Slot.objects.get(plan=self.plan, rater=self.raters[0], state=Slot.State.CLAIMED)


def new_study(owner: User, title: str) -> Study:
    study = studies.create_study(
        actor=owner,
        title=title,
        purpose="How do replies read?",
        support_title="Someone to talk to",
        support_text="Ask for the study's support person.",
    )
    studies.add_group(study, actor=owner, key="peer", name="Peer supporters", singular="Peer supporter")
    studies.add_group(study, actor=owner, key="clinician", name="Clinicians", singular="Clinician")
    studies.publish_consent(study, actor=owner, title="Taking part", body="You may stop at any time.")
    safeguarding.name_lead(study, actor=owner, **LEAD)
    return study


def new_rater(study: Study, owner: User, user: User) -> Rater:
    member = people.add_member(study, actor=owner, user=user, roles=[Role.RATER])
    rater = people.add_rater(study, actor=owner, group=study.groups.get(key="peer"), member=member)
    consent.give_consent(rater, study.consent_versions.get(), actor=user)
    return rater


def team_of(study: Study, owner: User, mark: str) -> dict[str, User]:
    team = {"owner": owner}
    for role in STAFF:
        team[role] = make_user(f"{role}{mark}")
        people.add_member(study, actor=owner, user=team[role], roles=[role])
    team["left"] = make_user(f"left{mark}")
    member = people.add_member(study, actor=owner, user=team["left"], roles=[Role.COORDINATOR])
    members.remove_member(member, actor=owner)
    return team


def bound_to_sites(study: Study, owner: User, mark: str) -> tuple[dict[str, User], Site]:
    """Two coordinators who also safeguard, each at a site, and the site of the first."""
    bound, places = {}, {}
    for who in ("own-site", "other-site"):
        bound[who] = make_user(f"{who}{mark}")
        places[who] = sites.add_site(study, actor=owner, name=who, key=who)
        roles = [Role.COORDINATOR, Role.SAFEGUARDING]
        member = people.add_member(study, actor=owner, user=bound[who], roles=roles)
        sites.bind_member(member, [places[who]], actor=owner)
    return bound, places["own-site"]


def opened(study: Study, owner: User) -> Plan:
    version = rubrics.publish_rubric(rubrics.load_rubric(study, core_document(), actor=owner), actor=owner)
    plan = plans.make_plan(
        study,
        actor=owner,
        stage=Plan.Stage.MAIN,
        rubric_version=version,
        quotas={"peer": 2, "clinician": 2},
        seed=7,
    )
    plans.open_plan(plan, actor=owner)
    studies.change_state(study, Study.State.OPEN, actor=owner)
    return plan


def new_house(title: str, mark: str) -> House:
    """A study under way: one rater has rated an item and holds the next, another has rated one too."""
    owner = make_user(f"owner{mark}", can_create_studies=True)
    study = new_study(owner, title)
    users = team_of(study, owner, mark)
    items = [make_item(study, number) for number in range(1, 5)]
    plan = opened(study, owner)
    study.refresh_from_db()
    raters = [new_rater(study, owner, make_user(f"rater{mark}{number}")) for number in (1, 2)]
    bound, site = bound_to_sites(study, owner, mark)
    for rater in raters:
        sites.move_rater(rater, site, actor=owner)
    users |= bound
    users |= {"rater": user_of(raters[0]), "second rater": user_of(raters[1])}
    submit(raters[0])
    claimed(raters[0])
    submit(raters[1])
    return House(study, users, raters, site, items, plan)


def member_of(house: House, role: str) -> Member:
    return Member.objects.get(study=house.study, user=house.users[role])

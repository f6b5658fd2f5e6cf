"""How far a study's set-up is, what its texts begin with, and totals of how raters are."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import found, study_for
from annotation.errors import Code, DomainError
from annotation.models import Group, Role, Study
from annotation.queries.care import care_weeks
from annotation.queries.consent_template import consent_template
from annotation.queries.set_up import copied_shape, import_at_work, next_place, set_up
from annotation.scopes import Scope
from annotation.services.set_up import GroupWish, keep_groups
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.set_up_steps import (
    CareWeekSerializer,
    ChangedGroupSerializer,
    ConsentTemplateSerializer,
    SetUpSerializer,
)
from api.serializers.studies import GroupSerializer


class SetUp(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES}

    @documented(
        "setup_read",
        "The steps of the set-up, what each lacks, and whether the study can open (coordinator)",
        answers={200: SetUpSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        told = {"state": study.state, "setup": set_up(study, next_place(study))}
        told |= {"copied": copied_shape(study), "import_at_work": import_at_work(study)}
        return Response(SetUpSerializer(told).data)


class GroupDetail(Endpoint):
    scopes = {"PATCH": Scope.WRITE_STUDIES}

    @documented(
        "groups_describe",
        "Change what a group is told about its part, while the study is a draft (coordinator)",
        request=ChangedGroupSerializer,
        answers={200: GroupSerializer},
        errors=[400, 404, 409],
    )
    def patch(self, request: Request, code: str, group: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        there = found(Group.objects.filter(study=access.study), key=group)
        words = checked(ChangedGroupSerializer, request).validated_data["words"]
        if access.study.state != Study.State.DRAFT:
            raise DomainError(Code.STATE_FORBIDS, "The set-up of this study is over.")
        wish = GroupWish(there.name, words, there.key, there.singular)
        return Response(GroupSerializer(keep_groups(access.study, [wish], actor=access.member.user)[0]).data)


class ConsentTemplate(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES}

    @documented(
        "consents_template",
        "A consent text to begin from, with what the study says of itself (coordinator)",
        answers={200: ConsentTemplateSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        return Response(ConsentTemplateSerializer({"body": consent_template(study)}).data)


class CareWeeks(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES}

    @documented(
        "care_weeks",
        "Breaks, skips and check-ins of past weeks, over five raters or more (coordinator)",
        answers={200: CareWeekSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        # Of single sites totals would be of too few: whoever is bound to some sees none.
        study = study_for(request.user, code, Role.COORDINATOR).study
        weeks = care_weeks(study, today=timezone.now().date())
        return Response(CareWeekSerializer(weeks, many=True).data)

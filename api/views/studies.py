"""Studies and background work."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import StudyAccess, job_for, memberships, signed_in, study_for, study_maker
from annotation.models import Member, Role
from annotation.queries.consent import needs_consent
from annotation.scopes import Scope
from annotation.services.studies import create_study, update_study
from api.endpoint import Endpoint, checked, only_study
from api.schema import documented
from api.serializers.setup import ChangedStudySerializer, SentStudySerializer
from api.serializers.studies import JobSerializer, StudyDetailSerializer, StudySerializer


class StudyList(Endpoint, generics.ListAPIView[Member]):
    scopes = {"GET": Scope.READ_STUDIES, "POST": Scope.WRITE_STUDIES}
    serializer_class = StudySerializer

    def get_queryset(self) -> QuerySet[Member]:
        study = only_study(self.request)
        mine = memberships(self.request.user)
        return mine if study is None else mine.filter(study=study)

    @documented("studies_list", "Your studies", answers={200: StudySerializer(many=True)}, errors=[404])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @documented(
        "studies_make",
        "Make a study, a draft that you own (whose login may make studies)",
        request=SentStudySerializer,
        answers={201: StudyDetailSerializer},
        errors=[400],
    )
    def post(self, request: Request) -> Response:
        actor = study_maker(request.user)
        study = create_study(actor=actor, **checked(SentStudySerializer, request).validated_data)
        return Response(_told(study_for(actor, study.code)), status=201)


def _told(access: StudyAccess) -> dict[str, Any]:
    rater = getattr(access.member, "rater", None)
    asked = rater is not None and needs_consent(rater) is not None
    return dict(StudyDetailSerializer(access.member, context={"needs_consent": asked}).data)


class StudyDetail(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES, "PATCH": Scope.WRITE_STUDIES}

    @documented("studies_read", "One of your studies", answers={200: StudyDetailSerializer}, errors=[404])
    def get(self, request: Request, code: str) -> Response:
        return Response(_told(study_for(request.user, code)))

    @documented(
        "studies_change",
        "Change title, purpose, support or the time of a claim (coordinator)",
        request=ChangedStudySerializer,
        answers={200: StudyDetailSerializer},
        errors=[400, 404],
    )
    def patch(self, request: Request, code: str) -> Response:
        study = study_for(request.user, code, Role.COORDINATOR).study
        sent = checked(ChangedStudySerializer, request)
        kept = {name: getattr(study, name) for name in sent.fields.keys()}  # noqa: SIM118
        update_study(study, actor=signed_in(request.user), **(kept | sent.validated_data))
        return Response(_told(study_for(request.user, code)))


class JobDetail(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES}

    @documented(
        "jobs_read",
        "How far background work has come (coordinator, researcher)",
        answers={200: JobSerializer},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str, job: str) -> Response:
        return Response(JobSerializer(job_for(request.user, code, job)).data)

"""What a member of the team hears by e-mail."""

from __future__ import annotations

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.models import STAFF_ROLES
from annotation.queries.alerts import alert_choice_of
from annotation.scopes import Scope
from annotation.services.alerts import choose_alerts
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.alerts import AlertChoiceSerializer


class OwnAlerts(Endpoint):
    scopes = {"GET": Scope.READ_STUDIES, "PUT": Scope.WRITE_STUDIES}

    @documented(
        "own_alerts_read",
        "What you hear by e-mail of what wants attention (team)",
        answers={200: AlertChoiceSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, *STAFF_ROLES)
        return Response(AlertChoiceSerializer(alert_choice_of(access.member)).data)

    @documented(
        "own_alerts_choose",
        "Hear of it by e-mail, or no more (team)",
        request=AlertChoiceSerializer,
        answers={200: AlertChoiceSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, *STAFF_ROLES)
        sent = checked(AlertChoiceSerializer, request).validated_data
        root = request.build_absolute_uri(reverse("home"))
        choice = choose_alerts(access.member, actor=access.member.user, root=root, **sent)
        return Response(AlertChoiceSerializer(choice).data)

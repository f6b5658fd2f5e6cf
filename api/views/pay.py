"""Hours and pay: the coordinators' sheet, and a rater's own hours."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import rater_for, sites_for, study_for
from annotation.models import Role
from annotation.scopes import Scope
from api.downloads import CSV, as_stream, file_answer
from api.endpoint import Endpoint, checked
from api.pagination import PageByNumber
from api.renderers import AnyFile
from api.schema import PAGE_PARAMETERS, documented
from api.serializers.pay import OwnPaySerializer, PayPageSerializer, PayTermsSerializer
from rating.queries.pay import amount_of, own_work, paid_people, pay_page, pay_sheet, terms_of
from rating.services.pay import set_pay_terms, sheet_file


class PaySheet(Endpoint):
    scopes = {"GET": Scope.PAY}

    @documented(
        "pay_read",
        "Items, minutes and pay by rater (coordinator)",
        answers={200: PayPageSerializer},
        parameters=PAGE_PARAMETERS,
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = sites_for(request.user, code, Role.COORDINATOR)
        pages = PageByNumber()
        people = pages.paginate_queryset(paid_people(access), request, view=self) or []
        sheet = pay_page(access, people, now=timezone.now())
        told = {name: getattr(sheet, name) for name in ("terms", "rows", "n_items", "total", "counted_at")}
        links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
        return Response(PayPageSerializer(told | links | {"count": sheet.totals.n_raters}).data)


class PayFile(Endpoint):
    scopes = {"GET": Scope.PAY}
    renderer_classes = [AnyFile]

    @documented(
        "pay_file",
        "The sheet as CSV (coordinator)",
        answers=file_answer(CSV, "One row for each rater."),
        errors=[404],
    )
    def get(self, request: Request, code: str) -> StreamingHttpResponse:
        access = sites_for(request.user, code, Role.COORDINATOR)
        return as_stream([sheet_file(pay_sheet(access)).encode()], f"attune-{access.study.code}-pay.csv", CSV)


class PayTermsDetail(Endpoint):
    scopes = {"PUT": Scope.PAY}

    @documented(
        "pay_set",
        "Set what raters are paid by (coordinator)",
        request=PayTermsSerializer,
        answers={200: PayTermsSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(PayTermsSerializer, request).validated_data
        terms = set_pay_terms(access.study, actor=access.member.user, **sent)
        return Response(PayTermsSerializer(terms).data)


class OwnPay(Endpoint):
    scopes = {"GET": Scope.RATE}

    @documented("own_pay_read", "Your hours and pay (rater)", answers={200: OwnPaySerializer}, errors=[404])
    def get(self, request: Request, code: str) -> Response:
        rater = rater_for(request.user, code).rater
        terms, work = terms_of(rater.study), own_work(rater)
        told = {"terms": terms, "n_items": work.n_items, "minutes": work.minutes}
        return Response(OwnPaySerializer(told | {"amount": amount_of(work, terms)}).data)

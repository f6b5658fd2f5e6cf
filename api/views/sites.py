"""Sites of a study, for coordinators who are bound to none; and where raters are."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import enrolled_rater_for, member_for, site_for, study_for
from annotation.models import Role, Site
from annotation.queries.sites import site_rows
from annotation.scopes import Scope
from annotation.services import sites
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.people import RaterSerializer
from api.serializers.sites import (
    MemberSitesSerializer,
    RaterSiteSerializer,
    SentSiteNameSerializer,
    SentSiteSerializer,
    SiteSerializer,
)


def _told(site: Site) -> dict[str, object]:
    row = next(row for row in site_rows(site.study) if row.site == site)
    return dict(SiteSerializer(row).data)


class SiteList(Endpoint):
    scopes = {"GET": Scope.READ_PEOPLE, "POST": Scope.WRITE_PEOPLE}

    @documented(
        "sites_list",
        "Sites of a study with several, by name (coordinator of the whole study)",
        answers={200: SiteSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        return Response(SiteSerializer(site_rows(access.study), many=True).data)

    @documented(
        "sites_add",
        "Add a site (coordinator of the whole study)",
        request=SentSiteSerializer,
        answers={201: SiteSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        sent = checked(SentSiteSerializer, request).validated_data
        made = sites.add_site(access.study, actor=access.member.user, **sent)
        return Response(_told(made), status=201)


class SiteDetail(Endpoint):
    scopes = {"PATCH": Scope.WRITE_PEOPLE}

    @documented(
        "sites_rename",
        "Give a site another name; its key stays (coordinator of the whole study)",
        request=SentSiteNameSerializer,
        answers={200: SiteSerializer},
        errors=[400, 404],
    )
    def patch(self, request: Request, code: str, site: str) -> Response:
        access, found = site_for(request.user, code, site)
        sent = checked(SentSiteNameSerializer, request).validated_data
        return Response(_told(sites.rename_site(found, actor=access.member.user, **sent)))


class SiteClose(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "sites_close",
        "Close a site: its links and calls end, who belongs to it stays (coordinator of the whole study)",
        answers={200: SiteSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, site: str) -> Response:
        access, found = site_for(request.user, code, site)
        return Response(_told(sites.close_site(found, actor=access.member.user, now=timezone.now())))


class SiteReopen(Endpoint):
    scopes = {"POST": Scope.WRITE_PEOPLE}

    @documented(
        "sites_reopen",
        "Reopen a site: people may come to it again by new links and calls, those that its closing ended "
        "stay ended (coordinator of the whole study)",
        answers={200: SiteSerializer},
        errors=[404],
    )
    def post(self, request: Request, code: str, site: str) -> Response:
        access, found = site_for(request.user, code, site)
        return Response(_told(sites.reopen_site(found, actor=access.member.user)))


class MemberSites(Endpoint):
    scopes = {"PUT": Scope.WRITE_PEOPLE}

    @documented(
        "members_bind",
        "Let a member see the people of these sites only; none: of the whole study (owner)",
        request=MemberSitesSerializer,
        answers={200: MemberSitesSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str, member: str) -> Response:
        access = study_for(request.user, code, Role.OWNER)
        found = member_for(request.user, code, member, Role.OWNER)
        keys = sorted(set(checked(MemberSitesSerializer, request).validated_data["sites"]))
        wanted = [site for site in (access.site_of(key) for key in keys) if site is not None]
        sites.bind_member(found, wanted, actor=access.member.user)
        return Response({"sites": keys})


class RaterSite(Endpoint):
    scopes = {"PUT": Scope.WRITE_PEOPLE}

    @documented(
        "raters_move",
        "Put a rater to a site, or to none (coordinator of the whole study)",
        request=RaterSiteSerializer,
        answers={200: RaterSerializer},
        errors=[400, 404],
    )
    def put(self, request: Request, code: str, rater: str) -> Response:
        access = study_for(request.user, code, Role.COORDINATOR)
        found = enrolled_rater_for(request.user, code, rater)
        site = access.site_of(checked(RaterSiteSerializer, request).validated_data["site"])
        sites.move_rater(found, site, actor=access.member.user)
        return Response(RaterSerializer(enrolled_rater_for(request.user, code, rater)).data)

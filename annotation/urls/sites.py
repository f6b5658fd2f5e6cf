from __future__ import annotations

from django.urls import URLPattern, path

from annotation.urls.studies import STUDY
from annotation.views import sites

SITES = f"{STUDY}people/sites/"

urlpatterns: list[URLPattern] = [
    path(SITES, sites.study_sites, name="study_sites"),
    path(f"{SITES}<slug:site_code>/name/", sites.study_site_name, name="study_site_name"),
    path(f"{SITES}<slug:site_code>/close/", sites.study_site_close, name="study_site_close"),
    path(f"{SITES}<slug:site_code>/reopen/", sites.study_site_reopen, name="study_site_reopen"),
    path(
        f"{STUDY}people/members/<slug:member_code>/sites/",
        sites.study_member_sites,
        name="study_member_sites",
    ),
    path(f"{STUDY}people/raters/<slug:rater_code>/site/", sites.study_rater_site, name="study_rater_site"),
]

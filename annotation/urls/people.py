from __future__ import annotations

from django.urls import URLPattern, path

from annotation.views import invitations, people

PEOPLE = "studies/<slug:code>/people/"

urlpatterns: list[URLPattern] = [
    path("join/<str:token>/", invitations.join, name="join"),
    path("studies/<slug:code>/welcome/", invitations.study_welcome, name="study_welcome"),
    path(PEOPLE, people.study_people, name="study_people"),
    path(f"{PEOPLE}members/<slug:member_code>/roles/", people.study_member_roles, name="study_member_roles"),
    path(
        f"{PEOPLE}members/<slug:member_code>/remove/",
        people.study_member_remove,
        name="study_member_remove",
    ),
    path(f"{PEOPLE}invitations/", invitations.study_invitation_list, name="study_invitations"),
    path(f"{PEOPLE}invitations/new/", invitations.study_invitation_new, name="study_invitation_new"),
    path(
        f"{PEOPLE}invitations/<slug:invitation_code>/revoke/",
        invitations.study_invitation_revoke,
        name="study_invitation_revoke",
    ),
]

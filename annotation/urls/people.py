from __future__ import annotations

from django.urls import URLPattern, path

from annotation.views import invitations, mailed_invitations, people, receipts, withdrawals

PEOPLE = "studies/<slug:code>/people/"

urlpatterns: list[URLPattern] = [
    path("receipts/<slug:receipt_code>/", receipts.receipt, name="receipt"),
    path("receipts/<slug:receipt_code>/receipt.<slug:kind>", receipts.receipt_file, name="receipt_file"),
    path("receipts/<slug:receipt_code>/erase/", receipts.receipt_erase, name="receipt_erase"),
    path("join/<str:token>/", invitations.join, name="join"),
    path("studies/<slug:code>/welcome/", invitations.study_welcome, name="study_welcome"),
    path(PEOPLE, people.study_people, name="study_people"),
    path(f"{PEOPLE}members/<slug:member_code>/roles/", people.study_member_roles, name="study_member_roles"),
    path(
        f"{PEOPLE}members/<slug:member_code>/remove/",
        people.study_member_remove,
        name="study_member_remove",
    ),
    path(f"{PEOPLE}withdrawals/new/", withdrawals.study_withdrawal, name="study_people_withdrawal"),
    path(f"{PEOPLE}invitations/", invitations.study_invitation_list, name="study_invitations"),
    path(f"{PEOPLE}invitations/new/", invitations.study_invitation_new, name="study_invitation_new"),
    path(
        f"{PEOPLE}invitations/mail/", mailed_invitations.study_invitation_mail, name="study_invitation_mail"
    ),
    path(
        f"{PEOPLE}invitations/file/", mailed_invitations.study_invitation_file, name="study_invitation_file"
    ),
    path(
        f"{PEOPLE}invitations/<slug:invitation_code>/resend/",
        mailed_invitations.study_invitation_resend,
        name="study_invitation_resend",
    ),
    path(
        f"{PEOPLE}invitations/<slug:invitation_code>/revoke/",
        invitations.study_invitation_revoke,
        name="study_invitation_revoke",
    ),
]

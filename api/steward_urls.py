"""Addresses of what a study has promised and must answer for, and of how people come into it."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.desk_urls import STUDY
from api.views import alerts, exports, joining, promises, restores, screening, team, trail

CALLS = f"{STUDY}calls/"
SCREENING = f"{STUDY}screening/"
HELD = f"{STUDY}held-comments/"

STEWARD: list[URLPattern] = [
    path("v1/restores/", restores.RestoreList.as_view(), name="api_restores"),
    path("v1/restores/<slug:job>/", restores.RestoreDetail.as_view(), name="api_restore"),
    path(f"{STUDY}my-alerts/", alerts.OwnAlerts.as_view(), name="api_own_alerts"),
    path(f"{STUDY}copy/", team.StudyCopy.as_view(), name="api_study_copy"),
    path(f"{STUDY}jobs/<slug:job>/cancel/", team.JobCancel.as_view(), name="api_job_cancel"),
    path(f"{STUDY}terms/", team.Terms.as_view(), name="api_terms"),
    path(f"{STUDY}care/", team.Care.as_view(), name="api_care"),
    path(f"{STUDY}wishes/", team.WishList.as_view(), name="api_wishes"),
    path(f"{STUDY}wishes/<slug:wish>/answer/", team.WishAnswer.as_view(), name="api_wish_answer"),
    path(f"{STUDY}members/", team.MemberList.as_view(), name="api_members"),
    path(f"{STUDY}members/<slug:member>/", team.MemberDetail.as_view(), name="api_member"),
    path(f"{STUDY}withdrawals/", team.Withdrawals.as_view(), name="api_withdrawals"),
    path(f"{STUDY}invitations/mail/", joining.MailedInvitations.as_view(), name="api_invitations_mail"),
    path(
        f"{STUDY}invitations/<slug:invitation>/resend/",
        joining.InvitationResend.as_view(),
        name="api_invitation_resend",
    ),
    path(CALLS, joining.CallList.as_view(), name="api_calls"),
    path(f"{CALLS}<slug:call>/close/", joining.CallClose.as_view(), name="api_call_close"),
    path(f"{STUDY}applications/", joining.ApplicationList.as_view(), name="api_applications"),
    path(
        f"{STUDY}applications/<slug:application>/decide/",
        joining.ApplicationDecide.as_view(),
        name="api_application_decide",
    ),
    path(SCREENING, screening.Screening.as_view(), name="api_screening"),
    path(f"{SCREENING}questions/", screening.ScreeningQuestions.as_view(), name="api_screening_questions"),
    path(f"{SCREENING}ready/", screening.ScreeningReady.as_view(), name="api_screening_ready"),
    path(
        f"{SCREENING}questions/<slug:key>/",
        screening.ScreeningQuestion.as_view(),
        name="api_screening_question",
    ),
    path(f"{SCREENING}answers/", screening.ScreeningAnswers.as_view(), name="api_screening_answers"),
    path(f"{SCREENING}scales/", screening.ScreeningScales.as_view(), name="api_screening_scales"),
    path(f"{STUDY}retention/", promises.Retention.as_view(), name="api_retention"),
    path(f"{STUDY}retention/<slug:kind>/done/", promises.RetentionDone.as_view(), name="api_retention_done"),
    path(f"{STUDY}data-requests/", promises.DataRequestList.as_view(), name="api_data_requests"),
    path(f"{STUDY}protection/", promises.Protection.as_view(), name="api_protection"),
    path(f"{STUDY}protection/sign/", promises.ProtectionSign.as_view(), name="api_protection_sign"),
    path(f"{STUDY}raters/consents/", promises.ConsentRows.as_view(), name="api_rater_consents"),
    path(f"{STUDY}raters/<slug:rater>/proxy/", promises.Proxy.as_view(), name="api_rater_proxy"),
    path(f"{STUDY}audit/", trail.Audit.as_view(), name="api_audit"),
    path(f"{STUDY}audit/check/", trail.AuditCheck.as_view(), name="api_audit_check"),
    path(f"{STUDY}accesses/", trail.AccessList.as_view(), name="api_accesses"),
    path(f"{STUDY}export-rules/", exports.ExportRules.as_view(), name="api_export_rules"),
    path(HELD, exports.HeldCommentList.as_view(), name="api_held_comments"),
    path(f"{HELD}<slug:held>/hold/", exports.HeldCommentHold.as_view(), name="api_held_comment_hold"),
    path(f"{STUDY}protocol/", exports.ProtocolCard.as_view(), name="api_protocol"),
]

"""Addresses of what coordinators, adjudicators and owners do in a running study."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.views import (
    adjudication,
    archives,
    checks,
    ethics,
    incidents,
    known_items,
    messages,
    pay,
    progress,
    record_lock,
    sites,
    stage_changes,
    stages,
    watching,
    webhooks,
)

STUDY = "v1/studies/<slug:code>/"
PLANS = f"{STUDY}plans/"
PLAN = f"{PLANS}<slug:plan>/"
ADJUDICATIONS = f"{STUDY}adjudications/"
ADJUDICATION = f"{ADJUDICATIONS}<slug:adjudication>/"
LOOKS = f"{STUDY}second-looks/"
INCIDENTS = f"{STUDY}incidents/"
CHECKS = f"{STUDY}checks/"
KNOWN = f"{STUDY}known-items/"
ARCHIVES = f"{STUDY}archives/"
HOOKS = f"{STUDY}webhooks/"
HOOK = f"{HOOKS}<slug:hook>/"
SITES = f"{STUDY}sites/"
OWN_MESSAGES = f"{STUDY}my-messages/"

DESK: list[URLPattern] = [
    path(PLANS, stages.PlanList.as_view(), name="api_plans"),
    # Not a stage's code: this stands before them.
    path(f"{PLANS}preview/", stages.PlanPreview.as_view(), name="api_plan_preview"),
    path(PLAN, stage_changes.StageDetail.as_view(), name="api_plan"),
    path(f"{PLAN}state/", stages.PlanState.as_view(), name="api_plan_state"),
    path(f"{PLAN}check/", stage_changes.PlanCheck.as_view(), name="api_plan_check"),
    path(f"{PLAN}top-ups/", stage_changes.PlanTopUp.as_view(), name="api_plan_top_up"),
    path(f"{PLAN}overrides/", stage_changes.PlanOverride.as_view(), name="api_plan_override"),
    path(f"{PLAN}share/", stage_changes.PlanShare.as_view(), name="api_plan_share"),
    path(f"{PLAN}target/", watching.PlanTarget.as_view(), name="api_plan_target"),
    path(f"{PLAN}seats/<slug:seat>/free/", stage_changes.SeatFree.as_view(), name="api_seat_free"),
    path(f"{PLAN}slots/<slug:slot>/reopen/", stage_changes.SlotReopen.as_view(), name="api_slot_reopen"),
    path(f"{STUDY}progress/", progress.Progress.as_view(), name="api_progress"),
    path(f"{STUDY}progress/raters/", watching.WatchedRaters.as_view(), name="api_raters_watch"),
    path(LOOKS, watching.SecondLookList.as_view(), name="api_second_looks"),
    path(
        f"{LOOKS}<slug:look>/withdraw/",
        watching.SecondLookWithdraw.as_view(),
        name="api_second_look_withdraw",
    ),
    path(f"{LOOKS}<slug:look>/keep/", watching.SecondLookKeep.as_view(), name="api_second_look_keep"),
    path(f"{STUDY}my-second-looks/", watching.OwnSecondLooks.as_view(), name="api_own_second_looks"),
    path(ADJUDICATIONS, adjudication.AdjudicationList.as_view(), name="api_adjudications"),
    path(f"{ADJUDICATIONS}disputes/", adjudication.DisputeList.as_view(), name="api_disputes"),
    path(f"{ADJUDICATIONS}next/", adjudication.AdjudicationNext.as_view(), name="api_adjudication_next"),
    path(f"{ADJUDICATIONS}file/", adjudication.AdjudicationFile.as_view(), name="api_adjudications_file"),
    path(ADJUDICATION, adjudication.AdjudicationDetail.as_view(), name="api_adjudication"),
    path(f"{ADJUDICATION}own/", adjudication.AdjudicationOwn.as_view(), name="api_adjudication_own"),
    path(
        f"{ADJUDICATION}decision/",
        adjudication.AdjudicationDecision.as_view(),
        name="api_adjudication_decision",
    ),
    path(f"{STUDY}ethics/", ethics.Ethics.as_view(), name="api_ethics"),
    path(f"{STUDY}safeguarding/", ethics.Lead.as_view(), name="api_safeguarding"),
    path(f"{STUDY}approvals/", ethics.ApprovalList.as_view(), name="api_approvals"),
    path(
        f"{STUDY}approvals/<slug:approval>/withdraw/",
        ethics.ApprovalWithdraw.as_view(),
        name="api_approval_withdraw",
    ),
    path(f"{STUDY}logs/", ethics.LogList.as_view(), name="api_logs"),
    path(f"{STUDY}logs/<slug:entry>/correct/", ethics.LogCorrect.as_view(), name="api_log_correct"),
    path(INCIDENTS, incidents.IncidentList.as_view(), name="api_incidents"),
    path(f"{INCIDENTS}<slug:incident>/read/", incidents.IncidentRead.as_view(), name="api_incident_read"),
    path(
        f"{INCIDENTS}<slug:incident>/entries/",
        incidents.IncidentEntryList.as_view(),
        name="api_incident_entries",
    ),
    path(f"{STUDY}pay/", pay.PaySheet.as_view(), name="api_pay"),
    path(f"{STUDY}pay/file/", pay.PayFile.as_view(), name="api_pay_file"),
    path(f"{STUDY}pay/terms/", pay.PayTermsDetail.as_view(), name="api_pay_terms"),
    path(f"{STUDY}my-pay/", pay.OwnPay.as_view(), name="api_own_pay"),
    path(CHECKS, checks.Checks.as_view(), name="api_checks"),
    path(f"{CHECKS}settings/", checks.ChecksSettings.as_view(), name="api_checks_settings"),
    path(f"{CHECKS}marks/", checks.PassMarks.as_view(), name="api_checks_marks"),
    path(f"{CHECKS}quality/", checks.Quality.as_view(), name="api_quality"),
    path(f"{CHECKS}raters/", checks.ClearanceList.as_view(), name="api_clearances"),
    path(f"{CHECKS}raters/<slug:rater>/pass/", checks.ClearanceByHand.as_view(), name="api_clearance_pass"),
    path(f"{CHECKS}raters/<slug:rater>/again/", checks.ClearanceAgain.as_view(), name="api_clearance_again"),
    path(KNOWN, known_items.KnownItemList.as_view(), name="api_known_items"),
    path(f"{KNOWN}<slug:item>/", known_items.KnownItemDetail.as_view(), name="api_known_item"),
    path(f"{STUDY}known-answers/", known_items.KnownAnswerFile.as_view(), name="api_known_answers"),
    path(f"{STUDY}attention-checks/", known_items.AttentionCheckList.as_view(), name="api_attention_checks"),
    path(ARCHIVES, archives.ArchiveList.as_view(), name="api_archives"),
    path(f"{ARCHIVES}<slug:archive>/", archives.ArchiveDetail.as_view(), name="api_archive"),
    path(f"{ARCHIVES}<slug:archive>/file/", archives.ArchiveFile.as_view(), name="api_archive_file"),
    path(HOOKS, webhooks.WebhookList.as_view(), name="api_webhooks"),
    path(HOOK, webhooks.WebhookDetail.as_view(), name="api_webhook"),
    path(f"{HOOK}secret/", webhooks.WebhookSecret.as_view(), name="api_webhook_secret"),
    path(f"{HOOK}state/", webhooks.WebhookState.as_view(), name="api_webhook_state"),
    path(f"{HOOK}test/", webhooks.WebhookTest.as_view(), name="api_webhook_test"),
    path(f"{HOOK}deliveries/", webhooks.DeliveryList.as_view(), name="api_deliveries"),
    path(
        f"{HOOK}deliveries/<slug:delivery>/again/",
        webhooks.DeliveryAgain.as_view(),
        name="api_delivery_again",
    ),
    path(SITES, sites.SiteList.as_view(), name="api_sites"),
    path(f"{SITES}<slug:site>/", sites.SiteDetail.as_view(), name="api_site"),
    path(f"{SITES}<slug:site>/close/", sites.SiteClose.as_view(), name="api_site_close"),
    path(f"{SITES}<slug:site>/reopen/", sites.SiteReopen.as_view(), name="api_site_reopen"),
    path(f"{STUDY}members/<slug:member>/sites/", sites.MemberSites.as_view(), name="api_member_sites"),
    path(f"{STUDY}raters/<slug:rater>/site/", sites.RaterSite.as_view(), name="api_rater_site"),
    path(f"{STUDY}messages/", messages.MessageList.as_view(), name="api_messages"),
    path(f"{STUDY}messages/behind/", messages.Behind.as_view(), name="api_messages_behind"),
    path(OWN_MESSAGES, messages.OwnMessages.as_view(), name="api_own_messages"),
    path(f"{OWN_MESSAGES}mute/", messages.OwnMute.as_view(), name="api_own_mute"),
    path(
        f"{OWN_MESSAGES}<slug:message>/away/", messages.OwnMessageAway.as_view(), name="api_own_message_away"
    ),
    path(f"{STUDY}lock/", record_lock.Lock.as_view(), name="api_lock"),
    path(f"{STUDY}lock/sign/", record_lock.LockSign.as_view(), name="api_lock_sign"),
    path(f"{STUDY}lock/lift/", record_lock.LockLift.as_view(), name="api_lock_lift"),
]

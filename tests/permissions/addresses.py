"""Every route of the program, and its address in a study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Words of ours in addresses, and parts that mean something else than elsewhere: by the route's name.
# "=word" stands for itself; everything else is a name of `named_in`.
_DRAFT = {"version_code": "draft_version"}
_EDITING = ("begin", "edit", "about", "question_new", "question", "words", "scale_new", "scale")
_BUILDING = ("draft", "about", "undo", "questions", "question", "move", "copy", "words")
_OF_IMPORTS = ("", "_columns", "_look", "_identifiers", "_run")
_OF_PLANS = ("", "_state", "_check", "_top_up", "_override", "_share", "_target")
MEANT: Mapping[str, Mapping[str, str]] = {
    **{f"study_rubric_{name}": _DRAFT for name in (*_EDITING, "publish", "discard")},
    "study_rubric_question_new": _DRAFT | {"kind": "=scale"},
    "study_rubric_question": _DRAFT | {"key": "=safety"},
    "study_rubric_words": _DRAFT | {"key": "=safety"},
    "study_rubric_scale_new": _DRAFT | {"shape": "=points"},
    "study_rubric_scale": _DRAFT | {"key": "=felt"},
    **{f"api_rubric_{name}": {"version": "draft_version", "key": "=safety"} for name in _BUILDING},
    "api_rubric_scale": {"version": "draft_version", "key": "=felt"},
    "study_state": {"change": "=pause"},
    "study_setup_step": {"step": "=items"},
    "study_plan_discard": {"plan_code": "draft_plan"},
    "study_plan_state": {"change": "=close"},
    "study_plan_slot": {"slot_code": "free_slot"},
    "receipt_file": {"kind": "=txt"},
    "application": {"token": "application_token"},
    "study_screening_ready": {"name": "=age"},
    "study_screening_remove": {"key": "screening_key"},
    "import_template": {"name": "=items.csv"},
    "study_consents_copy": {"kind": "=txt"},
    "study_retention_done": {"kind": "=wellbeing"},
    "study_log_new": {"kind": "=deviation"},
    "study_audit_file": {"kind": "=csv"},
    "study_webhook_change": {"change": "=off"},
    "study_second_look_new": {"slot": "rated_slot"},
    "study_adjudication_drop": {"adjudication": "waiting_adjudication"},
    "study_training_item": {"item_code": "keyed_item"},
    "study_training_remove": {"item_code": "keyed_item"},
    "study_training_state": {"stage": "=training", "change": "=open"},
    "rate_consent_file": {"kind": "=txt"},
    "rate_consent_copy": {"kind": "=txt"},
    "rate_return": {"item_code": "item"},
    "analysis_question_part": {"part": "=items"},
    "analysis_item_file": {"kind": "=svg"},
    "analysis_figure": {"kind": "=svg"},
    "analysis_table": {"kind": "=csv"},
    "plan_simulation_results": {"simulation": "done_simulation"},
    "protocol_file": {"kind": "=json"},
    "export_download": {"name": "=ratings-long.csv"},
    **{f"api_plan{name}": {"plan": "stage_plan"} for name in _OF_PLANS},
    "api_group": {"group": "=peer"},
    **{f"api_import{name}": {"batch": "batch_code"} for name in _OF_IMPORTS},
    "api_ready_file": {"name": "=ratings-long.csv"},
    "api_given_consents": {"rater": "rater_code"},
    "api_given_consent_file": {"rater": "rater_code"},
    "api_seat_free": {"plan": "stage_plan", "seat": "seat_code"},
    "api_slot_reopen": {"plan": "stage_plan", "slot": "rated_slot"},
    "api_approval_withdraw": {"approval": "approval_code"},
    "api_log_correct": {"entry": "entry_code"},
    "api_incident_read": {"incident": "incident_code"},
    "api_incident_entries": {"incident": "incident_code"},
    "api_clearance_pass": {"rater": "rater_code"},
    "api_rater_site": {"rater": "rater_code"},
    "api_member_sites": {"member": "member_code"},
    "api_site": {"site": "site_code"},
    "api_site_close": {"site": "site_code"},
    "api_site_reopen": {"site": "site_code"},
    "api_clearance_again": {"rater": "rater_code"},
    "api_known_item": {"item": "keyed_item"},
    "api_own_message_away": {"message": "message_code"},
    "api_restore": {"job": "restoring"},
    "api_wish_answer": {"wish": "wish_code"},
    "api_member": {"member": "member_code"},
    "api_call_close": {"call": "call_code"},
    "api_application_decide": {"application": "application_code"},
    "api_screening_question": {"key": "screening_key"},
    "api_retention_done": {"kind": "=wellbeing"},
    "api_rater_proxy": {"rater": "rater_code"},
    "study_restoring": {"job": "restoring"},
    "study_restore_stop": {"job": "restoring"},
    "openid_connect_login": {"provider_id": "=none"},
    "openid_connect_callback": {"provider_id": "=none"},
    "account_reset_password_from_key": {"uidb36": "=1", "key": "=none"},
}


@dataclass(frozen=True)
class Route:
    name: str
    template: str
    # The names of what is filled in.
    parts: tuple[str, ...] = ()
    # What a token needs, by method, as the API's own views say it.
    scopes: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def is_api(self) -> bool:
        return self.template.startswith("api/")

    def path(self, names: Mapping[str, str]) -> str:
        if self.name == "api_nothing":
            return "/api/nothing"
        return reverse(self.name, kwargs={part: self.value(part, names) for part in self.parts})

    def value(self, part: str, names: Mapping[str, str]) -> str:
        meant = MEANT.get(self.name, {}).get(part, part)
        return meant.removeprefix("=") if meant.startswith("=") else names[meant]

    def objects(self) -> list[str]:
        """What besides the study an address names, other than words of ours."""
        meant = {
            part: MEANT.get(self.name, {}).get(part, part)
            for part in self.parts
            if part not in {"code", "number"}
        }
        return [part for part, word in meant.items() if not word.startswith("=")]


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[Route]:
    for one in patterns:
        template = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, template)
        else:
            parts = tuple(one.pattern.regex.groupindex)
            view = getattr(one.callback, "cls", None) or getattr(one.callback, "view_class", None)
            yield Route(one.name or template, template, parts, getattr(view, "scopes", {}))


ROUTES = list(walk(get_resolver().url_patterns))

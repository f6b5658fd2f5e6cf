"""Start page, appearance and language, one's login. Of allauth's pages only those that this product has."""

from __future__ import annotations

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as houses
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from annotation.views import appearance, home, tokens

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("appearance/", appearance.set_theme, name="set_theme"),
    path("language/", require_POST(set_language), name="set_language"),
    path("accounts/tokens/", tokens.api_tokens, name="my_tokens"),
    path("accounts/tokens/<slug:token_code>/revoke/", tokens.api_token_revoke, name="my_token_revoke"),
    path("accounts/login/", allauth.login, name="account_login"),
    # Says that one joins by invitation; the library's mails need its address.
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/password/change/", allauth.password_change, name="account_change_password"),
    path("accounts/password/set/", allauth.password_set, name="account_set_password"),
    path("accounts/password/reset/", allauth.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "accounts/password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("accounts/second-step/", mfa.index, name="mfa_index"),
    path("accounts/second-step/code/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/second-step/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/second-step/app/", never_cache(totp.activate_totp), name="mfa_activate_totp"),
    path("accounts/second-step/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "accounts/second-step/codes/", never_cache(codes.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "accounts/second-step/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "accounts/second-step/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("accounts/houses/", houses.connections, name="socialaccount_connections"),
    path("accounts/houses/cancelled/", houses.login_cancelled, name="socialaccount_login_cancelled"),
    path("accounts/houses/error/", houses.login_error, name="socialaccount_login_error"),
    path("accounts/houses/signup/", houses.signup, name="socialaccount_signup"),
    path("accounts/oidc/<slug:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
]

"""Start page, appearance, one's login. Of allauth's pages only those that this product has."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import URLPattern, path, re_path

from annotation.views import appearance, home, tokens

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("appearance/", appearance.set_theme, name="set_theme"),
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
]

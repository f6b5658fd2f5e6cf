"""Sign in, choose a pass phrase, join by invitation, make an API token; allauth's forms in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LENGTH = _("At least 10 characters; several words with spaces are easy to keep and hard to guess.")
AGAIN = _("The same once more")


def _word(form: forms.Form, words: Mapping[str, tuple[StrOrPromise, StrOrPromise]]) -> None:
    """Give fields label and help, and take away what would stand in the fields as a grey hint."""
    for name, (label, help_text) in words.items():
        field = form.fields[name]
        field.label, field.help_text = label, help_text
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
            "login": (gettext("User name or e-mail"), ""),
            "password": (gettext("Pass phrase"), ""),
        }
        _word(self, words)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}


class PassPhraseChangeForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
            "oldpassword": (gettext("Present pass phrase"), ""),
            "password1": (gettext("New pass phrase"), LENGTH),
            "password2": (AGAIN, ""),
        }
        _word(self, words)


class PassPhraseSetForm(SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"password1": (gettext("Pass phrase"), LENGTH), "password2": (AGAIN, "")})


class PassPhraseResetForm(ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"email": (gettext("E-mail"), gettext("The address that you gave for your login."))})


class PassPhraseResetKeyForm(ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"password1": (gettext("New pass phrase"), LENGTH), "password2": (AGAIN, "")})


class JoinForm(forms.Form):
    """A new login for an invited person; the user name is drawn."""

    pass_phrase = forms.CharField(
        label=_("Choose a pass phrase"),
        strip=False,
        max_length=200,
        help_text=LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=AGAIN,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_(
            "Only to send you a link if you forget your pass phrase. Without it, nobody can bring "
            "a lost login back. It is never shown to anybody in the study."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_pass_phrase(self) -> str:
        pass_phrase: str = self.cleaned_data["pass_phrase"]
        validate_password(pass_phrase)
        return pass_phrase

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "pass_phrase" in data and "again" in data and data["pass_phrase"] != data["again"]:
            self.add_error("again", gettext("The two differ. Please type the same pass phrase twice."))
        return data

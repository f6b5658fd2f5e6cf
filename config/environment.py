"""Typed, strict readers of the environment: a wrong value refuses to start and says which."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvError

env = Env()

LOCAL = {"localhost", "127.0.0.1", "::1"}


def secret_key(data_dir: Path) -> str:
    """The key from SECRET_KEY, or one made once and kept in the data folder (embedded runs)."""
    given: str | None = env.str("SECRET_KEY", None)
    if given:
        return given
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Exclusive creation: of two processes that start at once, one writes and both read the same.
        try:
            with path.open("x") as handle:
                handle.write(secrets.token_urlsafe(50))
            path.chmod(0o600)
        except FileExistsError:
            pass
    return path.read_text().strip()


def broker_options(url: str, data_dir: Path) -> dict[str, object]:
    """Celery's transport options; the file-system transport needs folders of its own."""
    if not url.startswith("filesystem://"):
        return {}
    folder = data_dir / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    # One folder for both directions: producer and consumer share it, messages are files in it.
    return {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,
    }


def mfa_required_of() -> str:
    """Whose sign-in must have a second step: "" for nobody, "staff" for everybody who does more than rate."""
    wanted: str = env.str("ATTUNE_REQUIRE_MFA", "").strip().lower()
    if wanted not in {"", "staff"}:
        raise EnvError('Environment variable "ATTUNE_REQUIRE_MFA" is wrong: leave it empty, or say "staff".')
    return wanted


@dataclass(frozen=True)
class OidcProvider:
    """A house whose sign-in people may use here. `origins`: hosts that its sign-in leads over."""

    key: str
    name: str
    server_url: str
    client_id: str
    secret: str
    origins: tuple[str, ...]

    def as_app(self) -> dict[str, object]:
        """As allauth's `SOCIALACCOUNT_PROVIDERS` wants it."""
        return {
            "provider_id": self.key,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.server_url, "oauth_pkce_enabled": True},
        }


def _address(variable: str, value: str) -> str:
    """An https address; http only of this machine, for trying out."""
    parts = urlsplit(value)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if not is_safe or not parts.hostname or parts.username or re.search(r"[\s;,'\"]", value):
        raise EnvError(f'Environment variable "{variable}" is wrong: an address with https:// is needed.')
    return value.rstrip("/")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _needed(variable: str) -> str:
    value: str = env.str(variable, "").strip()
    if not value:
        raise EnvError(f'Environment variable "{variable}" is missing: ATTUNE_OIDC names this provider.')
    return value


def oidc_providers() -> list[OidcProvider]:
    """The providers that ATTUNE_OIDC lists, e.g. "uni,clinic"; of each ATTUNE_OIDC_UNI_URL, _CLIENT_ID and
    _SECRET, and where wanted _NAME and _SIGN_IN_URLS (where its sign-in leads over further hosts)."""
    keys: list[str] = [key.strip() for key in env.str("ATTUNE_OIDC", "").split(",") if key.strip()]
    if len(set(keys)) < len(keys):
        raise EnvError('Environment variable "ATTUNE_OIDC" is wrong: a provider is named twice.')
    return [_provider(key) for key in keys]


def _provider(key: str) -> OidcProvider:
    if not re.fullmatch(r"[a-z][a-z0-9]{0,29}", key):
        raise EnvError(
            f'Environment variable "ATTUNE_OIDC" is wrong: “{key}” is not of small letters and digits.'
        )
    start = f"ATTUNE_OIDC_{key.upper()}_"
    server_url = _address(f"{start}URL", _needed(f"{start}URL"))
    listed: str = env.str(f"{start}SIGN_IN_URLS", "")
    further = [_address(f"{start}SIGN_IN_URLS", one.strip()) for one in listed.split(",") if one.strip()]
    return OidcProvider(
        key=key,
        name=env.str(f"{start}NAME", "").strip() or key.capitalize(),
        server_url=server_url,
        client_id=_needed(f"{start}CLIENT_ID"),
        secret=_needed(f"{start}SECRET"),
        origins=tuple(dict.fromkeys(_origin(address) for address in [server_url, *further])),
    )

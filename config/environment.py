"""Typed, strict readers of the environment: a wrong value refuses to start and says which."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import EnvError

from config.readers import choice, folder, listed, secret, text, wrong

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL = {"localhost", "127.0.0.1", "::1"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# A name, a name with all below it, an address, or everything.
HOST = re.compile(r"\*|\.?[\w-]+(?:\.[\w-]+)*|\[[\da-fA-F:.]+\]")


def data_folder() -> Path:
    return folder("ATTUNE_DATA_DIR", BASE_DIR / "var")


def log_format() -> str:
    return choice("LOG_FORMAT", "line", among=("line", "json"))


def log_level() -> str:
    return choice("LOG_LEVEL", "WARNING", among=LEVELS)


def secret_key(data_dir: Path) -> str:
    """The key from SECRET_KEY or its file, or one made once and kept in the data folder (embedded runs)."""
    given = secret("SECRET_KEY")
    if given:
        return given
    path = data_dir / "secret_key"
    if not path.exists():
        # Exclusive creation: of two processes that start at once, one writes and both read the same.
        try:
            with path.open("x") as handle:
                handle.write(secrets.token_urlsafe(50))
            path.chmod(0o600)
        except FileExistsError:
            pass
    return path.read_text().strip()


def allowed_hosts() -> list[str]:
    hosts = listed("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    for host in hosts:
        if not HOST.fullmatch(host):
            raise wrong("ALLOWED_HOSTS", "names of hosts, without scheme and port", got=host)
    return hosts


def trusted_origins() -> list[str]:
    origins = listed("CSRF_TRUSTED_ORIGINS")
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
            raise wrong("CSRF_TRUSTED_ORIGINS", "origins such as https://attune.example.org", got=origin)
    return origins


def mfa_required_of() -> str:
    """Whose sign-in must have a second step: "" for nobody, "staff" for everybody who does more than rate."""
    return choice("ATTUNE_REQUIRE_MFA", "", among=("", "staff"))


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
    value = secret(variable)
    if not value:
        raise EnvError(f'Environment variable "{variable}" is missing: ATTUNE_OIDC names this provider.')
    return value


def oidc_providers() -> list[OidcProvider]:
    """The providers that ATTUNE_OIDC lists, e.g. "uni,clinic"; of each ATTUNE_OIDC_UNI_URL, _CLIENT_ID and
    _SECRET, and where wanted _NAME and _SIGN_IN_URLS (where its sign-in leads over further hosts)."""
    keys = listed("ATTUNE_OIDC")
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
    further = [_address(f"{start}SIGN_IN_URLS", one) for one in listed(f"{start}SIGN_IN_URLS")]
    return OidcProvider(
        key=key,
        name=text(f"{start}NAME", key.capitalize()),
        server_url=server_url,
        client_id=_needed(f"{start}CLIENT_ID"),
        secret=_needed(f"{start}SECRET"),
        origins=tuple(dict.fromkeys(_origin(address) for address in [server_url, *further])),
    )

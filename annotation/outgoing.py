"""Requests to addresses that people typed: to public ones only, pinned, small, without redirects."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 10
SECONDS_IN_ALL = 30
MAX_ANSWER = 64 * 1024
MAX_URL = 500
# Below these live mail, shells and directories, which nobody names as a webhook.
HTTPS_PORT, FREE_PORTS = 443, 1024
Resolver = Callable[[str, int], list[str]]


class RefusedAddressError(Exception):
    """The address may not be asked; the message says why, without saying what it resolves to."""


class UnreachableError(Exception):
    """Nobody answered, or not in a way that can be read."""


@dataclass(frozen=True)
class Target:
    """Where to connect: the checked address itself, so that no second look-up can lead elsewhere."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def resolved(host: str, port: int) -> list[str]:
    """Every address of a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError("The name of the server is not known.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    """Whether an address belongs to the open internet, whatever it is wrapped in.

    >>> [is_public(one) for one in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    is_odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not is_odd


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddressError("This is not an address that can be asked.") from error
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL and port != 0
    if not is_plain or not parts.hostname or parts.username or parts.password or parts.fragment:
        raise RefusedAddressError("Write an address such as https://example.org/hook, without a login in it.")
    return parts


def _is_own_machine(parts: SplitResult, addresses: list[str]) -> bool:
    """Plain HTTP to this machine, where the settings allow it."""
    if not settings.WEBHOOKS_TO_LOCALHOST or parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        return False
    return all(ipaddress.ip_address(address).is_loopback for address in addresses)


def checked_target(url: str, *, resolve: Resolver = resolved) -> Target:
    """Look the name up once, and refuse unless every address of it is public.

    Raises:
        RefusedAddressError: not https, or an address inside this network.
        UnreachableError: the name is not known.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    port = parts.port or (80 if parts.scheme == "http" else 443)
    addresses = resolve(host, port)
    if not addresses:
        raise UnreachableError("The name of the server is not known.")
    if not _is_own_machine(parts, addresses):
        if parts.scheme != "https":
            raise RefusedAddressError("Only https addresses are told.")
        if not all(is_public(address) for address in addresses):
            raise RefusedAddressError("This address lies inside a private network.")
        if port != HTTPS_PORT and port < FREE_PORTS:
            raise RefusedAddressError("Only port 443 and ports from 1024 on are told.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, addresses[0])


class _Pinned(HTTPSConnection):
    """TLS to the checked address, with the certificate of the name."""

    def __init__(self, target: Target) -> None:
        self.context = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=SECONDS, context=self.context)
        self.address = target.address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host)


class _PinnedPlain(HTTPConnection):
    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.address = target.address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send once and return the status. Redirects are not followed; the answer is read up to `MAX_ANSWER`.

    Raises:
        UnreachableError: no connection, no certificate that fits, no answer in `SECONDS`.
    """
    connection = _Pinned(target) if target.scheme == "https" else _PinnedPlain(target)
    # The time-out is one of each read: a server that drips bytes is cut off as a whole.
    cut = Timer(SECONDS_IN_ALL, _hang_up, [connection])
    cut.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read(MAX_ANSWER)
    except ssl.SSLError as error:
        raise UnreachableError("The server's certificate cannot be trusted.") from error
    except (OSError, HTTPException) as error:
        raise UnreachableError("The server did not answer.") from error
    else:
        return answer.status
    finally:
        cut.cancel()
        connection.close()


def _hang_up(connection: HTTPConnection) -> None:
    sock: socket.socket | None = connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

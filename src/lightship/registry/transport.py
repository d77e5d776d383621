"""HTTP to registries: TLS, proxies, patience with busy servers, redirects that leak nothing."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from lightship import __version__
from lightship.errors import RegistryAwayError, RegistryError
from lightship.image.read_limits import MB
from lightship.wording.connection_failures import is_silence, why
from lightship.wording.printable import escaped

CERTIFICATES = (
    "/etc/docker/certs.d",
    "/etc/containers/certs.d",
    "~/.config/containers/certs.d",
)
PATIENCE = 30.0  # seconds without a byte, and for a connection
_BUSY = frozenset((429, 500, 502, 503, 504))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_ATTEMPTS = 5
_FIRST_PAUSE = 0.5  # seconds, then twice as much each time
_MOST_REDIRECTS = 5
_LONGEST_BODY = 20  # times the patience, for all of a small answer
_DISMISSED = (
    1 << 16
)  # bytes of an unwanted body that are read rather than to connect anew
_LONGER = "; try again, or wait longer with --timeout SECONDS"
_HEADERS = {"User-Agent": f"lightship/{__version__}", "Accept-Encoding": "identity"}


def is_loopback(host: str) -> bool:
    """Whether `host[:port]` is this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def origin(url: str) -> str:
    """`scheme://host:port`, the port always said: what may see a credential."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


class Transport:
    """Requests of one registry, and of where it redirects to.

    `patience` is for how many seconds it may send nothing, and how long a pause it may ask for;
    `whom` is what errors call it.
    Its methods may be called from several threads.
    """

    def __init__(
        self,
        certificates: Iterable[str] = CERTIFICATES,
        patience: float = PATIENCE,
        whom: str = "the registry",
    ) -> None:
        self.patience = patience
        self._whom = whom
        self._certificates = tuple(map(os.path.expanduser, certificates))
        self._pools: dict[str, Any] = {}

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.clear()

    def follow(
        self,
        url: str,
        headers: Mapping[str, str],
        authorization: str,
        fields: Any = None,
        *,
        head: bool = False,
    ) -> Any:
        """The answer at a URL, redirects followed; its body is not read yet.

        `authorization` is sent to the origin of `url` only. With `fields` it is a POST of a form,
        with `head` only the headers are asked for.
        """
        first = origin(url)
        for _ in range(_MOST_REDIRECTS):
            own = (
                {**headers, "Authorization": authorization}
                if authorization and origin(url) == first
                else headers
            )
            answer = self._patient(url, own, fields, head=head)
            place = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not place:
                return answer
            dismiss(answer)
            url = _next(url, place)
            fields = fields if answer.status in (307, 308) else None
        raise RegistryError(f"{first}: more than {_MOST_REDIRECTS} redirects")

    def _patient(
        self, url: str, headers: Mapping[str, str], fields: Any, *, head: bool
    ) -> Any:
        """One request, made again where the server is busy or the connection breaks."""
        for attempt in range(_ATTEMPTS):
            pause = _FIRST_PAUSE * 2**attempt
            last = attempt == _ATTEMPTS - 1
            try:
                answer = self._request(url, headers, fields, head=head)
            except urllib3.exceptions.HTTPError as error:
                if last or not _may_pass(error):
                    raise _unreachable(url, error, self.patience, self._whom) from error
            else:
                if answer.status not in _BUSY or last:
                    return answer
                pause = max(pause, _asked_pause(answer.headers.get("Retry-After")))
                if pause > self.patience:
                    return answer
                dismiss(answer)
            time.sleep(pause)
        raise AssertionError  # the last attempt returns or raises

    def _request(
        self, url: str, headers: Mapping[str, str], fields: Any, *, head: bool
    ) -> Any:
        body = None if fields is None else urlencode(fields)
        reading = "HEAD" if head else "GET"
        form = (
            {}
            if fields is None
            else {"Content-Type": "application/x-www-form-urlencoded"}
        )
        return self._pool(url).request(
            reading if fields is None else "POST",
            url,
            body=body,
            headers={**_HEADERS, **form, **headers},
            preload_content=False,
            decode_content=False,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=self.patience, read=self.patience),
        )

    def _pool(self, url: str) -> Any:
        """Connections to the host of a URL, through its proxy if the environment names one."""
        key = origin(url)
        if key not in self._pools:
            parts = urlsplit(url)
            context = self._context(parts.netloc) if parts.scheme == "https" else None
            proxy = _proxy(parts.scheme, parts.netloc)
            kind = urllib3.ProxyManager(proxy, ssl_context=context) if proxy else None
            self._pools[key] = kind or urllib3.PoolManager(
                maxsize=8, ssl_context=context
            )
        return self._pools[key]

    def _context(self, host: str) -> ssl.SSLContext:
        """The authorities that are trusted for a host.

        They are the system's (SSL_CERT_FILE counts), and those that docker and podman know.

        `HOST/*.crt` are authorities, `NAME.cert` with `NAME.key` is shown to the registry
        (containers-certs.d(5)).
        """
        context = ssl.create_default_context()
        for certificates in self._certificates:
            folder = os.path.join(certificates, host)
            names = sorted(os.listdir(folder)) if os.path.isdir(folder) else ()
            for name in names:
                path = os.path.join(folder, name)
                try:
                    if name.endswith(".crt"):
                        context.load_verify_locations(path)
                    elif name.endswith(".cert"):
                        context.load_cert_chain(
                            path, path.removesuffix(".cert") + ".key"
                        )
                except OSError as error:  # ssl.SSLError is one
                    raise RegistryError(f"{path} cannot be used: {error}") from error
        return context


def read_body(answer: Any, most: int, where: str, patience: float) -> bytes:
    """At most so many bytes of an answer; `where` says what it is, for errors.

    One that comes byte by byte is given up, too: a server could send like that for good.
    """
    data = bytearray()
    end = monotonic() + _LONGEST_BODY * patience
    try:
        while len(data) < most and (piece := answer.read1(min(most - len(data), MB))):
            data += piece
            if monotonic() > end:
                answer.close()
                raise RegistryError(f"{where} comes too slowly{_LONGER}")
    except urllib3.exceptions.HTTPError as error:
        answer.close()
        raise RegistryError(
            f"{where} did not come whole: {why(error, patience)}{longer(error)}"
        ) from error
    return bytes(data)


def longer(error: Exception) -> str:
    """What to do where nothing came."""
    return _LONGER if is_silence(error) else "; try again"


def dismiss(answer: Any) -> None:
    """Close an answer whose body nobody wants; the connection is kept where that costs little."""
    try:
        rest = answer.read(_DISMISSED)
    except urllib3.exceptions.HTTPError:
        rest = bytes(_DISMISSED)
    if len(rest) < _DISMISSED:
        answer.release_conn()
    else:
        answer.close()


def _next(url: str, place: str) -> str:
    """Where a redirect leads; a RegistryError where that is not to be gone."""
    try:
        target = urljoin(url, place)
        parts = urlsplit(target)
        is_address = bool(parts.hostname) and parts.port != 0
    except ValueError:
        target, parts, is_address = "", urlsplit(""), False
    if not is_address or parts.scheme not in ("https", "http"):
        raise RegistryError(
            f"{origin(url)} redirects to {place[:200]!r}, which is not a valid URL"
        )
    if parts.scheme == "http" and urlsplit(url).scheme == "https":
        raise RegistryError(
            f"{origin(url)} redirects from https to http, to {escaped(parts.netloc)}: not followed"
        )
    return target


def _asked_pause(header: str | None) -> float:
    """Seconds that Retry-After asks for, as a number or a date (RFC 9110, section 10.2.3)."""
    if not header:
        return 0.0
    if header.isascii() and header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


def _may_pass(error: Exception) -> bool:
    """Whether another attempt may succeed.

    It cannot where no such host is, none listens, or its certificate is wrong. One that was silent
    for as long as it may be is not waited for again.
    """
    if is_silence(error):
        return False
    wrong = (
        urllib3.exceptions.NameResolutionError,
        urllib3.exceptions.SSLError,
        urllib3.exceptions.LocationValueError,
    )
    refused = isinstance(
        error, urllib3.exceptions.NewConnectionError
    ) and "refused" in str(error)
    return not refused and not isinstance(error, wrong)


def _unreachable(
    url: str, error: Exception, patience: float, whom: str
) -> RegistryError:
    host = escaped(urlsplit(url).netloc)
    words = escaped(why(error, patience))
    hint = _LONGER if is_silence(error) else ""
    if isinstance(error, urllib3.exceptions.SSLError):
        place = f"{CERTIFICATES[0]}/{host}/ca.crt"
        hint = f"; put {whom}'s own authority into {place}, or set SSL_CERT_FILE"
        if is_loopback(host) and "wrong version" in words:
            hint = "; it speaks plain HTTP: --plain-http"
    return RegistryAwayError(f"{whom} {host} cannot be reached: {words}{hint}")


def _proxy(scheme: str, host: str) -> str:
    # 20 ms, and tests of the rest need none
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415

    if is_loopback(host) or proxy_bypass(host):
        return ""
    proxy = getproxies().get(scheme, "")
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"

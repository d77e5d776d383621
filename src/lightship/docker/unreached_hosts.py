"""Whether a build failed because a host was not reached: the network's fault, or a registry's.

The same build may succeed when it is made again.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightship.regex import regex
from lightship.wording.printable import escaped

_LONGEST = 200  # characters of a line
_LAST = 40  # lines of a log
# As libc, curl, apt, apk, pip, uv, npm, Go and BuildKit's registry client say it. What a server
# refuses for good (401, 403, 404) and a wrong certificate are not among them, nor is a connection
# that is refused, which in a RUN is usually a service that does not run during a build.
_UNREACHED = regex(
    r"""(?ix)
    temporary\ failure\ (?:in\ name\ resolution|resolving) | could\ not\ resolve\ host
    | name\ or\ service\ not\ known | \bbad\ address\ '[^']{1,255}'
    | \bno\ such\ host\b | \bserver\ misbehaving\b
    | \bdns\ error\b | \bEAI_AGAIN\b | \bETIMEDOUT\b | \bECONNRESET\b
    | network\ is\ unreachable | no\ route\ to\ host
    | \bnetwork\ error\ \(check\b
    | \btemporary\ error\ \(try\ again\ later\) | connection\ reset\ by\ peer
    | \b(?:connection|operation|read)\ timed\ out\b
    | \b(?:i/o|TLS\ handshake|gateway)\ time-?out\b
    | \btoo\ ?many\ ?requests\b | \bbad\ gateway\b | \bservice\ (?:temporarily\ )?unavailable\b
    """
)
# Of a request to a registry that one is, too
_REFUSED = "connection refused"
_REQUEST = "failed to do request"


def unreached_line(lines: Iterable[str]) -> str:
    """The last line that says that a host was not reached; empty where none does."""
    last = list(lines)[-_LAST:]
    for line in reversed(last):
        if _UNREACHED.search(line) or is_refused_request(line):
            return escaped(line.strip(), _LONGEST)
    return ""


def is_refused_request(text: str) -> bool:
    """Whether a registry refused the connection, rather than the engine."""
    return _REQUEST in text and _REFUSED in text

"""Why a connection failed, as a few words of ours.

HTTP libraries wrap what happened several times, in texts that name objects of Python. What is
looked for is the innermost cause that says something; classes are known by their names, so that
none of the libraries is needed to read an error.
"""

from __future__ import annotations

from collections.abc import Iterator

_MOST = 20  # causes of causes
_SILENT = frozenset(
    ("ReadTimeoutError", "ConnectTimeoutError", "ReadTimeout", "ConnectTimeout")
)
_CUT_OFF = frozenset(("IncompleteRead", "InvalidChunkLength", "ChunkedEncodingError"))
_WORDS = {
    "NameResolutionError": "no host has that name",
    "gaierror": "no host has that name",
    "RemoteDisconnected": "it closed the connection without an answer",
    "BadStatusLine": "it does not speak HTTP",
    "HeaderParsingError": "it does not speak HTTP",
    "LocationParseError": "that is not a host name",
    "LocationValueError": "that is not a host name",
}


def is_silence(error: BaseException) -> bool:
    """Whether nothing came for too long."""
    return any(
        isinstance(cause, TimeoutError) or _name(cause) in _SILENT
        for cause in causes(error)
    )


def why(error: BaseException, patience: float) -> str:
    """Why a connection failed; `patience` are the seconds that silence may last."""
    found = list(causes(error))
    if is_silence(error):
        return f"nothing came for {patience:g} seconds"
    if any(_name(cause) in _CUT_OFF for cause in found):
        return "the connection ended too early"
    for cause in reversed(found):  # the innermost says most
        if words := _words(cause):
            is_proxy = any(_name(each) == "ProxyError" for each in found)
            return f"its proxy fails: {words}" if is_proxy else words
    return "the connection failed"


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it wraps, from the outside in."""
    waiting: list[BaseException] = [error]
    seen: list[BaseException] = []
    while waiting and len(seen) < _MOST:
        cause = waiting.pop(0)
        if any(cause is each for each in seen):
            continue
        seen.append(cause)
        yield cause
        inner = (
            cause.__cause__,
            cause.__context__,
            getattr(cause, "reason", None),
            *cause.args,
        )
        waiting += [each for each in inner if isinstance(each, BaseException)]


def _name(error: BaseException) -> str:
    return type(error).__name__


def _words(error: BaseException) -> str:
    """What one cause says; empty where it is only a wrapping."""
    if said := _WORDS.get(_name(error)):
        return said
    if verdict := getattr(error, "verify_message", ""):
        return f"its certificate is not trusted: {verdict}"
    reason = getattr(error, "reason", "")
    if _name(error).startswith("SSL") and isinstance(reason, str) and reason:
        return f"TLS fails: {reason.replace('_', ' ').lower()}"
    if isinstance(error, OSError) and isinstance(error.strerror, str):
        return error.strerror.lower()
    return ""

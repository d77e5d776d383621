"""Signals of STOPSIGNAL (github.com/moby/sys/signal)."""

from __future__ import annotations

from lightship.regex import regex

_NUMBER = regex(r"[+-]?[0-9]{1,18}")
_PLAIN = """ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT
    SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ
    RTMIN RTMAX"""
_FROM_BELOW = [f"RTMIN+{number}" for number in range(1, 16)]
_FROM_ABOVE = [f"RTMAX-{number}" for number in range(1, 15)]
_NAMES = frozenset((*_PLAIN.split(), *_FROM_BELOW, *_FROM_ABOVE))


def is_signal(text: str) -> bool:
    """Whether BuildKit knows a signal: a number other than 0, or a name with or without SIG."""
    if _NUMBER.fullmatch(text):
        return int(text) != 0
    return text.upper().removeprefix("SIG") in _NAMES

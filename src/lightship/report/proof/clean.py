"""A proof without what must not be shown or kept: values of variables, secrets in texts.

What is left is what json can hold: no half of a surrogate pair, no infinity as a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite

from lightship.inspection.secrets import hidden
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.proof import ChangeShare, Figure, Proof
from lightship.proof.texts import mapped
from lightship.regex import regex
from lightship.smoke.http_request import HttpRequest
from lightship.wording.printable import escaped_bytes

_SURROGATES = regex("[\ud800-\udfff]")
_ARGUMENT = "--build-arg"
_LEFT_OUT = "…"


def clean(proof: Proof) -> Proof:
    """The proof as it may be shown. To clean it again changes nothing."""
    finite = replace(
        proof,
        figures=_figures(proof.figures),
        shares=tuple(map(_share, proof.shares)),
        asked=_asked(proof.asked),
    )
    return mapped(finite, _text)


def _share(share: ChangeShare) -> ChangeShare:
    return replace(share, figures=_figures(share.figures))


def _text(text: str) -> str:
    """Without secrets; bytes that are not UTF-8 as `\\xff`, other halves of pairs as U+FFFD."""
    if _SURROGATES.search(text) is not None:
        try:
            text = escaped_bytes(text.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            text = _SURROGATES.sub("\ufffd", text)
    return hidden(text)


def _figures(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    return tuple(map(_figure, figures))


def _figure(figure: Figure) -> Figure:
    return replace(figure, low=_finite(figure.low), high=_finite(figure.high))


def _finite(bound: float | None) -> float | None:
    return bound if bound is not None and isfinite(bound) else None


def _asked(asked: MeasurePlan) -> MeasurePlan:
    """Of variables their names alone, with empty values."""
    running = asked.running
    if running is not None:
        running = replace(
            running,
            env=dict.fromkeys(running.env, ""),
            smoke=tuple(map(_request, running.smoke)),
        )
    return replace(asked, running=running, options=tuple(_options(asked.options)))


def _request(request: HttpRequest) -> HttpRequest:
    """Of headers their names alone, no body, and expectations as they are written alone.

    Their values have those of variables of the file in them.
    """
    headers = [_named_header(header) for header in request.headers]
    expected = [replace(each, value="") for each in request.expected]
    return replace(request, headers=tuple(headers), body="", expected=tuple(expected))


def _named_header(header: str) -> str:
    return f"{header.partition(':')[0]}: {_LEFT_OUT}"


def _options(options: Sequence[str]) -> Iterator[str]:
    before = ""
    for option in options:
        if before == _ARGUMENT:
            yield _named(option)
        elif option.startswith(f"{_ARGUMENT}="):
            yield f"{_ARGUMENT}={_named(option.partition('=')[2])}"
        else:
            yield option
        before = option


def _named(argument: str) -> str:
    """`NAME=…`; a name alone, whose value is that of the environment, as it is."""
    name, is_given, _ = argument.partition("=")
    return f"{name}={_LEFT_OUT}" if is_given else name

"""JUnit's XML, which nearly every CI shows: suites of cases that pass, fail or are skipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.record import record
from lightship.regex import regex

# What XML 1.0 cannot hold, escaped or not
_FORBIDDEN = regex(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@record
class JUnitCase:
    """A case: `failure` says what is wrong, and is empty where nothing is.

    `kind` is the type of the failure, `detail` the text in it. A `skipped` case is told, but fails
    nothing.
    """

    classname: str
    name: str
    failure: str = ""
    kind: str = ""
    detail: str = ""
    skipped: bool = False


@record
class Suite:
    """Cases under a name; `may_skip` says that the suite counts its skipped cases."""

    name: str
    cases: Sequence[JUnitCase]
    may_skip: bool = True


def junit(suites: Iterable[Suite]) -> Iterator[str]:
    """A document, suite by suite as they come; one without cases is left out."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lightship">\n'
    for suite in suites:
        if suite.cases:
            yield from _suite(suite)
    yield "</testsuites>\n"


def _suite(suite: Suite) -> Iterator[str]:
    not_passed = [case for case in suite.cases if case.failure]
    skipped = sum(case.skipped for case in not_passed)
    failed = len(not_passed) - skipped

    attributes = [
        f"name={_attribute(suite.name)}",
        f'tests="{len(suite.cases)}"',
        f'failures="{failed}"',
    ]
    if suite.may_skip:
        attributes.append(f'skipped="{skipped}"')
    attributes.append('errors="0"')

    yield f"  <testsuite {' '.join(attributes)}>\n"
    for case in suite.cases:
        yield from _case(case)
    yield "  </testsuite>\n"


def _case(case: JUnitCase) -> Iterator[str]:
    classname = _attribute(case.classname)
    name = _attribute(case.name)
    head = f"    <testcase classname={classname} name={name}"
    if not case.failure:
        yield f"{head}/>\n"
        return
    yield f"{head}>\n"
    yield from _skipped(case) if case.skipped else _failed(case)
    yield "    </testcase>\n"


def _skipped(case: JUnitCase) -> Iterator[str]:
    yield f"      <skipped message={_attribute(case.failure)}/>\n"
    if case.detail:
        yield f"      <system-out>{_text(case.detail)}</system-out>\n"


def _failed(case: JUnitCase) -> Iterator[str]:
    kind = _attribute(case.kind)
    message = _attribute(case.failure)
    start = f"<failure type={kind} message={message}>"
    yield f"      {start}{_text(case.detail)}</failure>\n"


def _text(words: str) -> str:
    from xml.sax.saxutils import escape  # noqa: PLC0415 - it imports urllib and ssl

    return escape(_FORBIDDEN.sub("\ufffd", words))


def _attribute(words: str) -> str:
    from xml.sax.saxutils import quoteattr  # noqa: PLC0415 - it imports urllib and ssl

    return quoteattr(_FORBIDDEN.sub("\ufffd", words))

"""An image's limits and findings as JUnit's XML, a case each. Limits fail as the gate does, findings never."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison
from lightship.inspection.model import ImageFinding, Inspection, Outcome
from lightship.record import record
from lightship.regex import regex
from lightship.report.image import words
from lightship.report.image.formats import ImageView
from lightship.report.image.lists import by_weight, sentence
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

# What XML 1.0 cannot hold, escaped or not.
_FORBIDDEN = regex(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@record
class Case:
    """A case: `failure` says what is wrong, and is empty where nothing is; `skipped` is told, but fails nothing."""

    group: str
    name: str
    failure: str = ""
    kind: str = ""
    detail: str = ""
    skipped: bool = False


def write_inspection(inspection: Inspection, _view: ImageView) -> Iterator[str]:
    """One suite with the limits and one with the findings."""
    name = inspection.contents.image.name
    findings = [_finding(each) for each in by_weight(inspection.findings)]
    yield from _suites(
        name, _limits(inspection.outcomes), findings or [Case("advice", "no findings")]
    )


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """One suite with the limits, and whether the images are the same, which fails only where that is a limit."""
    names = [side.contents.image.name for side in (comparison.before, comparison.after)]
    same = Case("compare", "same", comparison.first_reason, "different", skipped=True)
    yield from _suites(" and ".join(names), _limits(comparison.outcomes), [same])


def _limits(outcomes: Iterable[Outcome]) -> list[Case]:
    return [
        Case("gate", f"{each.name} {each.limit}")
        if each.passed
        else Case(
            "gate",
            f"{each.name} {each.limit}",
            f"{each.name}: {each.figure}",
            "limit",
            "\n".join(map(escaped, each.detail)),
        )
        for each in outcomes
    ]


def _finding(found: ImageFinding) -> Case:
    """A finding never fails by itself: what is to fail is said with --deny, and then is a limit."""
    line = phrases.line(found.blame) if found.blame else ""
    saves = f"saves {size(found.saves)}" if found.saves else ""
    places = [f"{words.path(each.path)} {size(each.size)}" for each in found.places]
    detail = "\n".join(filter(None, (line, saves, *places)))
    return Case(
        "advice", found.id, sentence(found), found.severity.label, detail, skipped=True
    )


def _suites(name: str, *suites: list[Case]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lightship">\n'
    for cases in suites:
        if cases:
            failures = sum(bool(each.failure) and not each.skipped for each in cases)
            skipped = sum(bool(each.failure) and each.skipped for each in cases)
            title = _attribute(f"{escaped(name)} {cases[0].group}")
            counts = f'tests="{len(cases)}" failures="{failures}" skipped="{skipped}" errors="0"'
            yield f"  <testsuite name={title} {counts}>\n"
            for each in cases:
                yield from _case(name, each)
            yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _case(image: str, case: Case) -> Iterator[str]:
    head = f"    <testcase classname={_attribute(f'{escaped(image)}.{case.group}')} name={_attribute(case.name)}"
    if not case.failure:
        yield f"{head}/>\n"
    elif case.skipped:
        yield f"{head}>\n      <skipped message={_attribute(case.failure)}/>\n"
        yield (
            f"      <system-out>{_text(case.detail)}</system-out>\n    </testcase>\n"
            if case.detail
            else "    </testcase>\n"
        )
    else:
        message = (
            f"<failure type={_attribute(case.kind)} message={_attribute(case.failure)}>"
        )
        yield f"{head}>\n      {message}{_text(case.detail)}</failure>\n    </testcase>\n"


def _text(words_: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", words_))


def _attribute(words_: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", words_))

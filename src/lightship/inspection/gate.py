"""The gate: limits, and whether an image meets them.

`--max-size` and `--max-increase` refer to the image's content bytes: all layers' files,
uncompressed, which is roughly what `docker images` shows. Waste is defined in waste.py, without the
paths that `--ignore-path` excludes. An image that exactly meets a limit passes.

A limit must not break because advice was followed. So `--max-waste` counts what the Dockerfile can
save (own_waste.py), and removing what the base image ships adds nothing. Its share refers to what
the image needs and that waste: all content but the base image's waste and what findings of needless
content would save. It does not grow when those go, nor when they become waste. dive's limits are
dive's: of all waste, and shares of all content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from typing import NamedTuple

from lightship.errors import UsageError
from lightship.image.waste import Waste
from lightship.inspection.globs import ignored_by
from lightship.inspection.inspection import FindingGroup, ImageFinding, Inspection
from lightship.inspection.own_waste import own_waste
from lightship.inspection.phrases import ended, instruction, line
from lightship.inspection.subjects import SUBJECTS, WORDS
from lightship.outcome import Outcome
from lightship.record import record
from lightship.regex import regex
from lightship.wording.counts import count
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import exact_percent, percent, read_share
from lightship.wording.sizes import read_size, size

MOST = 5  # contributors of a kind
_PERCENT = regex(r"([0-9]{1,9}(?:\.[0-9]{0,30})?)\s*%")


class Allowance(NamedTuple):
    """A number of bytes or a share: one of the two."""

    bytes: int | None = None
    share: float | None = None

    def of(self, whole: int) -> float:
        """The bytes that it allows; a share refers to `whole`."""
        if self.bytes is not None:
            return self.bytes
        return (self.share or 0) * whole

    def __str__(self) -> str:
        if self.bytes is not None:
            return size(self.bytes)
        return exact_percent(self.share or 0)


@record
class Gate:
    """The limits that are set; None where one is not.

    `max_waste` is of what the Dockerfile can save. `max_all_waste` is dive's highestWastedBytes,
    `max_user_waste` its highestUserWastedPercent: waste as a share of the content of all layers but
    the first. `deny` has groups, ids of findings, and the words of `subjects.WORDS`.
    """

    max_size: int | None = None
    max_waste: Allowance | None = None
    min_efficiency: float | None = None
    max_increase: Allowance | None = None
    max_user_waste: float | None = None
    deny: tuple[str, ...] = ()
    ignore_paths: tuple[str, ...] = ()
    max_all_waste: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it sets no limit."""
        limits = (
            self.max_size,
            self.max_waste,
            self.min_efficiency,
            self.max_increase,
            self.max_user_waste,
            self.max_all_waste,
        )
        return not self.deny and all(limit is None for limit in limits)


def read_gate(
    max_size: str = "",
    max_waste: str = "",
    min_efficiency: str = "",
    max_increase: str = "",
    deny: Iterable[str] = (),
    ignore_paths: Iterable[str] = (),
) -> Gate:
    """Limits as users write them, empty for no limit; a UsageError for an invalid one."""
    globs = tuple(ignore_paths)
    ignored_by(globs)  # raises for an invalid one
    size_limit = read_size(max_size) if max_size else None
    waste = read_amount(max_waste) if max_waste else None
    efficiency = read_share(min_efficiency) if min_efficiency else None
    increase = read_amount(max_increase) if max_increase else None
    return Gate(
        size_limit,
        waste,
        efficiency,
        increase,
        deny=read_deny(deny),
        ignore_paths=globs,
    )


def asks_for_secrets(gate: Gate) -> bool:
    """Whether a limit can be broken by a secret."""
    group = FindingGroup.SECRETS
    ids = {row.id for row in SUBJECTS.values() if row.group is group}
    return not ids.union(("all", str(group))).isdisjoint(gate.deny)


def read_amount(text: str) -> Allowance:
    """A size, or a share with `%`."""
    match = _PERCENT.fullmatch(text.strip())
    if match:
        return Allowance(share=float(match[1]) / 100)
    return Allowance(bytes=read_size(text))


def read_deny(names: Iterable[str]) -> tuple[str, ...]:
    """Names of findings, each once, split at commas."""
    words: list[str] = []
    for joined in names:
        words += map(str.strip, joined.split(","))
    single = tuple(dict.fromkeys(filter(None, words)))
    for name in single:
        if name not in _deniable():
            raise UsageError(f"unknown finding {name!r}: {_hint(name)}")
    return single


def _hint(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(name, _deniable(), n=1)
    if near:
        return f"did you mean {near[0]}?"
    known = ", ".join(_deniable())
    return f"known are {known}"


def _deniable() -> tuple[str, ...]:
    groups = map(str, FindingGroup)
    return tuple(dict.fromkeys(("all", *groups, *WORDS, *SUBJECTS)))


def judge(
    inspection: Inspection,
    gate: Gate,
    baseline: int | None = None,
) -> tuple[Outcome, ...]:
    """An outcome for each limit that is set. `baseline` is in content bytes.

    Findings are taken as they are in the inspection, which left out the paths to ignore. A
    UsageError where an increase is limited and there is no baseline.
    """
    ignored = ignored_by(gate.ignore_paths)
    waste = [item for item in inspection.contents.waste if not ignored(item.path)]
    return (
        *_size(inspection, gate),
        *_waste(inspection, gate, waste),
        *_increase(inspection, gate, baseline),
        *(_denied(inspection, name) for name in gate.deny),
    )


def _size(inspection: Inspection, gate: Gate) -> Iterator[Outcome]:
    if gate.max_size is None:
        return
    content = inspection.contents.content_bytes
    limit = size(gate.max_size)
    figure = _figure(content, gate.max_size)
    passed = content <= gate.max_size
    detail = (*_layers(inspection), *_packages(inspection))
    yield _outcome("max-size", limit, figure, passed, detail)


def _waste(
    inspection: Inspection,
    gate: Gate,
    waste: Sequence[Waste],
) -> Iterator[Outcome]:
    content = inspection.contents.content_bytes
    wasted = sum(item.size for item in waste)
    detail = tuple(_wasted(waste))
    if gate.max_waste is not None:
        yield _max_waste(inspection, gate.max_waste, waste)
    if gate.max_all_waste is not None:
        figure = _figure(wasted, gate.max_all_waste)
        passed = wasted <= gate.max_all_waste
        yield _outcome(
            "max-all-waste", size(gate.max_all_waste), figure, passed, detail
        )
    if gate.min_efficiency is not None:
        efficiency = 1 - wasted / content if content else 1.0
        limit = exact_percent(gate.min_efficiency)
        figure = percent(efficiency, 2)
        passed = efficiency >= gate.min_efficiency
        yield _outcome("min-efficiency", limit, figure, passed, detail)

    if gate.max_user_waste is not None:
        share = _user_waste(inspection, wasted)
        limit = exact_percent(gate.max_user_waste)
        figure = percent(share, 2)
        passed = share <= gate.max_user_waste
        yield _outcome("max-user-waste", limit, figure, passed, detail)


def _max_waste(
    inspection: Inspection,
    limit: Allowance,
    waste: Sequence[Waste],
) -> Outcome:
    """The limit of the waste that the Dockerfile can save."""
    own = own_waste(waste, inspection.blame)
    wasted = sum(item.size for item in own)
    in_base = sum(item.size for item in waste) - wasted
    whole = _needed(inspection) + wasted
    most = limit.of(whole)
    figure = _figure(wasted, most)
    if limit.share is not None:
        share = wasted / whole if whole else 0
        figure += f" ({percent(share, 2)})"
    if in_base:
        figure += f", beside {size(in_base)} of the base image"
    detail = tuple(_wasted(own))
    return _outcome("max-waste", str(limit), figure, wasted <= most, detail)


def _needed(inspection: Inspection) -> int:
    """The bytes of the image that are neither waste nor needless."""
    contents = inspection.contents
    seen = contents.content_bytes - contents.wasted_bytes
    return max(seen - inspection.together.needless, 0)


def _user_waste(inspection: Inspection, wasted: int) -> float:
    """Waste as a share of the content of all layers but the first."""
    above = inspection.contents.stack.scans[1:]
    content = sum(scan.content_bytes for scan in above if scan)
    return wasted / content if content else 0.0


def _increase(
    inspection: Inspection,
    gate: Gate,
    baseline: int | None,
) -> Iterator[Outcome]:
    limit = gate.max_increase
    if limit is None:
        return
    if baseline is None:
        raise UsageError(
            "--max-increase needs a baseline: give a saved report with --baseline FILE"
        )
    more = inspection.contents.content_bytes - baseline
    most = limit.of(baseline)
    sign = "-" if more < 0 else "+"
    figure = f"{sign}{_figure(abs(more), most)} on {size(baseline)}"
    detail = tuple(_layers(inspection))
    yield _outcome("max-increase", str(limit), figure, more <= most, detail)


def _outcome(
    name: str,
    limit: str,
    figure: str,
    passed: bool,
    detail: tuple[str, ...],
) -> Outcome:
    return Outcome(name, limit, figure, passed, () if passed else detail)


def _denied(inspection: Inspection, name: str) -> Outcome:
    findings = [item for item in inspection.findings if _is_denied(item, name)]
    figure = count(len(findings), "finding")
    messages = tuple(finding.message for finding in findings[: 2 * MOST])
    return _outcome(f"deny {name}", "none", figure, not findings, messages)


def _is_denied(finding: ImageFinding, name: str) -> bool:
    if name == finding.id or finding.id in WORDS.get(name, ()):
        return True
    # A group is what the Dockerfile can change: what the base image brings is denied by its id
    is_of_base = finding.saves == 0 and finding.in_base > 0
    return name in ("all", str(finding.group)) and not is_of_base


def _figure(number: int, limit: float) -> str:
    """A size; to the byte where it would read as the limit does."""
    text = size(number)
    if number != limit and text == size(int(limit)):
        return f"{number:,} B"
    return text


def _wasted(waste: Sequence[Waste]) -> Iterator[str]:
    for item in nlargest(MOST, waste, key=lambda item: item.size):
        path = f"/{escaped(item.path, 120)}"
        writer = f"written by layer {item.layer + 1}"
        end = ended(item.reason, item.by)
        yield f"{path}: {size(item.size)}, {writer}, {end}"


def _layers(inspection: Inspection) -> Iterator[str]:
    scans = enumerate(inspection.contents.stack.scans)
    sizes = [(layer, scan.content_bytes) for layer, scan in scans if scan]
    filled = [row for row in sizes if row[1]]
    for layer, content in nlargest(MOST, filled, key=lambda row: row[1]):
        maker = _maker(inspection, layer)
        yield f"layer {layer + 1}: {size(content)} {maker}".rstrip()


def _maker(inspection: Inspection, layer: int) -> str:
    """The line and the instruction that made a layer; empty where nothing is known."""
    if layer >= len(inspection.blame):
        return ""
    blame = inspection.blame[layer]
    text = shortened(instruction(blame), 80)
    return f"{line(blame)} {text}".strip()


def _packages(inspection: Inspection) -> Iterator[str]:
    packages = inspection.owners.packages
    for package in nlargest(MOST, packages, key=lambda package: package.size):
        name = f"{escaped(package.name, 60)} {escaped(package.version, 40)}"
        yield f"{package.manager} {name}: {size(package.size)}"

"""What several formats say of a build context in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.inspection.context.context_report import Amount, ContextReport, Use
from lightship.inspection.context.proposal import Loss, Proposal
from lightship.inspection.secrets import hidden
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size


def amount(part: Amount) -> str:
    """`1,204 files, 38.2 MB`."""
    return f"{count(part.files, 'file')}, {size(part.size)}"


def lines(numbers: Sequence[int], most: int = 6) -> str:
    """`line 3`, `lines 3, 5 and 7`, `lines 3, 5 and 8 more`."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    *first, last = [str(number) for number in numbers[:most]]
    if len(numbers) > most:
        last = f"{len(numbers) - most + 1} more"
    return f"lines {', '.join(first)} and {last}"


def ignore_file(report: ContextReport) -> str:
    """Which ignore file is in force."""
    path = report.context.ignore_path
    if path is None:
        return "no .dockerignore"
    patterns = count(len(report.ignore.patterns), "pattern")
    return f"{escaped(path)} ({patterns})"


def by(numbers: Sequence[int]) -> str:
    """Who copies something."""
    return f"copied by {lines(numbers)}" if numbers else "no instruction copies it"


def instruction(use: Use) -> str:
    """An instruction on one line, not endlessly long, with what looks like a secret hidden."""
    return escaped(hidden(use.text), 80)


def transfer(report: ContextReport) -> str:
    """What BuildKit's client sends, and why."""
    sent = report.transfer
    if sent is None:
        return ""
    if not sent.lines:
        return "nothing: no instruction of the target reads the build context"
    who = lines(sent.lines)
    ending = "s" if len(sent.lines) == 1 else ""
    if sent.whole:
        return f"all of it: {who} read{ending} the whole context"
    others = "builders other than BuildKit send everything"
    return f"{amount(sent.amount)}: what {who} read{ending}; {others}"


def saving(proposal: Proposal) -> str:
    """What a proposal brings."""
    kind = "an allow-list" if proposal.kind == "allow" else "a deny-list"
    new = count(proposal.lines, "new line")
    return f"{kind}, {new}: {amount(proposal.saves)} less in the context"


def loss(missed: Loss) -> str:
    """What is no longer copied or sent, and why the image does not need it."""
    files = amount(missed.amount)
    if not missed.is_copied:
        return f"no longer in the context: {files} ({missed.why})"
    return f"no longer copied: {escaped(missed.pattern)} ({missed.why}; {files})"

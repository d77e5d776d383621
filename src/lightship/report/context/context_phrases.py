"""What several formats say of a build context in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.inspection.context.context_report import Amount, ContextReport, Use
from lightship.inspection.context.proposal import Loss, Proposal
from lightship.inspection.secrets import hidden
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size


def amount(found: Amount) -> str:
    """`1,204 files, 38.2 MB`."""
    return f"{count(found.files, 'file')}, {size(found.size)}"


def lines(numbers: Sequence[int], most: int = 6) -> str:
    """`line 3`, `lines 3, 5 and 7`, `lines 3, 5 and 8 more`."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    kept = [str(number) for number in numbers[:most]]
    last = f"{len(numbers) - most + 1} more" if len(numbers) > most else kept[-1]
    return f"lines {', '.join(kept[:-1])} and {last}"


def ignore_file(report: ContextReport) -> str:
    """Which ignore file is in force."""
    path = report.context.ignore_path
    if path is None:
        return "no .dockerignore"
    return f"{escaped(path)} ({count(len(report.ignore.patterns), 'pattern')})"


def by(numbers: Sequence[int]) -> str:
    """Who copies something."""
    return f"copied by {lines(numbers)}" if numbers else "no instruction copies it"


def instruction(use: Use) -> str:
    """An instruction on one line, not endlessly long, with what looks like a secret hidden."""
    return escaped(hidden(use.text), 80)


def transfer(report: ContextReport) -> str:
    """What BuildKit's client sends, and why."""
    found = report.transfer
    if found is None:
        return ""
    if not found.lines:
        return "nothing: no instruction of the target reads the build context"
    if found.whole:
        return f"all of it: {lines(found.lines)} {'takes' if len(found.lines) == 1 else 'take'} the whole context"
    names = "names" if len(found.lines) == 1 else "name"
    return f"{amount(found.amount)}: what {lines(found.lines)} {names}; builders other than BuildKit send all"


def saving(proposal: Proposal) -> str:
    """What a proposal brings."""
    kind = "an allow-list" if proposal.kind == "allow" else "a deny-list"
    return f"{kind}, {count(proposal.lines, 'new line')}: {amount(proposal.saves)} less in the context"


def loss(found: Loss) -> str:
    """What is no longer copied or sent, and why that is no loss."""
    if not found.is_copied:
        return f"no longer in the context: {amount(found.amount)} ({found.why})"
    return f"no longer copied: {escaped(found.pattern)} ({found.why}; {amount(found.amount)})"

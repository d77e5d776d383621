"""`Proposal`: an ignore file that leaves more out, and loses nothing that the image needs.

Each proposal is tried on the context before it is made: what every instruction takes, before and
after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lightship.context.files import Context, File, FileKind
from lightship.context.needless import Finder, NeedlessFile
from lightship.errors import UsageError
from lightship.facts.context.allow_list import allow_list, is_shared
from lightship.facts.context.ignore_edits import IGNORE, ignore_edit
from lightship.facts.context.needless_files import needless
from lightship.facts.context.usual_lines import usual_lines
from lightship.inspection.context.changing_files import LOGS
from lightship.inspection.context.context_report import Amount, ContextReport, Use
from lightship.inspection.context.folders import tops
from lightship.inspection.context.uses import taken, uses_of_all
from lightship.record import record
from lightship.text import Edit, apply_edits

KINDS = ("allow", "deny")
_TRIES = 5
_MOST_LINES = 40  # of a proposal; a longer one nobody reads
_SAFE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+ "
)
_SECRET = "it seems to hold a secret"  # noqa: S105 - what is said of a file


@record
class Loss:
    """What is no longer copied, and why it is not needed.

    `pattern` is the line that would leave it out.
    """

    pattern: str
    why: str
    amount: Amount
    is_copied: bool


@record(eq=False)
class Proposal:
    """An ignore file at `path`, from `before` to `after`; `kind` is of KINDS.

    `saves` is what is no longer sent.
    """

    kind: str
    path: str
    before: str
    after: str
    saves: Amount
    losses: tuple[Loss, ...]

    @property
    def lines(self) -> int:
        """How many lines it adds."""
        return self.after.count("\n") - self.before.count("\n")


def propose(report: ContextReport, kind: str | None = None) -> Proposal | None:
    """A proposal of that kind, or of the better one. None where nothing would be saved.

    Where the whole context is copied that is a deny-list, since a new file is probably wanted
    there; else an allow-list, which lets in what instructions name and nothing else.
    """
    uses = _every_use(report)
    if report.uses is None or uses is None:
        return None
    hits = dict(_needless(report))
    for candidate in _kinds(report, kind):
        attempt = _Attempt(report, uses, candidate, hits)
        proposal = _best(attempt)
        if proposal is not None:
            return proposal
    return None


@record(eq=False)
class _Attempt:
    """What a proposal of one kind is made from.

    `uses` are those of all stages. `hits` is what the image does not need by its name, by path.
    """

    report: ContextReport
    uses: tuple[Use, ...]
    kind: str
    hits: Mapping[str, NeedlessFile]

    def without(self, patterns: frozenset[str]) -> _Attempt:
        """The same without the lines that were given up."""
        hits = self.hits.items()
        left = {path: hit for path, hit in hits if hit.pattern not in patterns}
        return replace(self, hits=left)


def _kinds(report: ContextReport, kind: str | None) -> tuple[str, ...]:
    """The kinds to try, the better one first."""
    if kind is not None:
        return (kind,)
    is_whole = report.transfer is not None and report.transfer.whole
    return ("deny", "allow") if is_whole else ("allow", "deny")


def _best(attempt: _Attempt) -> Proposal | None:
    """A proposal of one kind; a line that takes from an instruction what it needs is given up."""
    given_up: frozenset[str] = frozenset()
    for _ in range(_TRIES):
        left = attempt.without(given_up)
        edits = _edits(left, given_up)
        if not edits:
            return None
        tried = _tried(left, edits)
        if not isinstance(tried, frozenset):
            return tried
        if tried <= given_up:
            return None
        given_up |= tried
    return None


def check_kind(kind: str) -> str:
    """A UsageError for an unknown kind of proposal."""
    if kind not in KINDS:
        raise UsageError(
            f"{kind!r} is not a kind of ignore file: use --write allow or --write deny"
        )
    return kind


def _needless(report: ContextReport) -> Iterator[tuple[str, NeedlessFile]]:
    """What the image does not need by its name, and why; logs where an instruction takes them."""
    yield from needless(report.build, report.context).items()
    patterns = {row.pattern for row in report.changing} & set(LOGS.patterns)
    if patterns:
        finder = Finder((LOGS,))
        for file in report.sent:
            hit = finder.find(file)
            if hit is not None:
                yield file.path, hit


def _edits(attempt: _Attempt, given_up: frozenset[str]) -> tuple[Edit, ...]:
    if attempt.kind == "deny":
        return _deny(attempt, given_up)
    proposed = allow_list(attempt.report.build, attempt.hits)
    return () if proposed is None else proposed.edits


def _deny(attempt: _Attempt, given_up: frozenset[str]) -> tuple[Edit, ...]:
    """Lines for what is needless, for secrets, and for what no instruction takes."""
    report = attempt.report
    hits = attempt.hits
    lines = dict.fromkeys(hits[path].pattern for path in sorted(hits))
    lines |= dict.fromkeys(secret.pattern for secret in report.secrets)
    if not is_shared(report.build, report.context):
        lines |= dict.fromkeys(_never(attempt))
    kept = tuple(line for line in lines if line not in given_up)
    if not kept or len(kept) > _MOST_LINES:
        return ()

    usual = usual_lines(report.build, report.context)
    start = tuple(line for line in usual if line not in given_up)
    return ignore_edit(report.context, kept, start)


def _every_use(report: ContextReport) -> tuple[Use, ...] | None:
    """What instructions take, those of stages too that another target needs."""
    links = _links(report, report.sent)
    others = uses_of_all(report.build, report.sent, links)
    if others is None:
        return None
    return *(report.uses or ()), *others


def _links(report: ContextReport, files: Iterable[File]) -> dict[str, str]:
    """Where the symlinks among some files lead."""
    known = report.walked.links
    links: dict[str, str] = {}
    for file in files:
        if file.path in known:
            links[file.path] = known[file.path]
    return links


def _never(attempt: _Attempt) -> Iterator[str]:
    """The entries at the top of the context of which no instruction takes anything."""
    used: set[str] = set()
    for use in attempt.uses:
        used.update(folder.path for folder in tops(use.files))
    for folder in tops(attempt.report.never):
        path = folder.path
        is_plain = _SAFE.issuperset(path) and path.strip() == path
        if path not in used and is_plain:
            yield path


def _tried(
    attempt: _Attempt,
    edits: tuple[Edit, ...],
) -> Proposal | frozenset[str] | None:
    """The proposal; where an instruction would lose what it needs, the lines at fault.

    None where nothing is saved.
    """
    report = attempt.report
    path = edits[0].path or IGNORE
    before = report.context.read(path) or ""
    after = apply_edits(before, edits)
    context = report.context.with_files({path: after})
    if context.ignore.problems:
        return None

    kept = {file.path for file in context.sent}
    lost = [file for file in report.sent if file.path not in kept]
    if not lost:
        return None

    reasons = {file.path: _reason(report, file, attempt.hits) for file in lost}
    walk = context.ignore.walk()
    missed = _missed(attempt, context, reasons)
    at_fault = {walk.decides(path) for path in missed}
    if at_fault:
        return frozenset(pattern.text for pattern in at_fault if pattern is not None)

    losses = tuple(_losses(report, lost, reasons))
    return Proposal(attempt.kind, path, before, after, Amount.of(lost), losses)


def _reason(
    report: ContextReport,
    file: File,
    hits: Mapping[str, NeedlessFile],
) -> tuple[str, str]:
    """(pattern, why); empty where nothing says that it is not needed."""
    hit = hits.get(file.path)
    if hit is not None:
        return hit.pattern, hit.group.title
    for secret in report.secrets:
        if secret.file is file and secret.pattern:
            return secret.pattern, _SECRET
    return "", ""


def _missed(
    attempt: _Attempt,
    context: Context,
    reasons: Mapping[str, tuple[str, str]],
) -> Iterator[str]:
    """What instructions would lose, but for what is not needed and not named."""
    sent = context.sent
    links = _links(attempt.report, sent)
    by_selection = {use.selection: use for use in attempt.uses}
    for selection, use in by_selection.items():
        kept = {file.path for file in taken(selection, sent, links)}
        for file in use.files:
            if file.path in kept:
                continue
            is_link = file.kind is FileKind.SYMLINK and file.path == selection.source
            pattern, _ = reasons.get(file.path, ("", ""))
            if use.named or not kept or is_link or not pattern:
                yield file.path


def _losses(
    report: ContextReport,
    lost: Iterable[File],
    reasons: Mapping[str, tuple[str, str]],
) -> Iterator[Loss]:
    """By pattern, the largest first; what nothing takes is one row."""
    copied: set[str] = set()
    for use in report.uses or ():
        copied.update(file.path for file in use.files)
    rows: dict[tuple[str, str, bool], list[File]] = {}
    for file in lost:
        pattern, why = reasons[file.path]
        is_copied = file.path in copied
        shown_pattern = pattern if is_copied else ""
        key = (shown_pattern, why or "no instruction uses it", is_copied)
        rows.setdefault(key, []).append(file)

    losses: list[Loss] = []
    for (pattern, why, is_copied), files in rows.items():
        amount = Amount.of(files)
        losses.append(Loss(pattern, why, amount, is_copied))
    yield from sorted(losses, key=lambda loss: -loss.amount.size)

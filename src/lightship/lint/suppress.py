"""Comments that silence rules: lightship's own, hadolint's, BuildKit's and those of other tools.

| comment | what it acts on |
|---|---|
| `# lightship: ignore=ID[,ID] [-- reason]` | the instruction below, or the one around it |
| `# lightship: ignore-file=ID[,ID] [-- reason]` | the whole file |
| `# hadolint ignore=ID[,ID]` | the instruction below |
| `# hadolint stage ignore=ID[,ID]` | the stage |
| `# hadolint global ignore=ID[,ID]` | the whole file |
| `# check=skip=NAME[,NAME]` or `skip=all` | the file as a directive, else the instruction below |
| those of Trivy, Checkov and Semgrep | see `tool_comments.py` |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lightship.dockerfile.tree import Comment, Dockerfile, Instruction, Word
from lightship.lint.builtin import ALWAYS
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.finding import Finding, Fix
from lightship.lint.rule_selection import is_foreign, names
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit, Span

NAMES = r"(?P<names>[\w/-]+(?:\s*,\s*[\w/-]+)*)"
OURS = regex(
    rf"#\s*lightship:\s*ignore(?P<file>-file)?\s*=\s*{NAMES}\s*(?:--.*)?$", re.MULTILINE
)
HADOLINT = regex(
    rf"#\s*hadolint\s+(?:(?P<scope>global|stage)\s+)?ignore\s*=\s*{NAMES}\s*(?:#.*)?$"
)
CHECK = regex(r"#\s*check\s*=\s*(?P<options>.*)$", re.IGNORECASE)
SKIP = regex(rf"(?:^|;)\s*skip\s*=\s*{NAMES}")
ERROR = regex(r"(?:^|;)\s*error\s*=\s*(?:1|t|T|true|TRUE|True)\s*(?:;|$)")
_SCRIPTS = ("RUN", "CMD", "ENTRYPOINT")
_TOOLS = ("trivy:ignore", "tfsec:ignore", ":skip=", "nosem", "NOSEM")
_EVERY = "*"  # ends a name that means all that begin so
_COMMENT = regex(r"(?:^|(?<=[\s;&|]))#[^\n]*", re.MULTILINE)
# Semgrep finds these at CMD and ENTRYPOINT, lightship at FROM
_OF_A_STAGE = ("semgrep/missing-user", "semgrep/missing-user-entrypoint")


@record
class IgnoreComment:
    """One comment that hides findings of the rules in `names`: those that start inside `scope`
    (None: anywhere).

    `tool` is who reads the comment: lightship, hadolint, buildkit, trivy, checkov or semgrep.
    `comment` is where it stands.
    """

    names: tuple[Word, ...]
    scope: Span | None
    comment: Span
    tool: str


def ignores(dockerfile: Dockerfile, today: date | None = None) -> list[IgnoreComment]:
    """All comments of `dockerfile` that hide findings on this day; those of Trivy may end."""
    text = dockerfile.text
    has_ours = "ignore" in text or "skip" in text
    has_tools = any(mark in text for mark in _TOOLS)
    if not has_ours and not has_tools:
        return []

    # One between the lines of a RUN is read twice: the shell has such comments too
    by_place: dict[int, IgnoreComment] = {}
    for read in (_from_directive, _from_comments, _from_scripts):
        for ignore in read(dockerfile):
            by_place[ignore.comment.start] = ignore
    if has_tools:
        for ignore in _from_tools(dockerfile, today or date.max):
            by_place.setdefault(ignore.comment.start, ignore)
    return list(by_place.values())


def warnings_are_errors(dockerfile: Dockerfile) -> bool:
    """Whether `# check=error=true` makes BuildKit fail on its own checks."""
    check = dockerfile.directive("check")
    return check is not None and ERROR.search(check.value) is not None


def split(
    diagnostics: Sequence[Diagnostic],
    comments: Sequence[IgnoreComment],
) -> tuple[list[Diagnostic], list[Diagnostic], set[tuple[int, str]]]:
    """What stays, what comments hide, and which names hid something, as (start of the comment,
    name).
    """
    kept: list[Diagnostic] = []
    hidden: list[Diagnostic] = []
    used: set[tuple[int, str]] = set()

    rules = dict.fromkeys(diagnostic.rule for diagnostic in diagnostics)
    scopes = _by_rule_and_scope(comments, names(tuple(rules)))
    for diagnostic in diagnostics:
        hits = _hits(diagnostic, scopes.get(diagnostic.rule.id, {}))
        used |= hits
        if hits:
            hidden.append(diagnostic)
        else:
            kept.append(diagnostic)
    return kept, hidden, used


def unused(
    text: str,
    comments: Sequence[IgnoreComment],
    used: set[tuple[int, str]],
    ran: Mapping[str, frozenset[str]],
    known: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """A finding for each name that hides nothing, of rules that `ran` (names as in
    `selection.names`).
    """
    for ignore in comments:
        if ignore.tool not in _OURS_TO_JUDGE:
            continue
        for name in ignore.names:
            if (ignore.comment.start, name.text) in used or is_foreign(name.text):
                continue

            rules = known.get(name.text.lower())
            if rules is None and ignore.tool == "lightship":
                message = f"unknown rule {name.text}: this comment has no effect"
            elif rules and rules <= ran.get(name.text.lower(), frozenset()):
                message = f"{name.text} finds nothing here: this comment has no effect"
            else:
                continue  # another tool's name, or a rule that has not run
            yield Finding(name.span, message, _removal(text, ignore, name))


# Of another tool's comment nobody knows what it hides there
_OURS_TO_JUDGE = ("lightship", "hadolint", "buildkit")

# By scope: the names that hide what starts there, each with the start of its comment
Scopes = dict[Span | None, set[tuple[int, str]]]


def _by_rule_and_scope(
    comments: Sequence[IgnoreComment],
    known: Mapping[str, frozenset[str]],
) -> dict[str, Scopes]:
    """For each rule's id the scopes in which names hide it; rules that always speak are not among
    them.
    """
    by_rule: dict[str, Scopes] = {}
    for ignore in comments:
        for name in ignore.names:
            key = name.text.lower()
            if ignore.tool == "buildkit" and name.text == "all":
                key = "buildkit"  # it knows of no rules but its own

            for rule_id in _named(key, known):
                scopes = by_rule.setdefault(rule_id, {})
                hits = scopes.setdefault(ignore.scope, set())
                hits.add((ignore.comment.start, name.text))

    for rule in ALWAYS:
        by_rule.pop(rule.id, None)
    return by_rule


def _named(key: str, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The rules that a name in lower case means; none where it means none."""
    if not key.endswith(_EVERY):
        return known.get(key, frozenset())
    ids: set[str] = set()
    for name, its_ids in known.items():
        if name.startswith(key.removesuffix(_EVERY)):
            ids |= its_ids
    return frozenset(ids)


def _hits(diagnostic: Diagnostic, scopes: Scopes) -> set[tuple[int, str]]:
    """The names that hide a finding, each with its comment; one in another file is in no
    instruction.
    """
    finding = diagnostic.finding
    at = finding.span.start if finding.path is None else -1
    hits: set[tuple[int, str]] = set()
    for scope, names_there in scopes.items():
        is_inside = scope is None or scope.start <= at <= scope.end
        if is_inside or _is_within(scope, finding.extent):
            hits |= names_there
    return hits


def _is_within(scope: Span | None, extent: Span | None) -> bool:
    """Whether a comment acts on a part of what a finding is about."""
    if scope is None or extent is None:
        return False
    return extent.start <= scope.start and scope.end <= extent.end


def _from_directive(dockerfile: Dockerfile) -> Iterator[IgnoreComment]:
    check = dockerfile.directive("check")
    if check is None:
        return
    skip = SKIP.search(check.value)
    if skip is None:
        return
    skipped = words_of(skip, check.value_span.start)
    yield IgnoreComment(skipped, None, check.span, "buildkit")


def _from_comments(dockerfile: Dockerfile) -> Iterator[IgnoreComment]:
    """Those on a line of their own, which act on the instruction around or below them."""
    following = iter(dockerfile.instructions)
    instruction = next(following, None)
    for comment in dockerfile.comments:
        while instruction is not None and instruction.span.end < comment.span.start:
            instruction = next(following, None)

        ignore = _from_comment(dockerfile, comment, instruction)
        if ignore is not None:
            yield ignore


def _from_comment(
    dockerfile: Dockerfile,
    comment: Comment,
    instruction: Instruction | None,
) -> IgnoreComment | None:
    """`instruction` is the one around or below the comment."""
    text = comment.span.of(dockerfile.text)
    start, end = comment.span
    nowhere = Span(end, end)
    below = instruction.span if instruction is not None else nowhere

    ours = OURS.match(text)
    if ours:
        scope = None if ours["file"] else below
        return IgnoreComment(words_of(ours, start), scope, comment.span, "lightship")

    hadolint = HADOLINT.match(text)
    if hadolint:
        stage = dockerfile.stage_of(instruction) if instruction is not None else None
        in_stage = stage.span if stage is not None else nowhere
        scopes = {"global": None, "stage": in_stage}
        scope = scopes.get(hadolint["scope"], below)
        return IgnoreComment(words_of(hadolint, start), scope, comment.span, "hadolint")

    # BuildKit reads one only directly above its instruction
    if instruction is None:
        return None
    if comment.text(dockerfile.text) not in instruction.comments:
        return None
    check = CHECK.match(text)
    skip = SKIP.search(check["options"]) if check else None
    if check is None or skip is None:
        return None
    skipped = words_of(skip, start + check.start("options"))
    return IgnoreComment(skipped, below, comment.span, "buildkit")


def _from_scripts(dockerfile: Dockerfile) -> Iterator[IgnoreComment]:
    """Comments of the shell: in the bodies of heredocs and after a command."""
    text = dockerfile.text
    for instruction in dockerfile.instructions:
        if instruction.form != "shell" or instruction.keyword not in _SCRIPTS:
            continue

        for match in OURS.finditer(text, *instruction.span):
            before = text[match.start() - 1]
            # Elsewhere `#` is a part of a word
            if before.isspace() or before in ";&|":
                scope = None if match["file"] else instruction.span
                comment = Span(*match.span())
                yield IgnoreComment(words_of(match, 0), scope, comment, "lightship")


def _from_tools(dockerfile: Dockerfile, today: date) -> Iterator[IgnoreComment]:
    """Comments of other tools: on a line of their own, and after a command."""
    following = iter(dockerfile.instructions)
    instruction = next(following, None)
    for comment in dockerfile.comments:
        while instruction is not None and instruction.span.end < comment.span.start:
            instruction = next(following, None)
        yield from _from_tool(dockerfile, comment.span, instruction, today)

    for instruction in dockerfile.instructions:
        if instruction.form == "shell" and instruction.keyword in _SCRIPTS:
            for match in _COMMENT.finditer(dockerfile.text, *instruction.span):
                comment_span = Span(*match.span())
                yield from _from_tool(dockerfile, comment_span, instruction, today)


def _from_tool(
    dockerfile: Dockerfile,
    comment: Span,
    instruction: Instruction | None,
    today: date,
) -> Iterator[IgnoreComment]:
    """`instruction` is the one around or below the comment."""
    from lightship.lint.tool_comments import Acts, tool_comment  # noqa: PLC0415 - seldom

    said = tool_comment(comment.of(dockerfile.text), comment.start, today)
    if said is None:
        return
    scope: Span | None = None
    if said.acts is Acts.BELOW:
        nowhere = Span(comment.end, comment.end)
        scope = instruction.span if instruction is not None else nowhere
        stage = dockerfile.stage_of(instruction) if instruction is not None else None
        if stage is not None and any(name.text in _OF_A_STAGE for name in said.names):
            scope = stage.span
    yield IgnoreComment(said.names, scope, comment, said.tool)


def words_of(match: re.Match[str], start: int) -> tuple[Word, ...]:
    """The names of a list, with their places; the matched text begins at `start`."""
    at = start + match.start("names")
    words: list[Word] = []
    for name in re.finditer(r"[\w/-]+", match["names"]):
        first, last = name.span()
        span = Span(at + first, at + last)
        words.append(Word(name[0], span))
    return tuple(words)


def _removal(text: str, ignore: IgnoreComment, name: Word) -> Fix | None:
    """Remove the name from its list, or the whole comment if it has no other name."""
    if ignore.tool == "buildkit":
        return None
    names = ignore.names
    if len(names) == 1:
        span = _with_line(text, ignore.comment)
        return Fix("Remove the comment", (Edit.delete(span),))

    # The name goes with a comma: the one before it, or for the first name the one after
    at = names.index(name)
    if at == 0:
        second = names[1].span
        span = Span(name.span.start, second.start)
    else:
        before = names[at - 1].span
        span = Span(before.end, name.span.end)
    return Fix(f"Remove {name.text} from the comment", (Edit.delete(span),))


def _with_line(text: str, comment: Span) -> Span:
    """The comment and, if nothing else is on it, its line; else the blanks before it."""
    start, end = comment
    while start > 0 and text[start - 1] in " \t":
        start -= 1

    is_alone = start == 0 or text[start - 1] == "\n"
    if not is_alone:
        return Span(start, end)
    next_line = text.find("\n", end) + 1
    return Span(start, next_line or len(text))

"""Comments that silence rules: lightship's own, hadolint's and BuildKit's.

# lightship: ignore=ID[,ID] [-- reason]       the instruction below, or the one around it #
lightship: ignore-file=ID[,ID] [-- reason]  the whole file # hadolint ignore=ID[,ID]
the instruction below # hadolint stage ignore=…                     the stage        # hadolint
global ignore=…  the file # check=skip=NAME[,NAME]|all[;error=true]     the file as a parser
directive, else the instruction directly below
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lightship.dockerfile.tree import Comment, Dockerfile, Instruction, Word
from lightship.lint.builtin import ALWAYS
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.finding import Finding, Fix
from lightship.lint.rule_selection import names
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


@record
class IgnoreComment:
    """One comment that hides findings of the rules in `names`: those that start inside `scope`
    (None: anywhere).

    `tool` is who reads the comment: lightship, hadolint or buildkit. `comment` is where it stands.
    """

    names: tuple[Word, ...]
    scope: Span | None
    comment: Span
    tool: str


def ignores(dockerfile: Dockerfile) -> list[IgnoreComment]:
    """All comments of `dockerfile` that hide findings."""
    if "ignore" not in dockerfile.text and "skip" not in dockerfile.text:
        return []
    found = [
        *_from_directive(dockerfile),
        *_from_comments(dockerfile),
        *_from_scripts(dockerfile),
    ]
    return list({ignore.comment.start: ignore for ignore in found}.values())


def warnings_are_errors(dockerfile: Dockerfile) -> bool:
    """Whether `# check=error=true` makes BuildKit fail on its own checks."""
    check = dockerfile.directive("check")
    return check is not None and ERROR.search(check.value) is not None


def split(
    diagnostics: Sequence[Diagnostic], found: Sequence[IgnoreComment]
) -> tuple[list[Diagnostic], list[Diagnostic], set[tuple[int, str]]]:
    """What stays, what comments hide, and which names hid something, as (start of the comment,
    name).
    """
    kept: list[Diagnostic] = []
    hidden: list[Diagnostic] = []
    used: set[tuple[int, str]] = set()
    rules = dict.fromkeys(item.rule for item in diagnostics)
    known = names(tuple(rules))
    scopes = _by_rule_and_scope(found, known)
    for item in diagnostics:
        hits = _hits(item, scopes.get(item.rule.id, {}))
        used |= hits
        (hidden if hits else kept).append(item)
    return kept, hidden, used


def unused(
    dockerfile: Dockerfile,
    found: Sequence[IgnoreComment],
    used: set[tuple[int, str]],
    ran: Mapping[str, frozenset[str]],
    known: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """A finding for each name that hides nothing, of rules that `ran` (names as in
    `selection.names`).
    """
    for ignore in found:
        idle = [
            name
            for name in ignore.names
            if (ignore.comment.start, name.text) not in used
        ]
        for name in idle:
            rules = known.get(name.text.lower())
            if rules is None and ignore.tool == "lightship":
                message = f"unknown rule {name.text}: this comment has no effect"
            elif rules and rules <= ran.get(name.text.lower(), frozenset()):
                message = f"{name.text} finds nothing here: this comment has no effect"
            else:
                continue
            yield Finding(name.span, message, _removal(dockerfile, ignore, name))


Scopes = dict[Span | None, set[tuple[int, str]]]


def _by_rule_and_scope(
    found: Sequence[IgnoreComment], known: Mapping[str, frozenset[str]]
) -> dict[str, Scopes]:
    """For each rule's id the scopes in which names hide it; rules that always speak are not among
    them.
    """
    scopes: dict[str, Scopes] = {}
    for ignore in found:
        for name in ignore.names:
            everything = ignore.tool == "buildkit" and name.text == "all"
            for rule_id in known.get(
                "buildkit" if everything else name.text.lower(), ()
            ):
                scopes.setdefault(rule_id, {}).setdefault(ignore.scope, set()).add(
                    (ignore.comment.start, name.text)
                )
    for rule in ALWAYS:
        scopes.pop(rule.id, None)
    return scopes


def _hits(item: Diagnostic, scopes: Scopes) -> set[tuple[int, str]]:
    """The names that hide `item`, each with its comment; a finding in another file is in no
    instruction.
    """
    at = item.finding.span.start if item.finding.path is None else -1
    return {
        hit
        for scope, hits in scopes.items()
        if scope is None or scope.start <= at <= scope.end
        for hit in hits
    }


def _from_directive(dockerfile: Dockerfile) -> Iterator[IgnoreComment]:
    check = dockerfile.directive("check")
    if check is not None and (skip := SKIP.search(check.value)):
        yield IgnoreComment(
            _words(skip, check.value_span.start), None, check.span, "buildkit"
        )


def _from_comments(dockerfile: Dockerfile) -> Iterator[IgnoreComment]:
    """Those on a line of their own, which act on the instruction around or below them."""
    following = iter(dockerfile.instructions)
    instruction = next(following, None)
    for comment in dockerfile.comments:
        while instruction is not None and instruction.span.end < comment.span.start:
            instruction = next(following, None)
        if (ignore := _from_comment(dockerfile, comment, instruction)) is not None:
            yield ignore


def _from_comment(
    dockerfile: Dockerfile, comment: Comment, instruction: Instruction | None
) -> IgnoreComment | None:
    text, start = comment.span.of(dockerfile.text), comment.span.start
    nowhere = Span(comment.span.end, comment.span.end)
    below = instruction.span if instruction is not None else nowhere
    if match := OURS.match(text):
        return IgnoreComment(
            _words(match, start),
            None if match["file"] else below,
            comment.span,
            "lightship",
        )
    if match := HADOLINT.match(text):
        stage = dockerfile.stage_of(instruction) if instruction is not None else None
        scopes = {"global": None, "stage": stage.span if stage is not None else nowhere}
        return IgnoreComment(
            _words(match, start),
            scopes.get(match["scope"], below),
            comment.span,
            "hadolint",
        )
    above = (
        instruction is not None
        and comment.text(dockerfile.text) in instruction.comments
    )
    if (
        above
        and (match := CHECK.match(text))
        and (skip := SKIP.search(match["options"]))
    ):
        return IgnoreComment(
            _words(skip, start + match.start("options")),
            below,
            comment.span,
            "buildkit",
        )
    return None


def _from_scripts(dockerfile: Dockerfile) -> Iterator[IgnoreComment]:
    """Comments of the shell: in the bodies of heredocs and after a command."""
    for instruction in dockerfile.instructions:
        if instruction.form != "shell" or instruction.keyword not in (
            "RUN",
            "CMD",
            "ENTRYPOINT",
        ):
            continue
        for match in OURS.finditer(dockerfile.text, *instruction.span):
            before = dockerfile.text[match.start() - 1]
            if before.isspace() or before in ";&|":
                scope = None if match["file"] else instruction.span
                yield IgnoreComment(
                    _words(match, 0), scope, Span(*match.span()), "lightship"
                )


def _words(match: re.Match[str], start: int) -> tuple[Word, ...]:
    """The names of a list, with their places; the matched text begins at `start`."""
    at = start + match.start("names")
    return tuple(
        Word(name.group(), Span(at + name.start(), at + name.end()))
        for name in re.finditer(r"[\w-]+", match["names"])
    )


def _removal(dockerfile: Dockerfile, ignore: IgnoreComment, name: Word) -> Fix | None:
    """Remove the name from its list, or the whole comment if it has no other name."""
    if ignore.tool == "buildkit":
        return None
    if len(ignore.names) > 1:
        at = ignore.names.index(name)
        span = (
            Span(name.span.start, ignore.names[1].span.start)
            if at == 0
            else Span(ignore.names[at - 1].span.end, name.span.end)
        )
        return Fix(f"Remove {name.text} from the comment", (Edit.delete(span),))
    return Fix(
        "Remove the comment",
        (Edit.delete(_with_line(dockerfile.text, ignore.comment)),),
    )


def _with_line(text: str, comment: Span) -> Span:
    """The comment and, if nothing else is on it, its line; else the blanks before it."""
    start, end = comment
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    alone = start == 0 or text[start - 1] == "\n"
    return (
        Span(start, min(text.find("\n", end) + 1 or len(text), len(text)))
        if alone
        else Span(start, end)
    )

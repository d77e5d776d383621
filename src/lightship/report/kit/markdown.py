"""Markdown of GitHub's and GitLab's flavour, made of texts that others wrote.

For a comment on a pull request or a job summary: nothing in a text is markup, a mention, a link or
the end of a cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from lightship.regex import regex
from lightship.wording.printable import escaped, printable

# Characters of a comment: GitHub takes 65,536, of which who posts it needs some for a marker
COMMENT = 65_000
_CUT = "\n\n*The rest is left out: a comment has a limit.*\n"
_SENTENCE = 300  # characters of a reason or a subject
_SPECIAL = regex(r"[\\`*_{}\[\]<>|~&!]")
# What hosts make mentions and links of, though it is escaped
_LINKING = regex(r"[@#]|:(?=//)")
# Of what would be a list, or underline the row above
_STARTS = regex(r"^(\d*)([-+=.)])")
_BACKTICKS = regex("`+")


def text(words: str) -> str:
    """Words of others: nothing in them is markup, a mention or a link."""
    plain = escaped(words).replace(" -> ", " → ")
    literal = _SPECIAL.sub(r"\\\g<0>", plain)
    return _LINKING.sub("\\g<0>\u200b", literal)


def code(words: str) -> str:
    """Words of others as code, in a cell of a table too."""
    plain = escaped(words).replace("|", "\\|")
    fence = "`" * (_longest_run(plain) + 1)
    touches_fence = plain.startswith("`") or plain.endswith("`")
    pad = " " if touches_fence or not plain.strip() else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def sentence(words: str) -> str:
    """A sentence, in which the text between backticks is code; it starts no list or block."""
    plain = escaped(words).strip()
    parts = _start(plain).split("`")
    if len(parts) % 2 == 0:  # one of the backticks ends nothing
        parts = ["`".join(parts)]

    for place, part in enumerate(parts):
        is_between = place % 2 == 1
        is_code = is_between and part != ""
        parts[place] = code(part) if is_code else text(part)
    return _STARTS.sub(r"\1\\\2", "".join(parts))


def _start(plain: str) -> str:
    """The start of a long sentence, which does not end within code."""
    if len(plain) <= _SENTENCE:
        return plain
    start = plain[: _SENTENCE - 1]
    if start.count("`") % 2:
        before, _backtick, _code = start.rpartition("`")
        start = before or start
    return f"{start.rstrip(' ,(')}…"


def table_rows(
    head: Sequence[str],
    rows: Iterable[Iterable[str]],
    numbers: Collection[str] = (),
) -> Iterator[str]:
    """The rows of a table, its head before them; columns in `numbers` stand to the right."""
    yield _row(head)
    yield _row(_rule(name in numbers) for name in head)
    yield from map(_row, rows)


def table(
    head: Sequence[str],
    rows: Iterable[Iterable[str]],
    numbers: Collection[str] = (),
) -> Iterator[str]:
    """A table and a blank row; nothing where it has no rows."""
    all_rows = list(rows)
    if all_rows:
        text_rows = table_rows(head, all_rows, numbers)
        yield "\n".join(text_rows) + "\n\n"


def folded(title: str, parts: Iterable[str]) -> Iterator[str]:
    """What is opened by who wants it."""
    yield f"<details><summary>{title}</summary>\n\n"
    yield from parts
    yield "</details>\n\n"


def notes(texts: Iterable[str]) -> Iterator[str]:
    """A list of sentences, and a blank row."""
    rows = [f"- {sentence(note)}\n" for note in texts]
    if rows:
        yield "".join(rows) + "\n"


def fenced(diff: str) -> str:
    """A diff as a block of code, whose fence is longer than any row of backticks in it."""
    lines = diff.removesuffix("\n").split("\n")
    rows = list(map(printable, lines))
    longest = max(map(_longest_run, rows))
    fence = "`" * max(longest + 1, 3)
    return "\n".join((f"{fence}diff", *rows, fence))


def folded_diff(diff: str) -> Iterator[str]:
    """A diff that is opened by who wants it."""
    yield from folded("The change", (f"{fenced(diff)}\n\n",))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(is_number: bool) -> str:
    """What stands below the head of a column."""
    return "---:" if is_number else "---"


def _longest_run(text_: str) -> int:
    return max(map(len, _BACKTICKS.findall(text_)), default=0)


def within(parts: Iterable[str], most: int = COMMENT) -> Iterator[str]:
    """The parts that fit into `most` characters; where some do not, a note in their place.

    Each part has to be whole for itself, such as a table.
    """
    room = most - len(_CUT)
    for part in parts:
        if len(part) > room:
            yield _CUT
            return
        room -= len(part)
        yield part

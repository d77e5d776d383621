"""A row of history -> the instruction that it tells of, for each builder.

BuildKit writes `RUN |1 A=b /bin/sh -c make # buildkit`, docker's classic builder and buildah `|1
A=b /bin/sh -c make` and `/bin/sh -c #(nop)  ENV A=b`, kaniko the line as it stands in the
Dockerfile. The shell is the one in force, but for buildah's, which always writes `/bin/sh -c`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.evaluation.ports import read_port
from lightship.image.image import HistoryRow, Image
from lightship.record import record
from lightship.regex import regex

DEFAULT_SHELLS = ("/bin/sh -c", "cmd /S /C")
FILE_KEYWORDS = frozenset({"RUN", "COPY", "ADD"})
# What the classic builder and buildah write for the sources of COPY and ADD
KINDS = ("file", "dir", "multi")
_LONGEST = 1 << 16  # characters of a row that are looked at
_MOST_PORTS = 4096
_MARK = " # buildkit"
_ARGS = regex(r"\|[0-9]{1,4} ")
_NOP = regex(r"(?:\A|\s)#\(nop\)(\s+)([A-Z]+)(?=\s|\Z)")
_SHELL = regex(
    r"(?:\A|(?<= ))/(?:[a-z]{1,9}/){1,3}[a-z]{0,4}sh(?: [\w-]{1,20}){0,6}? -[a-z]{0,8}c "
)
_FLAG = regex(r"--[a-z-]+(?:=\S*)?\s+")
_SUM = regex(r"(file|dir|multi):([0-9a-f]{64})(?= in )")
_TEST = regex(r"&\{(\[.*\]) (?:\"[^\"]*\" ){2,4}'", 16)  # re.DOTALL
_MERGED = regex(
    r"(?:merge sha256:[0-9a-f]{64} to|create new from) sha256:[0-9a-f]{64}\Z"
)
_INNER = regex(r"[\[\]{}]|map|:(?=\{)")


@record(eq=False)
class ReadRow:
    """A row of history, read.

    `keys` are the forms in which it is compared with what a Dockerfile would give: more than one
    where it can be read in more than one way. `text` is for people. `builder` is buildkit, docker,
    buildah, kaniko, or empty.
    """

    history: HistoryRow
    builder: str
    keyword: str
    keys: frozenset[str]
    text: str
    merged: bool = False  # written by `docker build --squash`, in place of all the layers before it

    @property
    def family(self) -> str:
        """Builders whose rows can stand in for one another."""
        return "shell" if self.builder in ("docker", "buildah") else self.builder


def read_rows(image: Image, shells: Iterable[str] = ()) -> tuple[ReadRow, ...]:
    """All rows; `shells` are those that may have run commands, beside the usual ones."""
    own = " ".join(image.config.shell)
    all_shells = dict.fromkeys((*shells, own, *DEFAULT_SHELLS))
    all_shells.pop("", None)
    known = tuple(all_shells)
    builders = _builders(image)

    rows: list[ReadRow] = []
    for row, builder in zip(image.history, builders, strict=True):
        rows.append(_row(row, builder, known))
    return tuple(rows)


def last_builder(rows: Sequence[ReadRow]) -> range:
    """The rows of the last builder: one build has one. What came later, as by `docker
    commit`, is of no build.
    """
    end = len(rows)
    while end and not rows[end - 1].family:
        end -= 1
    start = end
    while start and rows[start - 1].family == rows[end - 1].family:
        start -= 1
    return range(start, end)


def _builders(image: Image) -> list[str]:
    """The builder of each row. What both docker and buildah write is taken as the rows around
    it are.
    """
    marks = [_mark(row) for row in image.history]
    has_label = "io.buildah.version" in image.config.labels
    default = "buildah" if has_label and "docker" not in marks else "docker"
    places = range(len(marks))
    for in_order in (places, reversed(places)):
        last = ""
        for at in in_order:
            if marks[at] == "shell" and last in ("docker", "buildah"):
                marks[at] = last
            last = marks[at]
    builders = {"shell": default}
    return [builders.get(mark, mark) for mark in marks]


def _mark(row: HistoryRow) -> str:
    """The builder of a row alone; "shell" where it is docker or buildah."""
    if row.comment.startswith("buildkit.") or row.created_by.endswith(_MARK):
        return "buildkit"
    if row.author == "kaniko":
        return "kaniko"
    if row.comment.startswith("FROM "):
        return "buildah"
    if not row.created_by:
        return "docker" if _MERGED.match(row.comment) else ""
    nop = _NOP.search(row.created_by, 0, _LONGEST)
    if nop is not None:
        return "docker" if len(nop[1]) > 1 else "shell"
    if row.created_by.startswith(DEFAULT_SHELLS):
        return "shell"
    started = _ARGS.match(row.created_by) or _SHELL.match(row.created_by)
    return "shell" if started else ""


def _row(row: HistoryRow, builder: str, shells: Sequence[str]) -> ReadRow:
    text = row.created_by[:_LONGEST].removesuffix(_MARK)
    if not text.strip():
        merged = _MERGED.match(row.comment) is not None
        comment = row.comment.strip()
        return ReadRow(row, builder, "", frozenset(), comment, merged)

    if builder in ("docker", "buildah"):
        nop = _NOP.search(text)
        if nop is None:
            return _run(row, builder, text, shells)
        rest = text[nop.end() :]
        return _instruction(row, builder, nop[2], rest)
    if builder in ("buildkit", "kaniko"):
        keyword, _, rest = text.partition(" ")
        if keyword.upper() == "RUN":
            return _run(row, builder, rest, shells)
        return _instruction(row, builder, keyword.upper(), rest)
    return ReadRow(row, builder, "", frozenset(), text.strip())


def _run(row: HistoryRow, builder: str, body: str, shells: Sequence[str]) -> ReadRow:
    scripts = [script.strip() for script in _scripts(body, shells)]
    keys = {f"RUN {script}" for script in scripts}
    whole = f"RUN {body.strip()}"
    if builder == "kaniko" or not scripts:
        keys.add(whole)  # exec form, or the line as it stands
    text = f"RUN {scripts[0]}" if scripts else whole
    return ReadRow(row, builder, "RUN", frozenset(keys), text)


def _scripts(body: str, shells: Sequence[str]) -> Iterator[str]:
    """What follows the shell. Values of args may hold blanks, so that the first shell is
    where they end.
    """
    args = _ARGS.match(body)
    for shell in shells:
        start = f"{shell} "
        if args is None:
            at = 0
        else:
            at = body.find(f" {start}", args.end() - 1) + 1
            if not at:
                continue
        if body.startswith(start, at):
            yield body[at + len(start) :]

    shell_match = _SHELL.search(body) if args else _SHELL.match(body)
    if shell_match is not None:
        yield body[shell_match.end() :]


def _instruction(row: HistoryRow, builder: str, keyword: str, rest: str) -> ReadRow:
    rest = rest.strip()
    keys = {f"{keyword} {rest}".strip()}
    text = f"{keyword} {rest}".strip()
    if keyword in ("COPY", "ADD"):
        keys.add(f"{keyword} {copy_key(rest)}")
        shown = _SUM.sub(lambda checksum: f"{checksum[1]}:{checksum[2][:12]}", rest)
        text = f"{keyword} {shown}"
    elif keyword == "EXPOSE":
        keys.add(f"EXPOSE {ports_key(_INNER.sub(' ', rest).split())}")
    elif keyword == "HEALTHCHECK" and (test := _TEST.match(rest)):
        keys.add(f"HEALTHCHECK {test[1]}")
    return ReadRow(row, builder, keyword, frozenset(keys), text)


def copy_key(rest: str) -> str:
    """COPY or ADD without its flags but owner and mode.

    Where the sources are a checksum, only what kind they are.
    """
    at = 0
    kept: list[str] = []
    while flag := _FLAG.match(rest, at):
        at = flag.end()
        if flag[0].startswith(("--chown=", "--chmod=")):
            kept.append(flag[0].strip())
    rest = rest[at:]
    checksum = _SUM.match(rest)
    if checksum:
        return f"{checksum[1]}{rest[checksum.end() :]}"
    return " ".join([*sorted(kept), rest])


def ports_key(words: Iterable[str]) -> str:
    """Ports as BuildKit counts them: each of a range, with its protocol."""
    ports: set[str] = set()
    for word in words:
        port = read_port(word)
        if port.refusal or len(ports) > _MOST_PORTS:
            ports.add(word)
            continue
        protocol = port.protocol.lower() or "tcp"
        numbers = _range(port.first, port.last)
        ports.update(f"{number}/{protocol}" for number in numbers)
    return " ".join(sorted(ports))


def _range(first: int, last: int) -> Iterable[str]:
    if last - first > _MOST_PORTS:
        return (f"{first}-{last}",)
    return map(str, range(first, last + 1))

"""Trees, edits, ignore files and selections that hypothesis makes: small, and full of what is seldom met."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from lightship.cache.selection.context_tree import ContextChange, FileTree, blob_id
from lightship.cache.selection.selection import Selection, read_selection
from lightship.cache.selection.sent_context import above
from lightship.context.files import File, FileKind
from lightship.text import encode

Node = tuple[str, int, str]  # file, link or folder; mode; content, or the target
Files = dict[str, Node]
NAMES = ("a", "b", "c.txt", ".d", "e f", "\udcff", "é", "[", "*")
TARGETS = (
    "a",
    "b",
    "../a",
    "/a/b",
    "..",
    "../..",
    ".",
    "a/../b",
    "c.txt",
    "nowhere",
    "/",
    "b/a",
    "\udcff",
    "",
)
KINDS = {"file": FileKind.FILE, "link": FileKind.SYMLINK, "folder": FileKind.DIRECTORY}
PATTERNS = (
    *(
        "a",
        "b",
        "**",
        "*",
        "*.txt",
        "**/b",
        "a/*",
        "a/b",
        "**/*.txt",
        "?",
        "é",
        "*/*",
        "b/**",
        "[[]",
        "\\*",
    ),
    *(
        "!a",
        "!b",
        "!**/b",
        "!a/b",
        "!*.txt",
        "!a/*",
        "!**",
        "!a/b/c.txt",
        "!.d",
        "! *",
        "!b/**",
    ),
)
OPERANDS = (
    *(
        ".",
        "/",
        "",
        "a",
        "b",
        "a/",
        "a/b",
        "./a/b/",
        "../a",
        "a/../b",
        "c.txt",
        "nowhere",
        "a/nowhere",
        ".d",
        "e f",
    ),
    *(
        "*",
        "?",
        "*.txt",
        "a/*",
        "*/b",
        "a*/?",
        "b/*.txt",
        "nowhere/*",
        "[ab]",
        "a/[!b]",
        "[",
        "\\[",
        "\\*",
        "\udcff",
        "**/b",
    ),
)


def paths() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)


def nodes() -> st.SearchStrategy[Node]:
    return st.one_of(
        st.tuples(
            st.just("file"),
            st.sampled_from((0o644, 0o755)),
            st.sampled_from(("", "1", "2")),
        ),
        st.tuples(st.just("link"), st.just(0o777), st.sampled_from(TARGETS)),
        st.just(("folder", 0o755, "")),
    )


def start() -> st.SearchStrategy[Files]:
    return st.lists(st.tuples(st.just("put"), paths(), nodes()), max_size=12).map(
        lambda steps: edited({}, steps)
    )


def edited(files: Files, steps: Sequence[tuple]) -> Files:
    """`files` after each step of (put, path, node), (drop, path), (move, path, to)."""
    found = dict(files)
    for kind, path, *rest in steps:
        moved = {
            each: found.pop(each)
            for each in list(found)
            if each == path or each.startswith(f"{path}/")
        }
        if kind == "put":
            _put(found, path, rest[0])
        elif kind == "move":
            for each, node in moved.items():
                _put(found, rest[0] + each[len(path) :], node)
    return found


def _put(found: Files, path: str, node: Node) -> None:
    """What stands at a path and, but for a directory, above or below it, gives way."""
    for each in list(found):
        if each == path or each.startswith(f"{path}/") or path.startswith(f"{each}/"):
            del found[each]
    found[path] = node


def with_folders(files: Files) -> Files:
    """The same as a walk of a disk has it: with each directory on the way."""
    return {
        **{folder: ("folder", 0o755, "") for path in files for folder in above(path)},
        **files,
    }


edited.one = st.one_of(
    st.tuples(st.just("put"), paths(), nodes()),
    st.tuples(st.just("drop"), paths()),
    st.tuples(st.just("move"), paths(), paths()),
)


def tree_of(files: Files) -> FileTree:
    made = {path: _file(path, node) for path, node in files.items()}

    def read(path: str) -> bytes | None:
        return encode(files[path][2]) if path in files else None

    return FileTree(made, lambda path: identity(files[path]), read)


def changes_between(before: Files, after: Files) -> tuple[ContextChange, ...]:
    """As git has them: one for each path that is another, by path, a directory on the way unsaid."""
    names = sorted(
        path
        for path in before.keys() | after.keys()
        if before.get(path) != after.get(path)
    )
    return tuple(
        ContextChange(path, _file(path, after[path]), identity(after[path]))
        if path in after
        else ContextChange(path, None)
        for path in names
    )


def identity(node: Node) -> str:
    return blob_id(encode(node[2]))


def _file(path: str, node: Node) -> File:
    kind, mode, content = node
    return File(path, len(encode(content)), mode, KINDS[kind])


def ignores() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(PATTERNS), max_size=4)


def selections() -> st.SearchStrategy[list[Selection]]:
    one = st.builds(
        read_selection,
        st.sampled_from(OPERANDS),
        st.lists(st.sampled_from(("b", "*.txt", "**/a", "!a", "a/b")), max_size=2).map(
            tuple
        ),
        parents=st.booleans(),
    )
    optional = st.sampled_from(("a", "a/b", "nowhere")).map(
        lambda path: Selection(path, optional=True)
    )
    return st.lists(one | optional, max_size=5)

"""What the sources of a program write, as their syntax trees tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    import ast

_NOT_RUN = regex(
    r"(?:^|/)(?:tests?|node_modules|\.venv|venv|\.git)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|setup|noxfile)\.py$"
)
_MOST_FILES = 300
# Functions and methods that write to, remove or change the file that they are given
_WRITERS = frozenset(
    """ConcurrentRotatingFileHandler FileHandler RotatingFileHandler TimedRotatingFileHandler
    WatchedFileHandler FileSystemCache FileSystemStorage TinyDB basicConfig chmod chown clone_from
    copy2 copyfile copyfileobj copytree create_subprocess_exec create_subprocess_shell
    download_file download_fileobj extract extractall fget_object hardlink_to import_module imsave
    imwrite lchown link_to makedirs memmap mkdir mkfifo mknod rename renames rmdir rmtree savefig
    savetxt savez savez_compressed symlink_to to_csv to_excel to_feather to_hdf to_json to_parquet
    to_pickle tofile touch truncate unlink urlretrieve write_bytes write_text""".split()
)
# They hold for files, or run other programs
_OF_OS = frozenset(
    """chroot execl execle execlp execlpe execv execve execvp execvpe fork forkpty link nice
    open openpty popen posix_spawn posix_spawnp remove removedirs replace setegid seteuid setgid
    setgroups setuid spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe startfile
    symlink system utime""".split()
)
# Built-in functions that run what cannot be read here
_RUNNERS = frozenset({"__import__", "eval", "exec"})
# Fields and settings that stand for files which are written; kinds of sockets for root alone
_NAMES = frozenset(
    """AF_PACKET AF_UNIX FileField FileSystemBytecodeCache ImageField MEDIA_ROOT SOCK_RAW
    UPLOAD_FOLDER expanduser instance_path""".split()
)
_WORDS = regex(
    r"FileHandler|FileBasedCache|FileSystemStorage|backends\.(?:file|sqlite)|\bfilesystem\b|sqlite|duckdb"
    r"|FileSystemCache|FileSystemBytecodeCache|\b(?:CACHE_DIR|SESSION_FILE_DIR)\b"
    r"|docker\.sock|unix:|file://|/root\b|/dev/(?!null|shm|std|u?random|fd)"
)
_DATABASE = regex(r"sqlite(?:\+\w+)?:///(?P<path>(?!/)[\w./-]+)|sqlite(?:\+\w+)?://")
_MODE = regex(r"[rbtU]*[wax+][rbtwax+U]*")
_WITH_PATH = ("connect", "open", "FileHandler", "makedirs", "mkdir", "basicConfig")
_PLAIN_PATH = regex(r"[\w./-]+")
_TMP = "/tmp/"  # noqa: S108 - where everybody may write
_LOW_PORT = regex(r"(?i)(?:\b|_)port[\"')\]]*\W{1,12}(?P<port>\d{1,3})\b(?![\d.])")


@record
class SourceWrites:
    """`is_known` is whether all is known; `is_beside` whether files are written to the working
    directory, or below it.
    """

    is_known: bool
    is_beside: bool = False


_UNKNOWN = SourceWrites(is_known=False)


def source_writes(build: Build) -> SourceWrites:
    """What the Python files of the build context write; unknown where one cannot be read."""
    return build.once(_source_writes)


def _source_writes(build: Build) -> SourceWrites:
    context = build.context
    if context is None or not context.is_whole:
        return _UNKNOWN
    files = [file for file in context.sent if _is_source(file)]
    if not files or len(files) > _MOST_FILES:
        return _UNKNOWN
    if not all(map(_is_for_all, files)):
        return _UNKNOWN

    own = frozenset(_own_modules(files))
    is_beside = False
    for file in files:
        source = _Source(context, file.path)
        if not source.is_known(own):
            return _UNKNOWN
        is_beside = is_beside or source.is_beside
    return SourceWrites(True, is_beside)


def _is_source(file: File) -> bool:
    return file.path.endswith(".py") and _NOT_RUN.search(file.path) is None


def _is_for_all(file: File) -> bool:
    """Whether others than its owner can read it; a link is not followed."""
    return file.kind is FileKind.FILE and bool(file.mode & 0o004)


def _own_modules(files: Iterable[File]) -> Iterator[str]:
    """The names of files and directories: what the project may import of its own."""
    for file in files:
        *folders, name = file.path.split("/")
        yield from folders
        yield name.removesuffix(".py")


@record(eq=False, slots=False)
class _Source:
    """One file of Python."""

    context: Context
    path: str

    @cached_property
    def text(self) -> str:
        return self.context.read(self.path) or ""

    @cached_property
    def nodes(self) -> list[ast.AST] | None:
        import ast  # noqa: PLC0415

        from lightship.pyproject.data_files import python  # noqa: PLC0415 - few programs are read

        if not self.text.strip():
            return []
        tree = python(self.context, self.path)
        return None if tree is None else list(ast.walk(tree))

    def is_known(self, own: frozenset[str]) -> bool:
        """Whether it is known what it writes, and that it needs no port below 1024."""
        if self.nodes is None or _has_low_port(self.text):
            return False
        # A long list, for few programs
        from lightship.rules.security.root_user.known_imports import are_known  # noqa: PLC0415

        if not are_known(_modules(self.nodes), own):
            return False
        if any(_names_files(node) for node in self.nodes):
            return False
        return all(map(_may_be_made, self.calls))

    @property
    def is_beside(self) -> bool:
        """Whether it writes to a path that is relative."""
        if any(_is_beside(call) for call in self.calls):
            return True
        return any(_database(text) for text in _strings(self.nodes or ()))

    @cached_property
    def calls(self) -> list[ast.Call]:
        import ast  # noqa: PLC0415

        return [node for node in self.nodes or () if isinstance(node, ast.Call)]


def _has_low_port(text: str) -> bool:
    return _LOW_PORT.search(text) is not None


def _modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The top-level modules that are imported."""
    import ast  # noqa: PLC0415

    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0]
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def _strings(nodes: Iterable[ast.AST]) -> Iterator[str]:
    import ast  # noqa: PLC0415

    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _names_files(node: ast.AST) -> bool:
    """Whether a name, or a text, stands for files that are not known."""
    import ast  # noqa: PLC0415

    if isinstance(node, ast.Name):
        return node.id in _NAMES
    if isinstance(node, ast.Attribute):
        return node.attr in _NAMES
    if isinstance(node, ast.keyword) and node.arg == "dir":
        return True  # of a temporary file
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value in _NAMES:
            return True
        is_plain = _DATABASE.fullmatch(node.value) is not None
        return not is_plain and _WORDS.search(node.value) is not None
    return False


def _database(text: str) -> bool:
    """Whether a text is the URL of a SQLite file in the working directory."""
    match = _DATABASE.fullmatch(text)
    return match is not None and bool(match["path"])


def _may_be_made(call: ast.Call) -> bool:
    """Whether a call writes nothing, or to a path that is known."""
    return not _writes(call) or _path_of(call) is not None


def _is_beside(call: ast.Call) -> bool:
    path = _path_of(call) if _writes(call) else None
    return path is not None and not path.startswith("/")


def _writes(call: ast.Call) -> bool:
    name, owner = _name_of(call)
    if name in _RUNNERS and not owner:
        return True
    if owner == "os" and name in _OF_OS:
        return True
    if name == "connect":
        return owner in ("", "sqlite3", "aiosqlite")
    if name == "basicConfig":
        return _keyword(call, "filename") is not None
    if name == "add" and owner in ("logger", "loguru"):
        return not _is_stream(call)
    if name in ("save", "to_json"):
        return bool(call.args)
    if name == "replace":
        return len(call.args) == 1  # of a path: that of a text has two
    if name == "open" and owner != "webbrowser":
        return not _opens_to_read(call)
    return name in _WRITERS


def _name_of(call: ast.Call) -> tuple[str, str]:
    """The last name of what is called, and the name before it."""
    import ast  # noqa: PLC0415

    function = call.func
    if isinstance(function, ast.Name):
        return function.id, ""
    if not isinstance(function, ast.Attribute):
        return "", ""
    owner = function.value
    if isinstance(owner, ast.Name):
        return function.attr, owner.id
    if isinstance(owner, ast.Attribute):
        return function.attr, owner.attr
    return function.attr, "()"


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return None


def _is_stream(call: ast.Call) -> bool:
    """Whether loguru's `add` is given `sys.stdout`, `sys.stderr` or a function."""
    import ast  # noqa: PLC0415

    if not call.args:
        return False
    sink = call.args[0]
    return isinstance(sink, ast.Attribute) and sink.attr in ("stdout", "stderr")


def _opens_to_read(call: ast.Call) -> bool:
    """Whether `open(path)`, `path.open()` and their like only read."""
    _, owner = _name_of(call)
    mode = _keyword(call, "mode")
    if mode is not None:
        return _is_to_read(mode)
    if any(not _is_to_read(argument) for argument in call.args[1:2]):
        return False
    # The first argument of a method may be the mode, or a path
    is_mode = bool(owner) and any(map(_is_to_write, call.args[:1]))
    return not is_mode


def _is_to_read(mode: ast.expr) -> bool:
    import ast  # noqa: PLC0415

    is_literal = isinstance(mode, ast.Constant) and isinstance(mode.value, str)
    return is_literal and not _is_to_write(mode)


def _is_to_write(mode: ast.expr) -> bool:
    import ast  # noqa: PLC0415

    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, str):
        return False
    return _MODE.fullmatch(mode.value) is not None


def _path_of(call: ast.Call) -> str | None:
    """The path that is written, where it is a literal below the working directory or /tmp."""
    import ast  # noqa: PLC0415

    name, owner = _name_of(call)
    is_method = name in ("open", "mkdir") and owner not in ("", "os")
    if is_method or name not in _WITH_PATH:
        return None
    path = _keyword(call, "filename")
    if path is None and call.args:
        path = call.args[0]
    if not isinstance(path, ast.Constant) or not isinstance(path.value, str):
        return None
    text = path.value
    if ".." in text or not _PLAIN_PATH.fullmatch(text):
        return None
    is_elsewhere = text.startswith("/") and not text.startswith(_TMP)
    return None if is_elsewhere else text

"""Lines of an ignore file that do not take what they were written for: at another depth, or under another name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.ignore import Ignore
from lightship.context.needless import (
    CACHES,
    DERIVED,
    EDITORS,
    NODE,
    PYTHON,
    VERSIONS,
    Finder,
    NeedlessFile,
    NeedlessGroup,
    secret,
)
from lightship.context.patterns import IgnorePattern
from lightship.context.wildcards import has_wildcards
from lightship.facts.context.ignore_file import (
    IgnoreFile,
    files_at,
    ignore_file,
    is_literal,
    takes,
)
from lightship.facts.context.near_paths import Near, near
from lightship.facts.context.takings import path_of, takings
from lightship.record import record

# What programs write beside their files, in any directory
LEFTOVERS = NeedlessGroup(
    "leftovers",
    tuple(
        f"**/{name}"
        for name in "*.log *.tmp *.bak *.orig *~ *.egg-info *.class .cache .terraform .next .turbo .gradle"
        " .parcel-cache .nyc_output .coverage htmlcov bower_components Thumbs.db".split()
    ),
)
GENERATED = Finder((LEFTOVERS, VERSIONS, PYTHON, NODE, CACHES, EDITORS))
# Words that lists of files to leave out have whether or not a project has such files, or that stand at any depth with
# another meaning each time
COMMON = frozenset(
    "test tests testing spec specs e2e doc docs build builds dist lib libs bin obj data db log logs tmp temp src app"
    " apps config configs conf static media public assets images target out output outputs coverage example examples"
    " script scripts env envs venv venvs vendor vendors license licence readme changelog contributing authors makefile"
    " dockerfile containerfile docker-compose compose package package-lock yarn npm-debug tox setup pyproject poetry"
    " pipfile requirements justfile taskfile jenkinsfile procfile cache caches deploy notebooks models"
    " local storage downloads common utils core main index api web server client tools internal"
    " charts helm k8s infra terraform migrations fixtures samples reports results site".split()
)
_MOST_LINES = 50  # whose names stand deeper down
_MOST_NAMES = 2000  # of those that a pattern with wildcards is held against


@record
class Misread:
    """A pattern, the words in which it would take what was meant, and what it would then leave out or let in.

    `tops` are the topmost paths that it would take, `files` all that is now sent and would be left out (for `!`: the
    other way round). `derived` is whether they are all caches, which are made anew without anyone noticing; `heavy`
    whether they are many, or change without the program.
    """

    pattern: IgnorePattern
    text: str
    tops: tuple[str, ...]
    files: frozenset[str]
    derived: bool = False
    heavy: bool = False


def at_root_only(build: Build) -> tuple[Misread, ...]:
    """Names that are left out at the root alone, while COPY takes others along from directories below."""
    return build.once(_at_root_only)


def misnamed(build: Build) -> tuple[tuple[Misread, Near], ...]:
    """Paths that do not exist, each a letter or a directory away from one that does."""
    return build.once(_misnamed)


def spoken_of(build: Build) -> frozenset[str]:
    """The files that are sent because of a line that was misread: that line is the cause, and is named."""
    lines = (*at_root_only(build), *(found for found, _ in misnamed(build)))
    return frozenset(
        path for found in lines if not found.pattern.negated for path in found.files
    )


def _at_root_only(build: Build) -> tuple[Misread, ...]:
    file, context = ignore_file(build), build.context
    patterns = (
        [each for each in file.plain if _is_name(file, each)]
        if file is not None
        else []
    )
    if file is None or context is None or not patterns:
        return ()
    taken = _below_sources(build, context)
    names: dict[str, NeedlessFile | None] = {}
    for item, start in taken:
        _add_names(names, item, start)
    usual = [name for name, hit in names.items() if hit is not None][:_MOST_NAMES]
    hits = ((each, _hits(context, each, names, usual)) for each in patterns)
    wanted = islice(((each, found) for each, found in hits if found), _MOST_LINES)
    lines = (_deeper(file, each, taken, found) for each, found in wanted)
    return tuple(each for each in lines if each is not None)


def _is_name(file: IgnoreFile, pattern: IgnorePattern) -> bool:
    """A pattern that .gitignore would look for in every directory."""
    written = file.written(pattern).of(file.text)
    anchored = written.startswith(("/", ".")) and written.lstrip(".").startswith("/")
    plain = (
        "/" not in pattern.text and not pattern.text.startswith("**") and not anchored
    )
    return plain and not pattern.negated and any(map(str.isalpha, pattern.text))


def _below_sources(build: Build, context: Context) -> list[tuple[File, int]]:
    """The files that directories bring along, and at which of their names what nobody named begins; no secrets."""
    found: dict[str, tuple[File, int]] = {}
    for taking in takings(build):
        for source in taking.sources:
            path = path_of(source)
            start = max(path.count("/") + (not has_wildcards(path)), 1) if path else 1
            for item in taking.files:
                if item.path.count("/") >= start and (
                    item.path not in found or found[item.path][1] > start
                ):
                    found[item.path] = item, start
    return [
        found[path] for path in sorted(found) if secret(context, found[path][0]) is None
    ]


def _add_names(names: dict[str, NeedlessFile | None], item: File, start: int) -> None:
    """The names on the way to a file, each with what it is usually."""
    *above, name = item.path.split("/")
    for part in above[start:]:
        if part not in names:
            names[part] = GENERATED.find(File(part, kind=FileKind.CLOSED))
    if names.get(name) is None:
        names[name] = GENERATED.find(File(name, kind=item.kind))


def _hits(
    context: Context,
    pattern: IgnorePattern,
    names: Mapping[str, NeedlessFile | None],
    usual: Sequence[str],
) -> dict[str, NeedlessFile | None]:
    """The names that the pattern means: what is generated, or a name of its own that is nowhere at the root."""
    name = pattern.text
    if not is_literal(pattern):
        return {each: names[each] for each in usual if takes(pattern, each)}
    if name not in names:
        return {}
    is_own = not _is_common(name) and not context.exists(name)
    return {name: names[name]} if names[name] is not None or is_own else {}


def _is_common(name: str) -> bool:
    stem = name.lower().partition(".")[0]
    return len(name) < 4 or not stem or stem in COMMON or name.lower() in COMMON


def _deeper(
    file: IgnoreFile,
    pattern: IgnorePattern,
    taken: Sequence[tuple[File, int]],
    hits: Mapping[str, NeedlessFile | None],
) -> Misread | None:
    """What is left out once the pattern holds at every depth; other lines may still let some of it in."""
    tops = {
        item.path: top
        for item, start in taken
        if (top := _top(item.path, start, hits)) is not None
    }
    if not tops:
        return None
    now = f"**/{pattern.text}"
    out = tops.keys() - set(_with(file, pattern, now).sent(tops))
    found = tuple(dict.fromkeys(tops[path] for path in sorted(out)))
    kinds = [hits[path.rpartition("/")[2]] for path in found]
    if not found or (None in kinds and len(found) > 1):
        return None
    groups = [hit for hit in kinds if hit is not None]
    derived = len(groups) == len(kinds) and all(
        hit.pattern in DERIVED for hit in groups
    )
    text = f"**/{file.written(pattern).of(file.text)}"
    return Misread(
        pattern,
        text,
        found,
        frozenset(out),
        derived,
        any(hit.group.heavy for hit in groups),
    )


def _top(path: str, start: int, hits: Collection[str]) -> str | None:
    """The path down to the first name that is one of `hits`."""
    parts = path.split("/")
    end = next((at + 1 for at in range(start, len(parts)) if parts[at] in hits), None)
    return None if end is None else "/".join(parts[:end])


def _with(file: IgnoreFile, pattern: IgnorePattern, text: str) -> Ignore:
    """The ignore file with other words in the place of a pattern."""
    (new,) = Ignore.of([f"!{text}" if pattern.negated else text]).patterns
    return Ignore(
        tuple(new if each is pattern else each for each in file.ignore.patterns)
    )


def _misnamed(build: Build) -> tuple[tuple[Misread, Near], ...]:
    return tuple(_missing(build))


def _missing(build: Build) -> Iterator[tuple[Misread, Near]]:
    """The patterns that name one path, which is not there, and what they may have meant."""
    file, context = ignore_file(build), build.context
    if file is None or context is None:
        return
    named = {
        path_of(source) for copying in build.copyings() for source in copying.local
    }
    sent = frozenset(item.path for item in context.sent)
    rooted = {each.pattern for each in at_root_only(build)}
    seen: set[tuple[str, bool]] = set()
    for pattern in file.plain:
        if pattern in rooted or _is_there(context, pattern):
            continue
        for found in near(build, pattern.text, _usual):
            meant = _meant(file, context, pattern, found.path, sent)
            said = (found.path, pattern.negated)
            if (
                meant is not None
                and not _is_named(found.path, named)
                and said not in seen
            ):
                seen.add(said)
                yield meant, found
                break


def _is_there(context: Context, pattern: IgnorePattern) -> bool:
    """Whether the path exists, or may: nothing is known of what lies in a closed directory, or behind a wildcard."""
    parts = pattern.text.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    closed = (path for path in above if context.has_file(path))
    wild = not is_literal(pattern) and not (
        "\\" in pattern.text and not set("*?[") & set(pattern.text)
    )
    return wild or context.exists(pattern.text) or any(closed)


def _usual(name: str) -> bool:
    """Whether a name is one of those that lists have as a precaution."""
    return (
        _is_common(name) or GENERATED.find(File(name, kind=FileKind.CLOSED)) is not None
    )


def _is_named(path: str, sources: Iterable[str]) -> bool:
    """Whether COPY names the path or something below it: then it is wanted."""
    return any(source == path or source.startswith(f"{path}/") for source in sources)


def _meant(
    file: IgnoreFile,
    context: Context,
    pattern: IgnorePattern,
    path: str,
    sent: Collection[str],
) -> Misread | None:
    """The line with another path, where that changes what is sent; what is a secret another rule speaks of."""
    below = files_at(context, path)
    after = set(_with(file, pattern, path).sent(item.path for item in below))
    changed = [item for item in below if (item.path in sent) != (item.path in after)]
    if not changed or (
        not pattern.negated
        and all(secret(context, item) is not None for item in changed)
    ):
        return None
    return Misread(pattern, path, (path,), frozenset(item.path for item in changed))

"""Sources that the build context does not have, though nothing says that they come later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.wildcards import clean, has_wildcards
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.evaluation.mounts import Mount
from lightship.facts.copies.shell_syntax import shell_words
from lightship.facts.stages.built_stages import built_stage
from lightship.facts.start.container_lines import run_texts
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span

# What is made before the build: by a compiler, a bundler, another job of CI
_MADE = frozenset(
    """dist build builds built target out output outputs bin obj release releases artifact artifacts
    publish pkg package packages generated gen coverage public wheel wheels wheelhouse vendor
    vendored node_modules bower_components deps dependencies download downloads cache tmp temp cert
    certs certificates ssl secret secrets key keys credential credentials model models weights
    checkpoint checkpoints data dataset datasets assets static staticfiles html site _site report
    reports log logs backup backups dump dumps version commit buildinfo build-info
    build_info""".split()
)
_MADE_ENDINGS = frozenset(
    """whl jar war ear egg tar gz tgz xz txz bz2 tbz zst zip 7z rar deb rpm apk exe dll so dylib a o
    pyc class min.js min.css map pem key crt cer csr p12 pfx jks asc gpg sig pub db sqlite sqlite3
    sql dump onnx pt pth ckpt safetensors gguf h5 hdf5 pb tflite bin model pkl joblib npy npz
    parquet csv tsv lic license env token secret iso img snap wasm node log""".split()
)
_MADE_NAMES = frozenset(".netrc .npmrc .pypirc".split())
_MADE_STARTS = (".env", "id_rsa")
# What a stem ends in after `-`, `_` or `.`, before any endings
_MADE_VARIANTS = frozenset(
    "generated gen local version linux amd64 arm64 x86_64".split()
)
# Files with a name that people write by hand though it has no ending
_PLAIN_NAMES = frozenset(
    """Makefile Pipfile Gemfile Procfile Rakefile Justfile Caddyfile Vagrantfile Jenkinsfile
    README COPYING NOTICE MANIFEST Dockerfile Pipfile.lock Gemfile.lock""".split()
)
# Of programs; a directory may have some below it
_CODE = tuple(
    """.py .pyi .ipynb .js .jsx .ts .tsx .mjs .cjs .go .rs .rb .java .kt .php .c .cc .cpp .h .cs .r
    .R .jl .ex .exs .scala .swift .pl .lua .sh .html .vue .svelte""".split()
)

_PARAGRAPHS = regex(r"\n[ \t]*\n")
# As a word of a manual, or a command; but not the instruction
_COPYING = regex(
    r"\b[Cc]opy (?:the |these |both |all )|\b[Cc]opied\b|(?m:^[ \t@$]*(?:s?cp|rsync|mv)[ \t])"
)
# `.viewer-tmp/`, `old/`: what somebody has put aside
_PUT_ASIDE = regex(
    r"(?i)(?:^|/)(?:\.(?!devcontainer/|docker/|gith?ub/|gitlab/|ci/|deploy/|build)[\w-]+"
    r"|te?mp|old|archived?|backups?|bak|deprecated|legacy|trash)/"
)
# `{worker_name}/`, which is no variable
_PLACEHOLDER = regex(r"(?<![$\\{\w}])\{\w+\}")


@record(eq=False)
class MissingSource:
    """A path that a build takes from its context, which does not have it.

    Its name is that of a file which people write, and not one that may be made before the build.
    `span` is where `instruction` writes it.
    """

    path: str
    span: Span
    instruction: Instruction


def missing_sources(build: Build) -> Iterator[MissingSource]:
    """Those of COPY, ADD and bind mounts of the stages that are built, in order."""
    context = build.context
    if context is None:
        return

    for copying in build.copyings():
        # Without a step it waits in ONBUILD for another build
        is_here = copying.step is not None
        if shell_words(copying.instruction):
            continue  # shell-syntax-in-copy says more
        if is_here and built_stage(build, copying.instruction) is not None:
            yield from _of_copying(context, copying)
    for instruction in build.each("RUN"):
        if built_stage(build, instruction) is None:
            continue
        for mount in build.mounts(instruction):
            path = _of_mount(context, mount)
            if path:
                yield MissingSource(path, mount.flag.span, instruction)


def certain_in_guess(
    build: Build, sources: Iterator[MissingSource]
) -> Iterator[MissingSource]:
    """Those that are missing although the context is only a guess.

    Where several are missing it is a wrong guess. A file that lies elsewhere, or that a script
    names, may be copied into the context before the build.
    """
    context = build.context
    if context is None or _is_template(build):
        return
    missing = list(sources)
    if len({source.path for source in missing}) > 1:
        return

    names = {file.name for file in context.files}
    for source in missing:
        name = basename(source.path)
        is_staged = context.is_staged is not None and context.is_staged(name)
        if name in names or is_staged:
            continue
        if not _is_put_beside(build, context, source.path):
            yield source


def _is_put_beside(build: Build, context: Context, path: str) -> bool:
    """Whether git ignores the path beside the Dockerfile: it is copied there for the build."""
    folder = dirname(build.path or context.dockerfile or "")
    return _is_ignored_by_git(context, f"{folder}/{path}" if folder else path)


def waits_for_application(build: Build) -> bool:
    """Whether it is a template that people put beside a program of their own.

    It copies the whole context, in which there is no code at all.
    """
    context = build.context
    if context is None or any(map(_is_code, context.files)):
        return False
    for copying in build.copyings():
        sources = [clean(f"/{source.value or ''}") for source in copying.local]
        if copying.from_context and "/" in sources:
            return True
    return False


def _is_code(file: File) -> bool:
    return file.kind is not FileKind.FILE or file.name.endswith(_CODE)


def is_gathered(build: Build, source: MissingSource) -> bool:
    """Whether people copy the Dockerfile and a file from elsewhere to the place where they build.

    A manual or a script has them in one paragraph, which speaks of copying.
    """
    context = build.context
    name = basename(source.path)
    if context is None or context.is_staged is None or not context.is_staged(name):
        return False

    dockerfile = basename(build.path or context.dockerfile or "")
    if not dockerfile:
        return False

    names = [
        regex(rf"(?<![\w.-]){re.escape(item)}(?![\w-])") for item in (dockerfile, name)
    ]
    for text in run_texts(build) or ():
        if dockerfile not in text or name not in text:
            continue

        for part in _PARAGRAPHS.split(text):
            is_about_both = all(pattern.search(part) for pattern in names)
            if is_about_both and _COPYING.search(part):
                return True
    return False


def _is_template(build: Build) -> bool:
    """Whether the Dockerfile is filled in before it is built, or nobody builds it."""
    context = build.context
    path = build.path or (context.dockerfile if context is not None else None) or ""
    if "template" in path.lower() or _PUT_ASIDE.search(path):
        return True
    for instruction in build.each("COPY", "ADD", "WORKDIR"):
        if _PLACEHOLDER.search(instruction.line.text):
            return True
    return False


def _of_copying(context: Context, copying: Copying) -> Iterator[MissingSource]:
    if copying.instruction.flag("parents"):
        return
    for source in copying.local:
        # A build arg or the next ARG may name another one
        if source.varies or source.value is None:
            continue
        path = _missing(context, source.value)
        if path:
            yield MissingSource(path, source.word.span, copying.instruction)


def _of_mount(context: Context, mount: Mount) -> str:
    if mount.type != "bind" or mount.from_ or not mount.source:
        return ""
    if "$" in (mount.flag.value or "$"):
        return ""
    return _missing(context, mount.source)


def _missing(context: Context, source: str) -> str:
    """The path of a source that the context ought to have and has not; else empty."""
    if has_wildcards(source) or "\\" in source or "$" in source:
        return ""  # a pattern without a match copies nothing, and the build goes on
    path = clean(f"/{source}").removeprefix("/")
    # The context is only walked for a path that looks missing: most do not
    if not path or not _is_plain(path) or context.read(path) is not None:
        return ""
    if not context.is_whole or context.exists(path):
        return ""
    if _is_beyond(context, path) or _is_ignored_by_git(context, path):
        return ""
    return "" if _comes_later(context, path) else path


def _is_beyond(context: Context, path: str) -> bool:
    """Whether it lies below something whose content is not known.

    That is a link, a directory that was not walked, or an empty one: a submodule, perhaps.
    """
    kinds = {file.path: file.kind for file in context.files}
    place = dirname(path)
    while place:
        kind = kinds.get(place)
        if kind in (FileKind.SYMLINK, FileKind.CLOSED):
            return True
        if context.exists(place):
            return not _has_files(context.files, place)
        place = dirname(place)
    return False


def _has_files(files: tuple[File, ...], directory: str) -> bool:
    start = f"{directory}/"
    return any(file.path.startswith(start) for file in files)


def _is_ignored_by_git(context: Context, path: str) -> bool:
    if context.git_ignores is None:
        return False
    return context.git_ignores(path)


def _comes_later(context: Context, path: str) -> bool:
    """Whether a script or a CI job makes it, or a submodule brings it."""
    # Few sources are missing
    from lightship.facts.context.submodules import in_submodule  # noqa: PLC0415

    if context.is_made is not None and context.is_made(basename(path)):
        return True
    return in_submodule(context, path)


def is_made(path: str) -> bool:
    """Whether a path has a name of what is made before the build: `target/app.jar`."""
    parts = path.split("/")
    return any(map(_is_made_name, parts)) or _is_made_file(parts[-1])


def _is_plain(path: str) -> bool:
    """Whether a person wrote the file, as far as its name tells."""
    *above, name = path.split("/")
    if any(map(_is_made_name, above)):
        return False
    if name in _PLAIN_NAMES:
        return True
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or ending.isdecimal():
        return False  # `scripts_12.0` is a directory, or a library
    return not _is_made_file(name) and not _is_made_name(stem)


def _is_made_name(name: str) -> bool:
    """Whether a name is or ends in a word for what is made: `build`, `my-app.dist`."""
    name = name.lower()
    return not _MADE.isdisjoint((name, *_tails(name, "-_.")))


def _is_made_file(name: str) -> bool:
    """Whether a file is made, by its endings, its whole name or a word before the endings."""
    name = name.lower()
    if name.startswith(_MADE_STARTS) or not _MADE_ENDINGS.isdisjoint(_tails(name, ".")):
        return True
    stem, _, endings = name.partition(".")
    if stem in ("version", "commit") and "." not in endings:
        return True
    words = [tail.partition(".")[0] for tail in _tails(name, "-_.")]
    return name in _MADE_NAMES or not _MADE_VARIANTS.isdisjoint(words)


def _tails(name: str, separators: str) -> list[str]:
    """What follows each of the separators."""
    return [name[at + 1 :] for at, mark in enumerate(name) if mark in separators]

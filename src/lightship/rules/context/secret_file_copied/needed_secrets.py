"""Whether the program or the build reads the files with secrets: it would miss them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from posixpath import basename, dirname

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.evaluation.paths import and_above
from lightship.facts.start.purpose import start_commands
from lightship.regex import regex

KEYS = (".key", ".pem", ".p8", ".ppk", ".p12", ".pfx")
_CODE = (".py", ".js", ".mjs", ".cjs", ".ts", ".go", ".rb")
_MORE_CODE = (".jl", ".php", ".rs", ".tsx", ".jsx", ".ex", ".exs", ".java", ".kt")
_MANIFESTS = ("Gemfile", "composer.json")
_SETTINGS = regex(r"(?:settings|config)[\w-]*(?:/[^/]+)?\.\w+$")
_BETWEEN_WORDS = regex(r"[\s=:,/'\"]+|\.env\.")
# What loads a `.env` by itself: python-dotenv, pydantic, django-environ, environs, decouple; dotenv
# of Node, Ruby, PHP and Rust; godotenv; DotEnv of Julia. And a program that names the file
_DOTENV = regex(
    r"\b(?i:dotenv|phpdotenv|godotenv|dotenvy|dotenvx|dotenv-rails)\b|load_dotenv"
    r"|\benv_file[\"']?\s*[=:]|\bread_env\(|\bfrom decouple import|\bimport decouple\b"
    r"|\bloadEnvFile\(|[\"'/]\.env[\"']"
)
_DOCKERFILE = regex(r"(?i)^dockerfile|\.dockerfile$")
_MOST_FILES = 200  # of code that is read


def are_read(build: Build, paths: Collection[str]) -> bool:
    """Whether code names a key, so that it reads it.

    Code in the directory of the key, or the one above, says its name; settings elsewhere its path.
    """
    context = build.context
    if context is None:
        return False
    keys = [path for path in paths if path.endswith(KEYS)]
    if not keys:
        return False

    code = build.once(_code)
    settings = [file for file in code if _SETTINGS.search(file.path)]
    for path in keys:
        folder = dirname(path)
        folders = (folder, dirname(folder))
        near = [file for file in code if dirname(file.path) in folders]
        name = basename(path)
        if _any_names(context, near, name):
            return True
        if "/" in path and _any_names(context, settings, path):
            return True
    return False


def are_public(build: Build, paths: Collection[str]) -> bool:
    """Whether keys that the program reads are data of a Python package: anyone can install it."""
    context = build.context
    if context is None:
        return False
    return all(context.exists(f"{dirname(path)}/__init__.py") for path in paths)


def are_packaged(build: Build, paths: Collection[str]) -> bool:
    """Whether MANIFEST.in names the directory and the ending of keys: they are data that everybody
    gets with the Python package.
    """
    context = build.context
    text = (context.read("MANIFEST.in") or "") if context is not None else ""
    rows = [line.split() for line in text.splitlines()]
    included = [row[1:] for row in rows if row[:1] == ["recursive-include"]]
    return all(any(_includes(row, path) for row in included) for path in paths)


def _includes(row: Sequence[str], path: str) -> bool:
    """Whether `shop/keys *.json *.key` is about a file."""
    folder, *patterns = row or ("",)
    ending = path.rpartition(".")[2]
    return path.startswith(f"{folder.strip('/')}/") and f"*.{ending}" in patterns


def is_chosen_at_start(build: Build, paths: Collection[str]) -> bool:
    """Whether a word of the start command is the end of the name of a `.env.docker`."""
    endings: set[str] = set()
    for name in map(basename, paths):
        if name.startswith(".env."):
            endings.add(name.removeprefix(".env."))
    if not endings:
        return False

    words: set[str] = set()
    for instruction in start_commands(build):
        for value in instruction.values:
            words.update(_BETWEEN_WORDS.split(value or ""))
    return not endings.isdisjoint(words)


def is_named(build: Build, paths: Collection[str]) -> bool:
    """Whether a RUN works on the files or their directory, or another Dockerfile copies them."""
    names = set(paths)
    names |= {dirname(path) for path in paths}
    # The directory of the Dockerfile is named for other reasons
    names -= {"", *and_above(build.path or "")}

    for call in build.commands():
        for word in call.command.args:
            if _has_any(word.text, names):
                return True

    others = _other_dockerfiles(build)
    return any(_has_any(text, names) for text in others)


def _has_any(text: str, names: Collection[str]) -> bool:
    return any(name in text for name in names)


def is_loaded(build: Build, paths: Collection[str]) -> bool:
    """Whether the program reads its settings from a `.env` of the image, as dotenv does."""
    context = build.context
    if context is None:
        return False
    names = map(basename, paths)
    if not any(name.startswith(".env") for name in names):
        return False

    texts = _texts(context, build.once(_loading_code))
    return any(map(_DOTENV.search, texts))


def _any_names(context: Context, code: Sequence[File], name: str) -> bool:
    texts = _texts(context, code)
    return any(name in text for text in texts)


def _texts(context: Context, files: Sequence[File]) -> Iterator[str]:
    for file in files[:_MOST_FILES]:
        yield context.read(file.path) or ""


def _other_dockerfiles(build: Build) -> Iterator[str]:
    """The texts of those that may be built in the same context, with the same ignore file."""
    context = build.context
    if context is None:
        return
    for file in context.files:
        if file.path != build.path and _DOCKERFILE.search(file.name):
            yield context.read(file.path) or ""


def _code(build: Build) -> tuple[File, ...]:
    return _sent(build, _CODE)


def _loading_code(build: Build) -> tuple[File, ...]:
    """Code of more languages, and what names the packages that load a `.env` by themselves."""
    return _sent(build, (*_CODE, *_MORE_CODE, *_MANIFESTS))


def _sent(build: Build, endings: tuple[str, ...]) -> tuple[File, ...]:
    context = build.context
    if context is None:
        return ()
    files = [file for file in context.sent if file.name.endswith(endings)]
    return tuple(files)

"""Where Python looks for a module that a start names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname

from lightship.build import Build
from lightship.context.files import Context
from lightship.evaluation.paths import in_workdir
from lightship.facts.copies.origins import file_of
from lightship.facts.stages.final_image import image_env
from lightship.facts.start.launch import Launch
from lightship.regex import regex
from lightship.shell.specs import written

_CHANGES = regex(r"(?:^|[\s;&|(])cd[ \t]+[\"']?([^\s;&|\"')]+)")
# gunicorn, hypercorn; uvicorn; gunicorn again
_OPTIONS = ("--chdir", "--app-dir", "--pythonpath")
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")
_WRITES = frozenset({">", ">>", ">|", "&>"})


def is_importable(build: Build, launch: Launch, path: str, module: str) -> bool:
    """Whether a file is what a top-level module's name means: one in WORKDIR, or in a directory
    that the start or PYTHONPATH names, or a package beside the manifest that installs it.

    A dotted name says enough of where its file stands.
    """
    context = build.context
    assert context is not None, "the caller has looked"
    if "." in module.removesuffix(".__main__"):
        return True
    if _is_installed(context, path):
        return True

    ending = path.removesuffix(".py")
    root = ending.removesuffix("/__main__").removesuffix("/__init__")
    name = path[len(dirname(root)) :].lstrip("/")
    return any(
        file_of(build, in_workdir(folder, name)) == path
        for folder in _roots(build, launch)
    )


def is_written_by_run(build: Build, module: str) -> bool:
    """Whether a RUN redirects its output to the file of a module: what is in it is not known."""
    name = f"{module.rpartition('.')[2]}.py"
    if not build.mentions(name):
        return False

    for call in build.commands():
        for redirect in call.command.redirects:
            if redirect.operator not in _WRITES or redirect.target is None:
                continue
            if basename(written(redirect.target)) == name:
                return True
    return False


def _roots(build: Build, launch: Launch) -> Iterator[str]:
    final = build.final
    assert final is not None, "check has looked"
    workdir = build.evaluation.finals[final.index].workdir
    yield workdir
    paths = [*_named(launch), *_changes(build, launch)]
    variable = image_env(build).get("PYTHONPATH")
    searched = launch.assigned.get("PYTHONPATH") or ""
    for value in (variable.value if variable else "", searched):
        paths += [path for path in value.split(":") if path]
    for path in paths:
        if "$" not in path:
            yield in_workdir(workdir, path)


def _named(launch: Launch) -> Iterator[str]:
    """What `--chdir /app/shop` or `--chdir=/app/shop` names."""
    texts: Sequence[str] = launch.texts
    for option in _OPTIONS:
        if option in texts[:-1]:
            yield texts[texts.index(option) + 1]
        for text in texts:
            if text.startswith(f"{option}="):
                yield text.partition("=")[2]


def _changes(build: Build, launch: Launch) -> Iterator[str]:
    """Where the script that starts it changes to."""
    context = build.context
    text = launch.instruction.span.of(build.dockerfile.text)
    if launch.path and context is not None:
        text = context.read(launch.path) or ""
    yield from _CHANGES.findall(text)


def _is_installed(context: Context, path: str) -> bool:
    """Whether it is in a package that stands beside a manifest, or in `src` below that."""
    if basename(path) not in ("__init__.py", "__main__.py"):
        return False
    above = dirname(dirname(path))
    if basename(above) == "src":
        above = dirname(above)
    names = (f"{above}/{name}".lstrip("/") for name in _MANIFESTS)
    return any(context.exists(name) for name in names)

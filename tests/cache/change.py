"""`Change`: two builds one after the other, as data; what of the second is a hit, the engine and the model say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

Content = str | bytes | None
Edit = tuple[str, str]

DOCKERFILE = """\
FROM base
WORKDIR /app
COPY requirements.txt .
RUN cat requirements.txt
COPY . .
RUN cat app.py
"""
PROJECT: Mapping[str, str | bytes] = {
    ".dockerignore": "*.log\nDockerfile\n.dockerignore\n",
    "app.py": "print(1)\n",
    "debug.log": "1\n",
    "docs/notes.md": "notes\n",
    "requirements.txt": "flask\n",
    "src/a.txt": "a\n",
    "src/b.txt": "b\n",
}


@dataclass(frozen=True)
class Given:
    """What one build is given.

    `files` are path to content; a path that ends in `/` is an empty directory, `-> x` as content a symlink, `=> x` a
    hard link. What has no mode of its own has 0o644, or 0o755 as a directory. `path` is the Dockerfile's, None where
    it lies outside the context. `options` are further ones of `docker buildx build`.
    """

    files: Mapping[str, str | bytes]
    dockerfile: str
    modes: Mapping[str, int] = field(default_factory=dict)
    args: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    options: tuple[str, ...] = ()
    path: str | None = "Dockerfile"

    @property
    def all_files(self) -> Mapping[str, str | bytes]:
        """The context's files, with the Dockerfile where it is one of them."""
        return (
            self.files
            if self.path is None
            else {**self.files, self.path: self.dockerfile}
        )


@dataclass(frozen=True)
class Change:
    """A build, then another; `why` says what the second hits and misses, and why.

    `between` is a build between them. `touched` are files with another time of change, `*` all of them; what has
    another content has another time too, unless `same_time`. `chown` are files that another user of this machine owns
    at last. With `same_path` both builds have the same directory. `beyond` says why the model is not asked; `cautious`,
    that it cannot know of a hit and says a miss. `builders` are those who are asked: `buildkit`, `classic` (that of the
    engine before BuildKit), `buildah`.
    """

    name: str
    why: str
    before: Given
    after: Given
    between: Given | None = None
    touched: frozenset[str] = frozenset()
    same_time: bool = False
    chown: frozenset[str] = frozenset()
    same_path: bool = False
    beyond: str = ""
    cautious: bool = False
    builders: tuple[str, ...] = ("buildkit",)


def change(
    name: str,
    why: str,
    *edits: Edit,
    dockerfile: str = DOCKERFILE,
    files: Mapping[str, Content] | None = None,
    put: Mapping[str, Content] | None = None,
    modes: Mapping[str, int] | None = None,
    chmod: Mapping[str, int] | None = None,
    args: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
    options: tuple[Sequence[str], Sequence[str]] = ((), ()),
    target: tuple[str | None, str | None] = (None, None),
    path: tuple[str | None, str | None] = ("Dockerfile", "Dockerfile"),
    revert: bool = False,
    touch: Sequence[str] = (),
    same_time: bool = False,
    chown: Sequence[str] = (),
    same_path: bool = False,
    beyond: str = "",
    cautious: bool = False,
    also: Sequence[str] = (),
) -> Change:
    """The usual project with `files`, then `edits` (old, new) of its Dockerfile, and `put` and `chmod` of its files.

    None removes a file. Pairs are before and after. With `revert` the second build is between, and the last is the
    first once more. `also` are builders beside BuildKit.
    """
    first = Given(
        _with(PROJECT, files or {}),
        dockerfile,
        modes or {},
        args[0],
        target[0],
        tuple(options[0]),
        path[0],
    )
    second = Given(
        _with(first.files, put or {}),
        _edited(dockerfile, edits),
        {**first.modes, **(chmod or {})},
        args[1],
        target[1],
        tuple(options[1]),
        path[1],
    )
    made = Change(
        name,
        why,
        first,
        second,
        touched=frozenset(touch),
        same_time=same_time,
        chown=frozenset(chown),
        same_path=same_path,
        beyond=beyond,
        cautious=cautious,
        builders=("buildkit", *also),
    )
    return replace(made, after=first, between=second) if revert else made


def copied(name: str, why: str, before: str, after: str = "", **more) -> Change:
    """A COPY or ADD in a working directory, and a RUN behind it; with `after` another one."""
    edits = [(f"/app\n{before}\n", f"/app\n{after}\n")] if after else []
    return change(
        name,
        why,
        *edits,
        dockerfile=f"FROM base\nWORKDIR /app\n{before}\nRUN echo a\n",
        **more,
    )


def mounted(name: str, why: str, before: str, after: str, **more) -> Change:
    """RUN with one mount, then with another; without one where it is empty."""
    text = "FROM base\nWORKDIR /app\nRUN {}echo a\nRUN echo b\n"
    flags = [f"--mount={each} " if each else "" for each in (before, after)]
    edits = (
        [(f"RUN {flags[0]}echo a", f"RUN {flags[1]}echo a")] if before != after else []
    )
    return change(name, why, *edits, dockerfile=text.format(flags[0]), **more)


def made(
    name: str,
    why: str,
    first: str,
    then: str = "",
    taken: str = "/out",
    *,
    between: str = "",
    put: Mapping[str, Content] | None = None,
    **more,
) -> Change:
    """A stage that copies all, has the instructions `between`, and runs one script, then another; `taken` is of it."""
    text = f"FROM base AS builder\nCOPY . /\n{between}RUN {first}\nFROM base\nCOPY --from=builder {taken} /taken/\n"
    edits = [(f"RUN {first}\n", f"RUN {then}\n")] if then else []
    return change(name, why, *edits, dockerfile=text, put=put, **more)


def _with(
    files: Mapping[str, str | bytes], more: Mapping[str, Content]
) -> dict[str, str | bytes]:
    return {
        path: content
        for path, content in {**files, **more}.items()
        if content is not None
    }


def _edited(text: str, edits: Sequence[Edit]) -> str:
    for old, new in edits:
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    return text

"""What a real engine is sent under an ignore file is what `Ignore` says: each file, and each directory.

Every case is a build of `COPY . /` into a folder; the ignore file stands beside a Dockerfile outside the context.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from context.ignore_lines import LINES, NAMES
from engine.engine_process import Done, Engine
from engine.ignore_cases import ACCEPTED, EMPTY, FILES, LINKS, REFUSED
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lightship.context.ignore import Ignore
from lightship.context.ignore_walk import sent_directories
from lightship.text import encode

pytestmark = pytest.mark.engine
AT_ONCE = 6  # builds of one command; of more, each costs the engine more
SAID = (
    "syntax error in pattern",
    "illegal exclusion pattern",
    "non-printable ASCII",
    "token too long",
)
HUNG_UP = (
    "context canceled"  # a client that refuses may be gone before the engine says why
)


@dataclass(frozen=True)
class Built:
    """A context, and an engine that builds it."""

    engine: Engine
    folder: Path
    files: tuple[str, ...]
    directories: tuple[str, ...]

    def sent(self, texts: Sequence[str]) -> tuple[Done, list[set[str]]]:
        """What the builds under these ignore files come to, all by one command, and each path that arrives."""
        shutil.rmtree(self.folder / "builds", ignore_errors=True)
        (self.folder / "builds").mkdir()
        targets = {
            f"t{number}": self._target(number, text)
            for number, text in enumerate(texts)
        }
        bakefile = self.folder / "bake.json"
        bakefile.write_text(
            json.dumps(
                {"group": {"default": {"targets": [*targets]}}, "target": targets}
            )
        )
        done = self.engine.tried("buildx", "bake", "--file", str(bakefile), both=True)
        return done, [members(Path(output_of(target))) for target in targets.values()]

    def _target(self, number: int, text: str) -> dict[str, Any]:
        dockerfile = self.folder / "builds" / f"{number}.Dockerfile"
        dockerfile.write_text("FROM scratch\nCOPY . /\n")
        (self.folder / "builds" / f"{number}.Dockerfile.dockerignore").write_bytes(
            encode(text)
        )
        output = f"type=tar,dest={self.folder / 'builds' / str(number)}.tar"
        return {
            "context": str(self.folder / "context"),
            "dockerfile": str(dockerfile),
            "output": [output],
        }

    def foreseen(self, text: str) -> set[str]:
        ignore = Ignore.parse(text)
        files = set(ignore.sent(self.files))
        return files | set(sent_directories(self.directories, files, ignore.walk()))


def members(archive: Path) -> set[str]:
    """The paths in an archive; none where the build failed, which may leave an empty file."""
    if not archive.exists() or not archive.stat().st_size:
        return set()
    with tarfile.open(archive) as opened:
        return {member.name.rstrip("/") for member in opened}


def output_of(target: dict[str, Any]) -> str:
    return target["output"][0].partition("dest=")[2]


def paths_below(root: Path) -> tuple[set[str], set[str]]:
    """Each file and symlink, and each directory, relative to the root."""
    files, directories = set(), set()
    for at, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = os.path.join(at, name)
            is_directory = os.path.isdir(path) and not os.path.islink(path)
            (directories if is_directory else files).add(os.path.relpath(path, root))
    return files, directories


def write(root: Path, files: Iterator[str] | tuple[str, ...]) -> None:
    for path in files:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def made_files() -> Iterator[str]:
    """Files whose names, on four levels, are those that the made lines speak of."""
    choice = random.Random(7)
    below = [""]
    for depth in range(4):
        chosen = [
            (above, name)
            for above in below
            for name in choice.sample(NAMES, 4 if depth else len(NAMES))
        ]
        below = [f"{above}{name}/" for above, name in chosen if choice.random() < 0.5][
            :12
        ]
        yield from (
            f"{above}{name}" for above, name in chosen if f"{above}{name}/" not in below
        )
    yield from (
        f"{above}{NAMES[0]}" for above in below[::2]
    )  # the others stay away, so that some are not there


def built(docker: Engine, folder: Path) -> Built:
    files, directories = paths_below(folder / "context")
    return Built(docker, folder, tuple(sorted(files)), tuple(sorted(directories)))


@pytest.fixture(scope="module")
def project(docker: Engine, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Names that people give, and awkward ones; empty directories, and symlinks."""
    folder = tmp_path_factory.mktemp("project")
    write(folder / "context", FILES)
    for path in EMPTY:
        (folder / "context" / path).mkdir(parents=True)
    for path, target in LINKS.items():
        (folder / "context" / path).symlink_to(target)
    return built(docker, folder)


@pytest.fixture(scope="module")
def made(docker: Engine, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("made")
    write(folder / "context", made_files())
    return built(docker, folder)


@pytest.fixture(scope="module")
def arrived(project: Built) -> dict[str, set[str]]:
    """What arrives under each ignore file that is accepted."""
    return all_sent(project, ACCEPTED)


def all_sent(built: Built, texts: Sequence[str]) -> dict[str, set[str]]:
    found = {}
    for at in range(0, len(texts), AT_ONCE):
        part = texts[at : at + AT_ONCE]
        done, sent = built.sent(part)
        if done.status:  # one that fails ends the others
            sent = [one_sent(built, text) for text in part]
        found.update(zip(part, sent, strict=True))
    return found


def one_sent(built: Built, text: str) -> set[str]:
    done, (sent,) = built.sent([text])
    return {done.output} if done.status else sent


@pytest.mark.parametrize("text", ACCEPTED, ids=ascii)
def test_what_arrives_is_what_we_say(
    project: Built, arrived: dict[str, set[str]], text: str
) -> None:
    assert not Ignore.parse(text).problems
    check(project, text, arrived[text])


def check(built: Built, text: str, sent: set[str]) -> None:
    foreseen = built.foreseen(text)
    assert (sorted(foreseen - sent), sorted(sent - foreseen)) == ([], []), ascii(text)


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:20]))
def test_what_is_refused_is_refused(project: Built, text: str) -> None:
    assert Ignore.parse(text).problems
    done, _ = project.sent([text])
    assert done.status
    assert any(said in done.output for said in (*SAID, HUNG_UP)), done.output


def made_texts() -> list[str]:
    """Ignore files of made lines, the same each time; those with problems come to nothing that could be compared."""
    texts: dict[str, None] = {}

    @settings(
        max_examples=200,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
    )
    @given(lines=st.lists(LINES, min_size=1, max_size=6))
    def make(lines: list[str]) -> None:
        if not Ignore.of(lines).problems:
            texts["\n".join(lines)] = None

    make()
    return [*texts]


def test_law_what_arrives_of_made_names_under_made_lines_is_what_we_say(
    made: Built,
) -> None:
    texts = made_texts()
    assert len(texts) > 100
    for text, sent in all_sent(made, texts).items():
        check(made, text, sent)

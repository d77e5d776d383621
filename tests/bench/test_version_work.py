"""Two versions do the same where only comments, or what describes the image, differ."""

from __future__ import annotations

import pytest

from lightship.bench.version_work import version_work
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.dockerfile.parse import parse
from lightship.proof.measured import VersionWork

TEXT = 'FROM debian:13\nRUN make \\\n    all\nCOPY . /app\nCMD ["a"]\n'
FILES = {"app.py": "print()", "lib/x.py": "x"}


def work(text: str = TEXT, files=FILES, args=None, target=None) -> VersionWork:
    tree = FileTree.of({**files, "Dockerfile": text})
    build = Build(parse(text), path="Dockerfile", args=args or {}, target=target)
    return version_work(Side(build, tree), tree.files)


@pytest.mark.parametrize(
    "text",
    [
        f"# what it is\n{TEXT}",
        TEXT.replace("    all", "    # everything\n    all"),
        TEXT.replace("COPY", "\n\nCOPY"),
    ],
)
def test_a_comment_is_no_work(text):
    assert work(text) == work()


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace('"a"', '"b"'),
        f"{TEXT}EXPOSE 80\n",
        f"{TEXT}LABEL a=b\n",
        f"{TEXT}HEALTHCHECK NONE\n",
    ],
)
def test_what_describes_the_image_is_no_work_of_the_builder(text):
    assert work(text).build == work().build
    assert work(text).whole != work().whole


@pytest.mark.parametrize(
    "other",
    [
        {"text": TEXT.replace("all", "some")},
        {"text": TEXT.replace("debian:13", "debian:12")},
        {"text": TEXT.replace("RUN", "ENV A=b\nRUN")},
        {"text": f"{TEXT}RUN <<E\none\nE\n"},
        {"files": {**FILES, "app.py": "print(1)"}},
        {"files": {**FILES, "new.py": ""}},
        {"args": {"A": "1"}},
        {"target": "x"},
    ],
)
def test_all_else_is_work(other):
    assert work(**other).build != work().build
    assert work(**other).whole != work().whole


def test_a_heredoc_is_read():
    one, other = (f"{TEXT}RUN <<E\n{word}\nE\n" for word in ("one", "two"))
    assert work(one).build != work(other).build


def test_an_ignore_file_is_known_by_what_it_leaves_out():
    assert work(files={**FILES, ".dockerignore": "# none\n"}) == work()


def test_two_dockerfiles_side_by_side_are_no_work_of_either():
    texts = {"Dockerfile": TEXT, "Dockerfile.new": f"{TEXT}LABEL a=b\n"}
    tree = FileTree.of({**FILES, **texts})

    def of(path: str) -> VersionWork:
        build = Build(parse(texts[path]), path=path)
        return version_work(Side(build, tree), tree.files, texts)

    assert of("Dockerfile").build == of("Dockerfile.new").build
    assert of("Dockerfile").whole != of("Dockerfile.new").whole

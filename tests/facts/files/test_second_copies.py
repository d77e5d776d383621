"""What a change of owner or mode stores a second time."""

from __future__ import annotations

import pytest

from lightship.facts.files.mode_changes import mode_changes
from lightship.facts.files.second_copies import may_be_large, second_copy
from tests.made import build


def second(body: str, files=None):
    """What the last chown or chmod stores again."""
    made = build(f"FROM debian\n{body}", files)
    *_, change = mode_changes(made)
    return second_copy(made, change)


MANY = {"app/data.bin": "x" * 11_000_000, "app/more.bin": "x" * 11_000_000}
FEW = {"app/main.py": "x"}


def test_the_bytes_of_what_was_copied():
    copy = second("COPY app /app\nRUN chown -R app /app", MANY)
    assert (copy.size, copy.much, copy.also) == (22_000_000, True, "")
    assert [item.root for item in copy.items] == ["/app"]
    assert second("COPY app /app\nRUN chown -R app /app", FEW) is None


@pytest.mark.parametrize(
    "body",
    [
        "COPY app /app\nRUN chown -R root:root /app",  # it is root's already
        "COPY --chown=app app /app\nRUN chown -R app /app",
        "COPY app /app\nRUN chown -R app /srv",
        "COPY app /app\nRUN chown app /app",  # the directory alone
        "RUN chown -R app /app\nCOPY app /app",
        "COPY app /app\nRUN chmod -R 644 /app",
        "COPY --chmod=755 app /app\nRUN chmod -R 0755 /app",
        "COPY app /app\nRUN chown -R app /app\nRUN chown -R app /app",  # told of the first
    ],
)
def test_a_change_that_stores_nothing_again(body):
    assert second(body, MANY) is None


@pytest.mark.parametrize(
    "body",
    [
        "COPY app /app\nRUN chgrp -R staff /app",
        "COPY app /app\nRUN chmod -R 755 /app",
        "COPY app/data.bin /data.bin\nRUN chown app /data.bin",
        "COPY --chown=web app /app\nRUN chown -R app /app",
    ],
)
def test_a_change_that_stores_all_again(body):
    assert second(body, MANY).size in (11_000_000, 22_000_000)


def test_without_a_context_the_names_tell():
    assert second("COPY app /app\nRUN chown -R app /app").size is None
    assert second("COPY main.py /app/\nRUN chown -R app /app") is None
    assert second("FROM debian\nCOPY --from=x /opt /opt\nRUN chown -R app /opt").much


def test_what_run_has_made_there_is_stored_again_too():
    copy = second("WORKDIR /app\nCOPY app .\nRUN uv venv\nRUN chown -R app /app", FEW)
    assert copy.also == ".venv"
    copy = second(
        "WORKDIR /app\nCOPY package.json app ./\nRUN npm ci\nRUN chown -R app /app", FEW
    )
    assert copy.also == "node_modules"


@pytest.mark.parametrize(
    ("source", "expected"),
    [("app", True), ("a.zip", True), ("a.$EXT", True), ("a.py", False), (".env", True)],
)
def test_whether_more_may_come_than_people_write(source, expected):
    made = build(f"FROM debian\nCOPY {source} /x/")
    [copying] = made.copyings()
    assert may_be_large(copying.sources[0]) is expected

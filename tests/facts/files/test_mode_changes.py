"""chown, chgrp and chmod in RUN, and what COPY brings before them."""

from __future__ import annotations

import pytest

from lightship.facts.files.mode_changes import brought, is_before, mode_changes
from tests.made import build


def changes(command: str, before: str = "") -> list[tuple[str, str, bool]]:
    made = build(f"FROM debian\nWORKDIR /app\n{before}RUN {command}")
    return [
        (change.to.text, change.path, change.option is not None)
        for change in mode_changes(made)
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("chown app /srv", [("app", "/srv", False)]),
        ("chown -R app:app .", [("app:app", "/app", True)]),
        ("chown --recursive app /a /b", [("app", "/a", True), ("app", "/b", True)]),
        ("chmod -v 755 run.sh", [("755", "/app/run.sh", False)]),
        ("chgrp -hR staff /srv", [("staff", "/srv", True)]),
        ("cd /srv && chmod +x a", [("+x", "/srv/a", False)]),
        ("cd $DIR && chmod +x a", []),
        ("chmod +x /a/*.sh", []),
        ("chown --reference=/a /b", []),
        ("chown --from=root app /b", []),
        ("find . | xargs chown app", []),
        ("chown app", []),
    ],
)
def test_what_is_changed_to_what(command, expected):
    assert changes(command) == expected


def test_all_that_lies_in_a_directory():
    made = build("FROM debian\nRUN chown -R app /srv/* /opt")
    assert [
        (change.path, change.children, change.alone) for change in mode_changes(made)
    ] == [
        ("/srv", True, False),
        ("/opt", False, False),
    ]


def test_a_mount_is_not_the_images():
    assert changes("--mount=type=cache,target=/srv chown -R app /srv") == []


def test_variables_are_followed():
    assert changes("chown app $DIR/x", "ENV DIR=/srv\n") == [("app", "/srv/x", False)]


def test_what_copies_bring_and_how_much_that_is():
    files = {
        "a.txt": "12345",
        "b/c.txt": "123",
        "b/d.log": "1",
        ".dockerignore": "**/*.log\n",
    }
    made = build(
        "FROM debian AS x\nCOPY a.txt /not/shipped\nFROM debian\nWORKDIR /app\n"
        "COPY a.txt b ./\nCOPY --from=x /opt /opt\nADD https://example.com/a /a\n",
        files,
    )
    assert [(item.root, item.size) for item in brought(made)] == [
        ("/app", 8),
        ("/opt", None),
        ("/a", None),
    ]


def test_the_order_of_the_final_image():
    made = build("FROM debian AS x\nRUN one\nFROM debian\nRUN two\nFROM x\nRUN three")
    one, two, three = made.each("RUN")
    assert is_before(made, one, three)
    assert not is_before(made, three, one)
    assert not is_before(made, three, two)  # which is not in the image

"""What is asked besides what options name: pages that both versions state, a smoke file, scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightship.bench.proof_run import ProofQuestion
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.dockerfile.parse import parse
from lightship.errors import FileError, UsageError
from lightship.flows.proof.asked_pages import (
    MOST_FOUND,
    found_requests,
    read_scripts,
    smoke_requests,
)
from lightship.flows.proof.measuring import running_of
from lightship.flows.proof.requests import RunOptions
from lightship.routes.find_routes import HEALTH_PAGES

APP = 'from flask import Flask\napp = Flask("x")\n'
SERVED = "FROM a\nEXPOSE 8000\n"


def routes(*paths: str) -> str:
    return APP + "".join(f'@app.get("{path}")\ndef f(): ...\n' for path in paths)


def side(text: str = SERVED, **files: str) -> Side:
    named = {name.replace("_", "."): content for name, content in files.items()}
    tree = FileTree.of({"Dockerfile": text, **named})
    return Side(
        Build(parse(text), context_of(tree, "Dockerfile"), {}, None, "Dockerfile"), tree
    )


def question(before: Side, after: Side) -> ProofQuestion:
    return ProofQuestion(before, after, ("before", "after"))


def test_pages_that_both_versions_state_are_asked() -> None:
    old = side(app_py=routes("/", "/gone", "/both"))
    new = side(app_py=routes("/both", "/new", "/healthy"))
    found = found_requests(question(old, new), 8000)
    stated = [(each.path, each.origin) for each in found if not each.is_guess]
    assert stated == [("/both", "app.py:7")]
    assert [each.path for each in found if each.is_guess] == [*HEALTH_PAGES]


def test_a_health_check_is_asked_first_and_nothing_is_tried_then() -> None:
    text = f"{SERVED}HEALTHCHECK CMD curl -f http://localhost:9000/up/health\n"
    many = routes(*(f"/p{number:02}" for number in range(20)), "/status")
    same = side(text, app_py=many)
    first, second, *rest = found_requests(question(same, same), 8000)
    assert (first.question, first.origin) == (":9000/up/health", "HEALTHCHECK:3")
    assert second.path == "/status"
    assert len(rest) == MOST_FOUND - 1
    assert not any(each.is_guess for each in rest)


def test_the_smoke_file_of_the_version_after_wins() -> None:
    old = side(lightship_http="GET /old\n")
    new = side(lightship_http="GET /new\n")
    assert [each.path for each in smoke_requests(question(old, new), ())] == ["/new"]
    assert [each.path for each in smoke_requests(question(old, side()), ())] == ["/old"]
    assert smoke_requests(question(side(), side()), ()) == ()
    with pytest.raises(UsageError, match=r"^lightship.http:1:1: unknown method"):
        smoke_requests(question(side(), side(lightship_http="GTE /\n")), ())


def test_files_that_are_named_replace_it(tmp_path: Path) -> None:
    place = tmp_path / "a.http"
    place.write_text("GET /named\n")
    new = side(lightship_http="GET /new\n")
    asked = smoke_requests(question(new, new), [str(place), str(place)])
    assert [each.origin for each in asked] == [f"{place}:1"] * 2
    with pytest.raises(FileError, match="absent"):
        smoke_requests(question(new, new), [str(tmp_path / "absent.http")])


def test_scripts_are_read_within_limits(tmp_path: Path) -> None:
    place = tmp_path / "check.sh"
    place.write_text("echo\n")
    assert [each.text for each in read_scripts([str(place)])] == ["echo\n"]
    for data in (b"x" * (65 << 10), b"\x7fELF\0"):
        place.write_bytes(data)
        with pytest.raises(UsageError, match=r"check\.sh"):
            read_scripts([str(place)])


def test_a_script_for_another_interpreter_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "check.js"
    place.write_text("#!/usr/bin/env node\n")
    said = r"check\.js:1:1: cannot be run, its first line names 'node': write it for one of sh, "
    with pytest.raises(UsageError, match=said):
        read_scripts([str(place)])


def test_a_smoke_file_names_the_port_where_nothing_else_does() -> None:
    text = "@base = http://localhost:8123\n\nGET {{base}}/b\n"
    bare = side("FROM a\n", lightship_http=text)
    running = running_of(question(bare, bare), RunOptions())
    assert (running.port, running.paths) == (8123, ("/",))
    served = side(SERVED, lightship_http=text)
    assert running_of(question(served, served), RunOptions()).port == 8000
    nameless = side("FROM a\n", lightship_http="GET /b\n")
    assert running_of(question(nameless, nameless), RunOptions()).port == 0


def test_only_what_is_named_is_asked_where_the_user_says_so() -> None:
    same = side(app_py=routes("/a"), lightship_http="GET /b\n")
    asked = question(same, same)
    assert running_of(asked, RunOptions()).found[0].path == "/a"
    without = running_of(asked, RunOptions(find=False))
    assert (without.found, without.finds) == ((), False)
    assert [each.path for each in without.smoke] == ["/b"]
    # One that says by a command when it is ready may speak no HTTP
    assert not running_of(asked, RunOptions(ready="pg_isready")).finds

"""A build context as text: one screen, and what was asked of paths."""

from __future__ import annotations

from contexts import report_of

from lightship.inspection.context.explain_path import explain_path
from lightship.inspection.context.ignore_diff import diff_ignore
from lightship.inspection.context.proposal import propose
from lightship.report.context.formats import ShownContext, writer
from lightship.report.kit.view import View

DOCKERFILE = "FROM python\nWORKDIR /app\nCOPY requirements.txt .\nCOPY src src\nCOPY logs/*.log /logs/\n"
FILES = {
    "requirements.txt": "flask\n",
    "src/app.py": "x" * 3000,
    "src/__pycache__/app.pyc": "y" * 500,
    "logs/a.log": "1",
    "data/train.csv": "z" * 2_000_000,
    "node_modules/a.js": "n" * 700_000,
    ".env": "TOKEN=abc",
    ".dockerignore": "node_modules\n__pycache__\n*.md\n",
}

SCREEN = """\
app  app/Dockerfile · .dockerignore (3 patterns)

context  8 files, 2.00 MB: what instructions can copy
sent     4 files, 3.51 kB: what lines 3, 4 and 5 read; builders other than BuildKit send everything
copied   4 files, 3.51 kB
ignored  1 file, 700 kB (25.9 % of what is there)

LARGEST FILES
   2.00 MB  ████████████  data/train.csv  no instruction copies it
   3.00 kB  ▏             src/app.py  copied by line 4
     500 B  ▏             src/__pycache__/app.pyc  copied by line 4
      85 B  ▏             Dockerfile  no instruction copies it
      30 B  ▏             .dockerignore  no instruction copies it

LARGEST DIRECTORIES
   2.00 MB  ████████████  data/  1 file
   3.50 kB  ▏             src/  2 files
     500 B  ▏             src/__pycache__/  1 file
       1 B  ▏             logs/  1 file

NEVER COPIED  4 files, 2.00 MB; BuildKit does not send them
   2.00 MB  ████████████  data/  1 file
      85 B  ▏             Dockerfile
      30 B  ▏             .dockerignore
       9 B  ▏             .env

CHANGES BY ITSELF  each change rebuilds the step that copies it and all later steps
     500 B  __pycache__  at every run; copied by line 4
       1 B  *.log  at every run; copied by line 5

SECRETS  anyone who gets the context can read them
       9 B  .env  no instruction copies it

IGNORED  by the line that decides
    700 kB  node_modules  1 file  .dockerignore:1

LINES OF THE IGNORE FILE
  .dockerignore:2 ignore-pattern-at-root-only __pycache__ applies only at the root: src/__pycache__ is sent
  2 | __pycache__
    | ^^^^^^^^^^^
    = lightship fix: Use **/__pycache__
  .dockerignore: line 3 has no effect here

WHAT TO DO
  lightship context --write  an allow-list, 5 new lines: 5 files, 2.00 MB less in the context
    no longer in the context: 1 file, 2.00 MB (no instruction uses it)
    no longer copied: **/__pycache__ (caches; 1 file, 500 B)
    no longer in the context: 2 files, 115 B (the build itself)
    no longer in the context: 1 file, 9 B (it seems to hold a secret)

"""


def text(report, view=None, **more):
    return "".join(
        writer("text")(
            ShownContext(report, "app", "app/Dockerfile", **more), view or View()
        )
    )


def test_the_screen():
    report = report_of(DOCKERFILE, FILES)
    assert text(report, proposal=propose(report)) == SCREEN


def test_colours_are_all_that_colour_adds():
    report = report_of(DOCKERFILE, FILES)
    painted = text(report, View(colour=True), proposal=propose(report))
    plain = painted
    for code in ("1", "2", "32", "33", "1;31", "0"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert painted != plain == SCREEN


def test_a_small_context_that_is_as_it_should_be():
    report = report_of(
        "FROM a\nCOPY . /\n",
        {"a.py": "1", ".dockerignore": "Dockerfile\n.dockerignore\n"},
    )
    assert text(report, proposal=propose(report)) == (
        "app  app/Dockerfile · .dockerignore (2 patterns)\n\n"
        "context  1 file, 1 B: what instructions can copy\n"
        "sent     all of it: line 2 reads the whole context\n"
        "copied   1 file, 1 B\n"
        "ignored  2 files, 41 B (97.6 % of what is there)\n\n"
        "LARGEST FILES\n       1 B  ████████████  a.py  copied by line 2\n\n"
        "IGNORED  by the line that decides\n"
        "      25 B  .dockerignore  1 file  .dockerignore:2\n"
        "      16 B  Dockerfile  1 file  .dockerignore:1\n\n"
    )


def test_nothing_is_copied():
    assert (
        "sent     nothing: no instruction of the target reads the build context"
        in text(report_of("FROM a\nRUN x\n", {"a": "1"}))
    )


def test_without_a_dockerfile():
    report = report_of(None, {"a": "1"})
    shown = "".join(writer("text")(ShownContext(report, ".", ""), View()))
    assert shown.startswith(".  no Dockerfile · no .dockerignore\n")
    assert shown.endswith(
        "note: there is no Dockerfile, so it is not known what is copied\n"
    )


def test_names_are_escaped_everywhere():
    name = "a\x1b[31m\n\udcff"
    files = {
        f"{name}/{name}.pyc": "1" * 10,
        f"{name}.log": "2",
        ".env": "TOKEN=a",
        ".dockerignore": "a*/b\u202e*\nq\n",
    }
    report = report_of("FROM a\nCOPY . /\n", files, kinds={f"{name}.log": "socket"})
    item = ShownContext(report, name, name, propose(report), (), None)
    assert "\x1b" not in "".join(writer("text")(item, View()))
    for more in (
        {
            "explained": tuple(
                explain_path(report, path) for path in (name, f"{name}.log", "no\x1b")
            )
        },
        {"diff": diff_ignore(report, name, "**\n")},
        {"everything": True},
    ):
        assert "\x1b" not in "".join(
            writer("text")(ShownContext(report, name, name, **more), View())
        )


def test_the_text_of_an_instruction_hides_secrets():
    token = "ghp_" + "q8S7d6F5a4K3j2M1n0Bv" + "C9x8Z7l6P5o4I3u2"
    run = f"RUN --mount=type=bind,source=a,target=/a curl -H 'Authorization: Bearer {token}' x"
    report = report_of(f"FROM a\n{run}\n", {"a": "1"})
    shown = text(report, explained=(explain_path(report, "a"),))
    assert "app/Dockerfile:2 copies it: RUN --mount" in shown
    assert token[8:] not in shown

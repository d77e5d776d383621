"""What examples cannot show of the rules about the ignore file: precision, several rules at once, other files."""

from __future__ import annotations

import laws
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.context.ignore import Ignore
from lightship.lint.engine import lint, report
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety
from lightship.lint.fixes import SAFE, UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection, select
from lightship.text import Span

ALL = "COPY . /app\nUSER 10001"
OWN = "Dockerfile\n.dockerignore\n"
DEFAULT = select(all_rules(), ())
RULES = tuple(rule for rule in all_rules() if rule.id.startswith("ignore-"))


def build(ignore: str, *paths: str, text: str = ALL):
    return build_of(
        text,
        dict.fromkeys(paths, "") | {"a.py": "", "b.py": "", ".dockerignore": ignore},
    )


def found(ignore: str, *paths: str, text: str = ALL, rules=DEFAULT):
    return [
        (item.rule.id, item.finding.span)
        for item in lint(build(ignore, *paths, text=text), rules)
    ]


def sent(made):
    return {item.path for item in made.context.sent}


@pytest.mark.parametrize(
    ("lines", "paths"),
    [
        ("*.log\n.env\n__pycache__\n.venv\nnode_modules\ntests\n.git\n", ()),
        ("test\ndocs\nbuild\n", ("src/test/a.txt", "src/build/a.txt")),
        ("tests\n", ("testz/a.txt",)),
        ("version-1.txt\n", ("version-2.txt",)),
        ("main.ts\n", ("main.js",)),
        ("cluster-notes.md\n", ("x/cluster-notes.md", "y/cluster-notes.md")),
        ("/cluster-notes.md\n", ("x/cluster-notes.md",)),
        ("./*.log\n", ("x/b.log",)),
        ("frontend/dist\n", ("dist/a.txt",)),
        ("*.log\n!x/keep.log\n", ("x/keep.log",)),
        ("**/*.md\n!readme\n", ("readme/a.md",)),
        ("*.md\n!README.md\n", ()),
        ("x\n!x/**/*.txt\nx/old\n", ("x/a.txt", "x/old/a.txt")),
        ("nothing/\n", ("nothings/a.txt",)),
        ("Recordings\n", ("recordings.txt",)),
    ],
)
def test_what_is_a_precaution_is_left_alone(lines, paths):
    assert not found(OWN + lines, *paths)


def test_nothing_is_said_of_a_file_that_nobody_reads():
    ignore = OWN + "../x\n!keep\n# a\n #b\n[!a]\nx\nx\n"
    assert found(ignore, text="RUN true\nUSER 10001", rules=RULES) == []
    assert {name for name, _ in found(ignore, rules=RULES)} >= {
        "ignore-pattern-without-match",
        "ignore-exception-from-nothing",
        "ignore-comment-read-as-pattern",
        "ignore-pattern-in-shell-syntax",
        "ignore-pattern-overridden",
    }
    assert found(
        ignore,
        text="RUN --mount=type=bind,target=/src make -C /src\nUSER 10001",
        rules=RULES,
    )


def test_a_refused_line_is_all_that_is_said():
    assert {name for name, _ in found(OWN + "../x\n!\nx\nx\n", rules=RULES)} == {
        "ignore-pattern-refused"
    }


def test_the_ignore_file_of_the_dockerfile_is_the_one_in_force():
    files = {
        "a.py": "",
        "b.py": "",
        ".dockerignore": "../x\n",
        "Dockerfile.dockerignore": f"{OWN}*.dockerignore\n../y\n",
    }
    made = build_of(ALL, files)
    (item,) = lint(made, RULES)
    assert item.finding.path == "Dockerfile.dockerignore"
    assert item.finding.span.of(files[item.finding.path]) == "../y"


def test_the_place_is_that_of_the_line():
    ignore = "\ufeff../x\r\n# b\r\n\t!./keep  \r\n"
    spans = [span.of(ignore) for _, span in found(ignore, rules=RULES)]
    assert spans == ["../x", "!./keep"]
    fixed = fix(build(ignore), RuleSelection(RULES), SAFE)
    assert fixed.files == {".dockerignore": "\ufeff# b\r\n"}


def test_what_a_line_was_meant_to_leave_out_is_said_there_alone():
    names = [
        name
        for name, _ in found(f"{OWN}__pycache__\n", "src/__pycache__/a.pyc", "src/a.py")
    ]
    assert names == ["ignore-pattern-at-root-only"]
    assert [name for name, _ in found("dockerfile\n.dockerignore\n")] == [
        "ignore-pattern-without-match"
    ]


def test_a_secret_is_said_where_it_is_copied():
    made = build_of(
        ALL, {"a.py": "", "api/.env": "TOKEN=a1b2\n", ".dockerignore": f"{OWN}.env\n"}
    )
    assert [item.rule.id for item in lint(made, DEFAULT)] == ["secret-file-copied"]


def test_a_dockerfile_in_the_context_is_no_finding():
    assert found("docs\n") == []


def test_a_comment_for_the_whole_file_hides_it():
    ignore = f"{OWN}../x\n"
    comment = "# lightship: ignore-file=ignore-pattern-without-match\n"
    assert (
        found(ignore, text=f"{comment}FROM debian:trixie-slim\n{ALL}", rules=RULES)
        == []
    )
    beside = "# lightship: ignore=ignore-pattern-without-match\n"
    assert found(ignore, text=f"{beside}FROM debian:trixie-slim\n{ALL}", rules=RULES)


def test_both_orders_of_an_undone_line():
    undone = build(f"{OWN}frames\n!frames\n", "frames/a")
    fixed = laws.hold(undone, RULES, SAFE)
    assert fixed.files == {".dockerignore": OWN}
    assert sent(fixed.build) == sent(undone)


def test_a_report_knows_the_text_of_the_file():
    ignore = f"{OWN}../x\n"
    made = report(build(ignore), RuleSelection(RULES), "Dockerfile")
    assert made.files == {".dockerignore": ignore}
    assert made.lines_by_path[".dockerignore"].position(
        made.diagnostics[0].finding.span.start
    ) == (3, 1)


def test_a_long_file_is_nobodys_own_work():
    assert (
        found(OWN + "".join(f"../x{number}\n" for number in range(600)), rules=RULES)
        == []
    )


WORDS = (
    *"* ** src !src src/x !src/x **/x x !x *.txt !*.txt !a.txt a.txt !** ! ../a . / Src srx/x scr/xfile".split(),
    *"{a,b}.txt [!a] [a #c !src/** src/**/x !src/x/y src/x/y [b-a] \\x src\\x src/xfile".split(),
    *(" # c", "x # c", "# c", "", "!x # c"),
)
PATHS = (
    "a.txt",
    "b.txt",
    "x",
    "src/x/y",
    "src/xfile/a.txt",
    "src/a.txt",
    "lib/x/z",
    "lib/src",
)


@given(
    st.lists(st.sampled_from(WORDS), max_size=7),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_fixes_hold_whatever_the_lines_are(lines, newline, ended):
    text = newline.join(lines) + newline * ended
    made = build(text, *PATHS)
    for item in lint(made, RULES):
        place = item.finding.span
        assert item.finding.path == ".dockerignore"
        assert Span(0, len(text)).covers(place)
        assert place.of(text).strip()
    safe, unsafe = (
        fix(made, RuleSelection(RULES), allowed) for allowed in (SAFE, UNSAFE)
    )
    if not Ignore.parse(text).problems:
        assert sent(safe.build) == sent(made)
    for fixed in (safe, unsafe):
        again = fix(
            fixed.build, RuleSelection(RULES), UNSAFE if fixed is unsafe else SAFE
        )
        assert not again.applied
    after = unsafe.files.get(".dockerignore", text)
    rows = after.splitlines()
    assert all(
        rows.count(line) >= lines.count(line) for line in lines if line.startswith("#")
    )
    left = [item for item in unsafe.left if item.diagnostic.finding.fix is not None]
    assert all(item.diagnostic.finding.fix.safety is Safety.MANUAL for item in left)

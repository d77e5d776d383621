"""Scripts as commands, pipelines and blocks."""

import pytest

from lightship.shell.parse import parse
from lightship.text import Mapped


def read(text, options=()):
    script = parse(Mapped.plain(text, 0), "bash", frozenset(options))
    assert not script.opaque
    return script


def names(text):
    script = read(text)
    assert not script.errors
    return [command.name for command in script.commands]


def kinds(text):
    script = read(text)
    assert not script.errors
    return [block.kind for block in script.blocks[1:]]


def test_a_list():
    text = "a 1 && b || c; d & e\nf"
    script = read(text)
    assert [item.operator for item in script.items] == ["", "&&", "||", ";", "&", "\n"]
    assert [item.span.of(text) for item in script.items] == [
        "a 1",
        "b",
        "c",
        "d",
        "e",
        "f",
    ]
    assert [item.background for item in script.items] == [
        False,
        False,
        False,
        True,
        False,
        False,
    ]
    assert [item.operator_span and item.operator_span.of(text) for item in script.items] == [
        None, "&&", "||", ";", "&", None,
    ]  # fmt: skip


def test_all_of_a_list_goes_to_the_background():
    assert [item.background for item in read("x; a && b | c & d").items] == [
        False,
        True,
        True,
        False,
    ]


def test_a_pipeline():
    text = "! curl x | tar xz |& cat; y"
    script = read(text)
    first = script.items[0]
    assert (first.length, first.negated, first.span.of(text)) == (
        3,
        True,
        "! curl x | tar xz |& cat",
    )
    assert [(command.name, command.stage) for command in script.commands] == [
        ("curl", 0), ("tar", 1), ("cat", 2), ("y", 0),
    ]  # fmt: skip
    assert [command.name for command in script.pipe(script.commands[1])] == [
        "curl",
        "tar",
        "cat",
    ]


def test_assignments():
    command = read("A=1 B='x y' C=$D E+=2 F= cmd G=3").commands[0]
    assert command.name == "cmd"
    assert [(each.name, each.value) for each in command.assignments] == [
        ("A", "1"), ("B", "x y"), ("C", None), ("E", "2"), ("F", ""),
    ]  # fmt: skip
    assert command.args[0].value == "G=3"


def test_an_assignment_alone_is_a_command_without_words():
    text = "A=(1 'x y' $(ls)) B=2"
    script = read(text)
    assert script.commands[0].words == ()
    assert [each.name for each in script.commands[0].assignments] == ["A", "B"]
    assert script.commands[0].assignments[1].value_span.of(text) == "2"
    assert script.commands[1].name == "ls"


def test_redirects():
    text = "a >x 2>&1 <in >>'y z' &>all 3<&- >|w b"
    command = read(text).commands[0]
    assert [(each.operator, each.fd, each.target.value) for each in command.redirects] == [
        (">", None, "x"), (">&", 2, "1"), ("<", None, "in"), (">>", None, "y z"), ("&>", None, "all"),
        ("<&", 3, "-"), (">|", None, "w"),
    ]  # fmt: skip
    assert [each.span.of(text) for each in command.redirects][:3] == [
        ">x",
        "2>&1",
        "<in",
    ]
    assert [word.text for word in command.words] == ["a", "b"]
    assert command.span.of(text) == text


def test_an_unquoted_comparison_is_a_redirect():
    command = read("pip install flask>=2 x").commands[0]
    assert command.redirects[0].target.text == "=2"
    assert command.values == ("pip", "install", "flask", "x")


@pytest.mark.parametrize(
    ("text", "wrappers", "rest"),
    [
        ("sudo -E -u root apt-get update", ["sudo"], ["apt-get", "update"]),
        ("/usr/bin/sudo -- pip x", ["sudo"], ["pip", "x"]),
        ("env -i A=1 make", ["env"], ["make"]),
        ("exec foo", ["exec"], ["foo"]),
        ("time sudo nice -n 5 make -j4", ["time", "sudo", "nice"], ["make", "-j4"]),
        ("timeout -k 5 30 curl x", ["timeout"], ["curl", "x"]),
        ("xargs -n 1 -r rm -f", ["xargs"], ["rm", "-f"]),
        ("gosu app python x", ["gosu"], ["python", "x"]),
        ("command -v foo", [], ["command", "-v", "foo"]),
        ("sudo -l", [], ["sudo", "-l"]),
        ("env", [], ["env"]),
        ("exec", [], ["exec"]),
    ],
)
def test_wrappers(text, wrappers, rest):
    command = read(text).commands[0]
    assert [wrapper.name for wrapper in command.wrappers] == wrappers
    assert [word.value for word in command.words] == rest
    assert command.span.of(text) == text


def test_assignments_of_env():
    command = read("sudo A=1 env B=2 make").commands[0]
    assert [each.name for each in command.assignments] == ["A", "B"]
    assert command.name == "make"


def test_the_name_is_without_path_and_empty_where_unknown():
    assert names("/usr/bin/apt-get x; $CMD y; 'np'm i") == ["apt-get", "", "npm"]


@pytest.mark.parametrize(
    ("text", "found", "blocks"),
    [
        ("(cd x; ls)", ["cd", "ls"], ["subshell"]),
        ("{ a; b; } > x", ["a", "b"], ["group"]),
        (
            "if a; then b; elif c; then d; else e; fi",
            list("abcde"),
            ["condition", "if"] * 2 + ["if"],
        ),
        ("while a; do b; done < x", ["a", "b"], ["condition", "while"]),
        ("until a\ndo\nb\ndone", ["a", "b"], ["condition", "until"]),
        ("for x in 1 $(seq 2); do b; done", ["seq", "b"], ["substitution", "for"]),
        ("for x; do b; done", ["b"], ["for"]),
        ("for ((i=0; i<3; i++)); do b; done", ["b"], ["for"]),
        ("case $x in a|b) c;; (*) d ;; esac", ["c", "d"], ["case", "case"]),
        ("case x in esac", [], []),
        (
            "case $(a) in 'x y') ;; z) b; esac",
            ["a", "b"],
            ["substitution", "case", "case"],
        ),
        ("f() { a; }; f", ["a", "f"], ["function"]),
        ("function f { a; }", ["a"], ["function"]),
        ("f() (a)", ["a"], ["function"]),
        ("a $(b $(c)) `d`", list("abcd"), ["substitution"] * 3),
        ('a "x$(b "y" | c)z"', list("abc"), ["substitution"]),
        ("a ${X:-$(b)} ${Y#`c`}", list("abc"), ["substitution"] * 2),
        ("diff <(a) >(b)", ["diff", "a", "b"], ["process", "process"]),
        ("a $((1 + $(b)))", ["a", "b"], ["substitution"]),
        ("((i++)); a", ["a"], []),
        ("((a); b)", ["a", "b"], ["subshell", "subshell"]),
        ("a `# only a comment` b", ["a"], ["substitution"]),
        ("[[ $x =~ ^(a|b)$ && -f y ]] && z", ["[[", "z"], []),
        ("[ -f x ] || a", ["[", "a"], []),
        ("a # b && c\nd", ["a", "d"], []),
        ("echo if then fi", ["echo"], []),
        ("a &&\n# c\n b", ["a", "b"], []),
        ("! { a; } | b", ["a", "b"], ["group"]),
        ('a "${x:-it\'s}" b', ["a"], []),
        ("rm !(x|y) @(z)", ["rm"], []),
    ],
)
def test_compound_commands(text, found, blocks):
    assert names(text) == found
    assert kinds(text) == blocks


def test_blocks_know_where_they_stand():
    text = "a && (b; { c | d; }) | e"
    script = read(text)
    by_name = {command.name: command for command in script.commands}
    assert [block.kind for block in script.enclosing(by_name["c"])] == [
        "group",
        "subshell",
    ]
    assert script.inside(by_name["d"], "subshell")
    assert not script.inside(by_name["e"], "subshell")
    assert script.enclosing(by_name["c"])[1].span.of(text) == "(b; { c | d; })"
    assert script.pipelines[script.enclosing(by_name["c"])[1].pipeline].length == 2
    assert script.pipeline_of(by_name["c"]).span.of(text) == "c | d"


def test_redirects_of_a_compound_command():
    script = read("while read x; do a; done <in 2>err")
    assert [[each.operator for each in block.redirects] for block in script.blocks] == [
        [],
        ["<", ">"],
        [],
    ]


@pytest.mark.parametrize(
    ("text", "heirs"),
    [
        ("cd x && a; b", ["a", "b"]),
        ("(cd x && a); b", ["a"]),
        ("{ cd x; a; }; (b)", ["a", "b"]),
        ("cd x | a; b", []),
        ("cd x & a", []),
        ("{ cd x; a; } | b; c", ["a"]),
        ("a $(cd x; b) c; d", ["b"]),
        ("if cd x; then a; fi; b", ["a", "b"]),
    ],
)
def test_who_sees_a_change_of_directory(text, heirs):
    script = read(text)
    cd = next(script.named("cd"))
    assert [command.name for command in script.heirs(cd)] == heirs


def test_here_documents():
    text = "cat <<A <<-'B C' | grep x && y\n$(in a)\nA\n\t\tb\n\tB C\nz\n"
    script = read(text)
    assert [command.name for command in script.commands] == [
        "cat",
        "grep",
        "y",
        "in",
        "z",
    ]
    bodies = [redirect.body for redirect in script.commands[0].redirects]
    assert [body.text for body in bodies] == ["$(in a)\n", "\t\tb\n"]
    assert all(text[body.offset(0)] == body.text[0] for body in bodies)


def test_a_quoted_here_document_runs_nothing():
    assert names("cat <<'A'\n$(in a)\nA\nz") == ["cat", "z"]


def test_a_here_document_of_a_loop():
    script = read("while read x; do a; done <<E\n1\nE\n")
    assert script.blocks[1].redirects[0].body.text == "1\n"


def test_options_change_for_what_follows():
    script = read(
        "a | b; set -eo pipefail; c | d; (set +e; e); f; set +o pipefail -u; g"
    )
    states = [(item.errexit, item.pipefail) for item in script.pipelines]
    by_name = {command.name: states[command.pipeline] for command in script.commands}
    assert by_name["b"] == (False, False)
    assert by_name["d"] == (True, True)
    assert by_name["e"] == (False, True)
    assert by_name["f"] == (True, True)
    assert by_name["g"] == (True, False)
    assert "nounset" in script.pipelines[-1].options


@pytest.mark.parametrize(
    "text",
    [
        "set -euxo pipefail; a|b",
        "set -o errexit -o pipefail; a|b",
        "set -e -o pipefail\na|b",
    ],
)
def test_ways_to_set_pipefail(text):
    assert read(text).items[-1].pipefail
    assert read(text).items[-1].errexit


def test_options_that_the_shell_starts_with():
    assert read("a | b", ["pipefail"]).items[0].pipefail


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("a && b", True, True),
        ("a; b", True, False),
        ("a; b;", False, False),
        ("find . -exec a {} \\;", True, True),
        ("if a; then b; fi ", True, True),
        ("a || b", False, False),
        ("a && (b || c)", True, True),
        ("a | b && c", True, True),
        ("a & b", False, False),
        ("cd x && a", False, True),
        ("(cd x && a)", True, True),
        ("X=1 && a", False, True),
        ("X=1 a", True, True),
        ("set -e; a", False, False),
        ("exec a", False, True),
        ("a # b", False, False),
        ("cat <<E\nx\nE", False, False),
        ("a &&", False, False),
        ("", False, False),
    ],
)
def test_which_scripts_can_be_joined(text, before, after):
    script = read(text)
    assert (script.accepts_next, script.accepts_previous) == (before, after)


@pytest.mark.parametrize(
    "text",
    ["a &&", "&& a", "(a", "a)", "if a; then b", "a 'b", 'a "b', "a `b", "a $(b", "a ${b", "{ a; ", "a | | b", "a >",
     ";;", "case x in a", "for x in a; b; done", "a <<E\nb\n", "f() a"],
)  # fmt: skip
def test_what_a_shell_would_refuse(text):
    assert read(text).errors


@pytest.mark.parametrize(
    "text", ["", "  ", "\n\n", "# x", "a;", "a &", "a\n;", "fi", "a \\"]
)
def test_edges(text):
    assert parse(Mapped.plain(text, 0)).errors == (text == "a\n;")


def test_what_tree_sitter_bash_misread():
    assert read("echo \\ && b").commands[0].values == ("echo", " ")
    assert names("N=${X-`getconf Y`} && b") == ["", "getconf", "b"]
    wget = read("wget h/$A/x-$A.tgz -D=`pwd`/y").commands[0]
    assert [word.text for word in wget.args] == ["h/$A/x-$A.tgz", "-D=`pwd`/y"]


def test_spans_reach_over_continuations():
    source = "RUN apt-get \\\n  install -y cu\\\nrl && \\\n# why\n rm x"
    pieces = ["apt-get ", "  install -y cu", "rl && ", " rm x"]
    text = "".join(pieces)
    starts = tuple(len("".join(pieces[:at])) for at in range(4))
    script = parse(Mapped(text, starts, tuple(source.index(piece) for piece in pieces)))
    words = [word for command in script.commands for word in command.words]
    assert [word.text for word in words] == [
        "apt-get",
        "install",
        "-y",
        "curl",
        "rm",
        "x",
    ]
    assert [word.span.of(source) for word in words] == [
        "apt-get",
        "install",
        "-y",
        "cu\\\nrl",
        "rm",
        "x",
    ]
    assert script.commands[0].span.of(source) == "apt-get \\\n  install -y cu\\\nrl"
    assert script.items[1].operator_span.of(source) == "&&"

"""What BuildKit knows and refuses while it converts; every refusal and its line was compared with BuildKit."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.base_images.reference import Reference, read_reference
from lightship.dockerfile.parse import parse
from lightship.evaluation.copy_sources import (
    GitSource,
    git_source,
    is_url,
    mode_refusal,
)
from lightship.evaluation.evaluate import Evaluation, evaluate
from lightship.evaluation.paths import is_absolute, join_workdir
from lightship.evaluation.platforms import Platform, read_platform
from lightship.evaluation.ports import read_port
from lightship.evaluation.signals import is_signal

DIGEST = "sha256:" + "a" * 64


def of(text: str, **args: str) -> Evaluation:
    dockerfile = parse(text)
    assert not dockerfile.problems, dockerfile.problems
    return evaluate(dockerfile, args)


def final(text: str, **args: str) -> dict[str, str]:
    """The variables at the end of the last stage, without PATH."""
    return {
        name: value
        for name, value in of(text, **args).finals[-1].env.items()
        if name != "PATH"
    }


# states


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x\nENV A=1 B=$A\nENV C=$A$B", {"A": "1", "B": "", "C": "1"}),
        ("FROM x\nENV A one two", {"A": "one two"}),
        ("FROM x\nARG A=1\nARG B\nENV C=$A$B", {"A": "1", "C": "1"}),
        ("ARG A=1\nFROM x\nENV B=$A", {"B": ""}),
        ("ARG A=1\nFROM x\nARG A\nENV B=$A", {"A": "1", "B": "1"}),
        ("ARG A=1\nFROM x\nARG A=2\nENV B=$A", {"A": "2", "B": "2"}),
        ("ARG A=1\nARG B=${A}2\nFROM x\nARG B", {"B": "12"}),
        (
            "FROM x\nARG TARGETPLATFORM\nARG TARGETARCH BUILDOS",
            {
                "TARGETPLATFORM": "linux/amd64",
                "TARGETARCH": "amd64",
                "BUILDOS": "linux",
            },
        ),
        (
            "FROM x AS a\nENV A=1\nARG B=2\nFROM a\nENV C=$A$B",
            {"A": "1", "B": "2", "C": "12"},
        ),
        ("FROM x AS a\nENV A=1\nARG A=2\nFROM a", {"A": "1"}),
        ("FROM x AS a\nENV A=1\nFROM x", {}),
        ("FROM x AS a\nONBUILD ENV A=1\nFROM a\nENV B=$A", {"A": "1", "B": "1"}),
        ("FROM x AS a\nONBUILD ENV A=1\nFROM a AS b\nFROM b", {"A": "1"}),
        ("FROM x\nARG BUILDKIT_SBOM_SCAN_STAGE=1", {}),
        ("# escape=`\nFROM x\nENV A=`$B", {"A": "$B"}),
    ],
)
def test_variables(text, expected):
    assert final(text) == expected


def test_build_args_win_and_are_not_expanded():
    assert final("ARG A=1\nFROM x\nARG A\nARG B=2\nENV C=$A", A="$x", B="3") == {
        "A": "$x",
        "B": "3",
        "C": "$x",
    }


def test_what_holds_before_an_instruction_stays():
    evaluation = of("FROM x\nENV A=1\nENV A=2\nENV B=3\nARG C")
    first, second, third, arg = (
        evaluation.step(item).before for item in parse_again(evaluation)
    )
    assert "A" not in first.env
    assert (second.env["A"], third.env["A"], arg.env["B"]) == ("1", "2", "3")
    assert (dict(arg.args), dict(evaluation.finals[0].args)) == ({}, {"C": None})
    assert (len(first.env), list(third.env)) == (1, ["PATH", "A"])


def parse_again(evaluation: Evaluation):
    return [step.instruction for step in evaluation.steps]


@pytest.mark.parametrize(
    ("text", "workdir", "known"),
    [
        ("FROM x", "/", False),
        ("FROM scratch", "/", True),
        ("FROM x\nWORKDIR a", "/a", False),
        ("FROM x\nWORKDIR /a\nWORKDIR b/../c", "/a/c", True),
        ("FROM x\nENV D=/d\nWORKDIR $D/", "/d/", True),
        ("FROM x AS a\nWORKDIR /a\nFROM a\nWORKDIR b", "/a/b", True),
        ("FROM x AS a\nWORKDIR /a\nFROM x", "/", False),
    ],
)
def test_working_directories(text, workdir, known):
    state = of(text).finals[-1]
    assert (state.workdir, state.workdir_known) == (workdir, known)


def test_user_and_shell_are_inherited():
    state = of('FROM x AS a\nARG U=me\nUSER $U\nSHELL ["bash", "-c"]\nFROM a').finals[
        -1
    ]
    assert (state.user, state.shell) == ("me", ("bash", "-c"))


def test_a_trigger_is_reported_at_the_from_that_runs_it():
    evaluation = of("FROM x AS a\nONBUILD USER $nobody\nFROM a")
    step = next(step for step in evaluation.steps if step.instruction.keyword == "USER")
    assert (step.place.first_line, step.unset) == (3, {"nobody"})


def test_triggers_run_in_stages_that_the_target_needs_only():
    dockerfile = parse("FROM x AS a\nONBUILD ENV A=1\nFROM a AS b\nFROM x")
    assert "A" not in evaluate(dockerfile).finals[1].env
    assert evaluate(dockerfile, target="B").finals[1].env["A"] == "1"


# operands and unset variables


@pytest.mark.parametrize(
    ("line", "operands"),
    [
        ("COPY $A b /$C/", ("1", "b", "//")),
        ("COPY <<E $A /d/\n$A\nE", ("<<E", "1", "/d/")),
        ("ADD 'a' \"b\" c", ("a", "b", "c")),
        ("ENV $A=$A B='x y'", ("1", "1", "B", "x y")),
        ("LABEL $A $A x", ("1", "1 x")),
        ("ARG $A=$A B", ("$A", "1", "B", "")),
        ("EXPOSE 90 $A ${C:-$P}", ("1", "80", "81", "90")),
        ("VOLUME $A /x", ("1", "/x")),
        ("STOPSIGNAL ${A}5", ("15",)),
        ("USER $A:$A", ("1:1",)),
        ("RUN echo $A", ("echo $A",)),
        ("CMD echo $A", ("echo $A",)),
    ],
)
def test_operands_are_expanded_where_buildkit_does(line, operands):
    evaluation = of(f"FROM x\nENV A=1 P='80 81'\n{line}")
    assert evaluation.steps[-1].operands == operands
    assert not evaluation.refusals


@pytest.mark.parametrize(
    ("line", "unset"),
    [
        ("ENV A=$B C=${D:-x}", {"B", "D"}),
        ("ENV A=${B", set()),
        ("ENV A=$C$B${", {"B", "C"}),
        ("ARG A=$A", {"A"}),
        ("ARG A=1 B=$A", set()),
        ("ARG A\nENV B=$A", set()),
        ("COPY --chown=$A --chmod=$B --from=x c d", {"A", "B"}),
        ("COPY --exclude=$A c d", set()),
        ("COPY <<E d\n'$A' \\$B\nE", {"A"}),
        ("COPY <<'E' d\n$A\nE", set()),
        ("RUN --mount=type=cache,target=/$A true $B", {"A"}),
        ("EXPOSE ${A:-80}", set()),
        ("CMD $A", set()),
        ("ONBUILD USER $A", set()),
        ("USER $BUILDKIT_SBOM_SCAN_STAGE", set()),
    ],
)
def test_variables_that_nothing_sets(line, unset):
    assert of(f"FROM x\n{line}").steps[-1].unset == unset


def test_flags_and_mounts():
    evaluation = of(
        "FROM x\nARG A=1\nADD --chown=$A --chmod=64$A a b\n"
        "RUN --mount=type=cache,target=/$A,sharing=Locked,uid=1 --mount=type=secret,id=s,env=S,required true"
    )
    add, run = evaluation.steps[1:]
    assert add.flags == {"chown": "1", "chmod": "641"}
    cache, secret = run.mounts
    assert (cache.type, cache.target, cache.sharing, cache.uid, cache.readonly) == (
        "cache",
        "/1",
        "locked",
        1,
        False,
    )
    assert (secret.id, secret.env, secret.required, secret.readonly) == (
        "s",
        "S",
        True,
        True,
    )


def test_bases():
    evaluation = of(
        "ARG V=1\nFROM --platform=$TARGETPLATFORM x:$V$U AS a\nFROM --platform=linux/arm64 a",
        V="2",
    )
    first, second = evaluation.bases
    assert (first.name, first.default_name, first.undeclared) == ("x:2", "x:1", {"U"})
    assert (first.platform_used, first.platform_text) == (
        {"TARGETPLATFORM"},
        "linux/amd64",
    )
    assert second.platform == Platform("linux", "arm64")
    assert evaluation.root(evaluation.graph.stages[1]) is first


# refusals


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# check=skip\nFROM x", 0),
        ("# check=error=maybe\nFROM x", 0),
        ("ARG A", 0),
        ("ARG A=${B?no}\nFROM x", 1),
        ("ARG SOURCE_DATE_EPOCH=never\nFROM x", 0),
        ("FROM $A", 1),
        ("FROM ${A", 1),
        ("FROM Upper", 1),
        ("FROM x AS a\nFROM x AS b\nFROM A", 3),
        (f"FROM {'a' * 64}", 1),
        ("FROM x@sha256:" + "a" * 32, 1),
        ("FROM --platform=$A x", 1),
        ("FROM --platform=what x", 1),
        ("FROM x\nCOPY --from=$A a b", 0),
        ("FROM x\nCOPY --from=1 a b", 0),
        ("FROM x\nCOPY --from=-1 a b", 0),
        ("FROM x\nCOPY --from=Upper a b", 2),
        ("FROM x\nRUN --mount=from=Upper,target=/a true", 0),
        ("FROM x AS a\nCOPY --from=a a b", 2),
        ("FROM x AS a\nUSER a\nCOPY --from=b a b\nFROM x AS b\nCOPY --from=a a b", 3),
        ("FROM x\nCOPY --from=b a b\nFROM x AS b", 2),
        ("FROM x\nRUN --mount=from=b,target=/b true\nFROM x AS b", 2),
        ("FROM x AS a\nONBUILD COPY a\nFROM a", 3),
        ("FROM x AS a\nONBUILD USER ${\nFROM a", 3),
        ("FROM x AS a\nONBUILD EXPOSE x\nFROM a", 3),
        ("FROM x\nENV A=${B?}", 2),
        ("FROM x\nCOPY <<E /a\n${\nE", 2),
        ("FROM x\nVOLUME $A", 2),
        ("FROM x\nSTOPSIGNAL SIGNOTHING", 2),
        ("FROM x\nEXPOSE http", 2),
        ("FROM x\nCOPY --chmod=99 a b", 2),
        ("FROM x\nADD --checksum=sha256:abc https://x/y z", 2),
        ("FROM x\nADD --checksum=sha256:abc a z", 2),
        (f"FROM x\nADD --checksum={DIGEST} https://x/y https://x/z z", 2),
        ("FROM x\nCOPY https://x/y z", 2),
        ("FROM x\nCOPY git@x:y.git z", 2),
        ("FROM x\nADD https://x/y.git?what=1 z", 2),
        ("FROM x\nADD --keep-git-dir https://x/y.git?keep-git-dir=0 z", 2),
        ("FROM x\nRUN --mount=type=cache true", 2),
        ("FROM x\nRUN --mount=type=bind,target=/ true", 2),
        ("FROM x\nRUN --mount=type=$A,target=/a true", 2),
        ("FROM x\nRUN --mount=target=/a,size=1g true", 2),
        ("FROM x\nRUN --mount=type=tmpfs,target=/a,size=big true", 2),
        ("FROM x\nRUN --mount=type=tmpfs,target=/a,uid=0 true", 2),
        ("FROM x\nRUN --mount=type=secret true", 2),
        ("FROM x\nRUN --mount=type=secret,id=a,source=b true", 2),
        ("FROM x\nRUN --mount=type=ssh,source=b true", 2),
        ("FROM x\nRUN --mount=target=/a,what true", 2),
        ("FROM x\nRUN --mount=target=/a,what=1 true", 2),
        ("FROM x\nRUN --mount=target=/a,sharing=locked true", 2),
        ("FROM x\nRUN --mount=type=cache,target=/a,sharing=all true", 2),
        ("FROM x\nRUN --mount=type=cache,target=/a,mode=9 true", 2),
        ("FROM --platform=windows/amd64 x\nWORKDIR D:\\\\a", 2),
    ],
)
def test_what_buildkit_refuses(text, line):
    evaluation = of(text)
    assert evaluation.refusals[0].line == line
    assert evaluation.refusals[0].by == "build"


@pytest.mark.parametrize(
    "text",
    [
        "# check=skip=all;error=false\nFROM x",
        "FROM x AS a\nFROM a AS b\nCOPY --from=a a b\nCOPY --from=0 a b\nCOPY --from=y:1 a b",
        "FROM scratch\nCOPY --from=scratch a b",
        "FROM localhost:5000/a/b:tag@" + DIGEST,
        "FROM x AS a\nONBUILD COPY a\nFROM x",
        "FROM x\nRUN --mount=type=cache,target=a --mount=type=tmpfs,target=/b,size=64m --mount=type=ssh true",
        "FROM x\nWORKDIR /a\nRUN --mount=type=cache,mode=0755 true",
        "FROM x\nADD --chmod=u=rwX,go=rX --checksum=" + DIGEST + " https://x/y z",
        "FROM x\nADD https://x/y.git?ref=a&subdir=b#a:b git@x:y github.com/a/b z",
        "FROM x\nCOPY github.com/a/b z",
        "FROM x\nEXPOSE 80 81/UDP 1.2.3.4:82:83 [::1]:84:84 85-90",
        "FROM x\nSTOPSIGNAL rtmin+3\nSTOPSIGNAL 9",
        "FROM --platform=windows/amd64 x\nWORKDIR C:\\\\a\nCOPY C:\\\\b c",
    ],
)
def test_what_buildkit_takes(text):
    assert not of(text).refusals


def test_a_refusal_points_at_the_word_if_it_stands_on_the_line_of_the_instruction():
    dockerfile = parse("FROM x\nEXPOSE 80 \\\n  http")
    (problem,) = evaluate(dockerfile).refusals
    assert problem.span.of(dockerfile.text) == "EXPOSE"
    dockerfile = parse("FROM x\nEXPOSE 80 http")
    (problem,) = evaluate(dockerfile).refusals
    assert problem.span.of(dockerfile.text) == "http"


# small grammars


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python", Reference("docker.io", "library/python", "", "")),
        ("docker.io/python:3", Reference("docker.io", "library/python", "3", "")),
        ("index.docker.io/a/b", Reference("docker.io", "a/b", "", "")),
        ("localhost/a", Reference("localhost", "a", "", "")),
        ("host:5000/a@" + DIGEST, Reference("host:5000", "a", "", DIGEST)),
        ("Host/a", Reference("Host", "a", "", "")),
        ("[::1]:5/a", Reference("[::1]:5", "a", "", "")),
        ("a__b/c--d.e", Reference("docker.io", "a__b/c--d.e", "", "")),
    ],
)
def test_references(text, expected):
    assert read_reference(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "a/B",
        "a___b",
        "a..b",
        "-a",
        "a-",
        "a:",
        "a:b:c",
        "a@b",
        "a/",
        "/a",
        "a b",
        "x/" + "a" * 256,
    ],
)
def test_no_references(text):
    assert isinstance(read_reference(text), str)


def test_names_of_images():
    python, uv = read_reference("python:3"), read_reference("ghcr.io/astral-sh/uv")
    assert isinstance(python, Reference)
    assert isinstance(uv, Reference)
    assert (python.name, python.official, uv.name, uv.official) == (
        "python",
        True,
        "ghcr.io/astral-sh/uv",
        False,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux", "linux/amd64"),
        ("ARM64", "linux/arm64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64/v8"),
        ("linux/arm", "linux/arm"),
        ("linux/arm/7", "linux/arm/v7"),
        ("armel", "linux/arm/v6"),
        ("macos/x86_64", "darwin/amd64"),
        ("windows(10.0.1+a)/amd64", "windows/amd64"),
        ("any/thing", "any/thing"),
    ],
)
def test_platforms(text, expected):
    assert str(read_platform(text)) == expected
    assert isinstance(read_platform(text), Platform)


@pytest.mark.parametrize(
    "text",
    ["", "what", "*", "linux/*", "a/b/c/d", "linux/a b", "linux(%zz)/a", "/amd64"],
)
def test_no_platforms(text):
    assert isinstance(read_platform(text), str)


@pytest.mark.parametrize(
    ("text", "ip", "host", "first", "last", "protocol"),
    [
        ("80", "", "", 80, 80, ""),
        ("80-82/Udp", "", "", 80, 82, "Udp"),
        ("8080:80", "", "8080", 80, 80, ""),
        ("1.2.3.4::80", "1.2.3.4", "", 80, 80, ""),
        ("::1:80-82:90/tcp", "::1", "80-82", 90, 90, "tcp"),
        ("0", "", "", 0, 0, ""),
        ("+80", "", "", 80, 80, ""),
        ("80-80", "", "", 80, 80, ""),
    ],
)
def test_ports(text, ip, host, first, last, protocol):
    port = read_port(text)
    assert (port.ip, port.host, port.first, port.last, port.protocol) == (
        ip,
        host,
        first,
        last,
        protocol,
    )
    assert not port.refusal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "65536",
        "90-80",
        "80/x",
        "/tcp",
        "80:",
        "x:80",
        "1-2:3-5",
        "1.2.3:1:1",
        "[::1:1:1",
        "80--90",
        "fe80::1%eth0:1:1",
    ],
)
def test_no_ports(text):
    assert read_port(text).refusal


@pytest.mark.parametrize(
    "text", ["TERM", "sigterm", "SIGRTMIN+15", "RTMAX-14", "9", "-1", "+2"]
)
def test_signals(text):
    assert is_signal(text)


@pytest.mark.parametrize(
    "text", ["", "0", "SIGSIGTERM", "RTMIN+16", "RTMAX-15", "TERM ", "1.5"]
)
def test_no_signals(text):
    assert not is_signal(text)


@pytest.mark.parametrize(
    "text", ["0", "7777", "u=rwx,go=rX", "a+x-w", "=", "+t", "ug=o"]
)
def test_modes(text):
    assert not mode_refusal(text)


@pytest.mark.parametrize(
    "text", ["", "8", "17777", "u", "x", "u+x,", "u=rwxz", "-644x"]
)
def test_no_modes(text):
    assert mode_refusal(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://x/y.git", GitSource()),
        ("https://x/y.git#v1:a/../b", GitSource("v1", "b")),
        ("git://x/y?tag=v1&keep-git-dir", GitSource("refs/tags/v1", keep_git_dir=True)),
        ("ssh://git@x/y?branch=b", GitSource("refs/heads/b")),
        ("git@x:y?checksum=abc#v1", GitSource("v1", checksum="abc")),
        ("github.com/a/b#v1", GitSource("v1", local=True)),
        ("https://x/y", None),
        ("./git@x:y", None),
        ("https://x:port/y.git", None),
        ("https://x/%zz.git", None),
        ("a/b", None),
        ("ftp://x/y.git", None),
    ],
)
def test_git_sources(text, expected):
    assert git_source(text) == expected


@pytest.mark.parametrize(
    "query",
    [
        "ref=a&tag=b",
        "ref=",
        "x=1",
        "tag=a&branch=b",
        "ref=a&ref=b",
        "submodules=2",
        "mtime=now",
    ],
)
def test_queries_that_are_refused(query):
    found = git_source(f"https://x/y.git?{query}")
    assert found is not None
    assert found.refusal


def test_urls():
    assert is_url("https://x/y")
    assert not is_url("https://x/y.git")
    assert not is_url("HTTPS://x/y")


def test_windows_paths():
    assert is_absolute("C:\\a", "windows")
    assert not is_absolute("C:a", "windows")
    assert join_workdir("/a", "C:\\b", "windows").path == "/b"
    assert join_workdir("/a", "b\\c", "windows").path == "/a/b/c"
    assert join_workdir("/a", "D:\\b", "windows").refusal
    assert join_workdir("/a", "C:", "windows").refusal
    assert join_workdir("/a", "\\\\server\\share", "windows").refusal


# hostile input


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\nENV a=xxxxxxxxxx\n" + "ENV a=$a$a\n" * 3_000,
        "ARG a=xxxxxxxxxx\n" + "ARG a=$a$a\n" * 3_000 + "FROM x",
        "FROM x AS s0\n"
        + "".join(f"FROM s{n} AS s{n + 1}\nENV e{n}=1\n" for n in range(3_000)),
        "FROM x AS a\n"
        + "ONBUILD ENV a=b\n" * 1_000
        + "FROM a AS b\n" * 1_000
        + "FROM a\nCOPY --from=b a b\n",
        "".join(
            f"FROM x AS s{n}\nCOPY --from=s{(n + 1) % 3_000} a b\n"
            for n in range(3_000)
        ),
        "FROM " + "a-" * 30_000,
        "FROM x\nADD --chmod=" + "u+x," * 15_000 + "! a b",
        "FROM x\nADD " + "a@" * 30_000 + ": b",
        "FROM x\nEXPOSE " + ":" * 60_000,
    ],
    ids=range(9),
)
def test_hostile_text_takes_bounded_time(text):
    dockerfile = parse(text)
    start = time.process_time()
    evaluate(dockerfile)
    assert time.process_time() - start < 10


KEYWORDS = "FROM RUN COPY ADD ENV ARG LABEL WORKDIR USER EXPOSE VOLUME STOPSIGNAL CMD SHELL ONBUILD HEALTHCHECK".split()
OPERANDS = st.text(alphabet="ab1/:=$ {}-,.'\"\\[]<\n\udc80é", max_size=25)
FLAGS = st.sampled_from(
    ["", "--from=a ", "--mount=type=cache ", "--chmod=$a ", "--platform=$a ", "--x "]
)
LINES = st.lists(st.tuples(st.sampled_from(KEYWORDS), FLAGS, OPERANDS), max_size=8)


@given(LINES)
def test_evaluation_never_raises(lines):
    text = "FROM a AS a\n" + "\n".join(
        f"{keyword} {flag}{operands}" for keyword, flag, operands in lines
    )
    dockerfile = parse(text)
    evaluation = evaluate(dockerfile, {"a": "$a"})
    assert len(evaluation.finals) == len(dockerfile.stages)
    for problem in evaluation.refusals:
        assert problem.line in (0, dockerfile.lines.line(problem.span.start))
    for step in evaluation.steps:
        assert not step.unset & step.used

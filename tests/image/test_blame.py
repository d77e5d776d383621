"""Blame by the texts of histories that real builders wrote (tests/engine/test_blame.py builds them again)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from image.blamed import ARGS, case, image_of
from images import row

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.image.blame import Blame, Confidence, blame

BUILDERS = ("buildkit", "docker", "buildah")
CASES = [*BUILDERS, "child-buildkit", "child-docker"]
BASE = row(comment="Imported from -")


def buildkit(*instructions: str) -> list[dict[str, object]]:
    """Rows as BuildKit writes them, of which only RUN, COPY, ADD and WORKDIR have a layer."""
    rows = []
    for text in instructions:
        keyword = text.partition(" ")[0]
        mark = " # buildkit" if keyword in ("RUN", "COPY", "ADD") else ""
        empty = keyword not in ("RUN", "COPY", "ADD", "WORKDIR")
        said = (
            text.replace("RUN ", "RUN /bin/sh -c ", 1)
            if keyword == "RUN" and "/bin/" not in text
            else text
        )
        rows.append(row(f"{said}{mark}", empty=empty, comment="buildkit.dockerfile.v0"))
    return rows


def lines(dockerfile: str, rows: list[dict[str, object]], **args: str) -> list[int]:
    """The first line of each layer's instruction."""
    return [each.first for each in found(dockerfile, rows, **args)]


def found(
    dockerfile: str, rows: list[dict[str, object]], **args: str
) -> tuple[Blame, ...]:
    return blame(image_of(rows), Build(parse(dockerfile), args=args), "Dockerfile")


def sure(
    dockerfile: str, rows: list[dict[str, object]], **args: str
) -> list[tuple[int, str]]:
    return [
        (each.first, str(each.confidence)) for each in found(dockerfile, rows, **args)
    ]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("args", [ARGS, {}], ids=["with the build args", "without"])
def test_every_layer_of_a_real_build_has_its_line(
    name: str, args: dict[str, str]
) -> None:
    made = case(name.partition("-")[0], name)
    truth = made.truth()
    blamed = blame(made.image(), made.build(args), "Dockerfile")
    assert [each.first for each in blamed] == [
        each.first_line if each else 0 for each in truth
    ]
    assert [each.last for each in blamed] == [
        each.last_line if each else 0 for each in truth
    ]
    assert [each.is_base for each in blamed] == [each is None for each in truth]
    assert {each.confidence for each in blamed if each.first} == {Confidence.MATCHED}
    assert [each.text for each in blamed if each.first] == [
        each.span.of(made.text) for each in truth if each
    ]
    assert [each.layer for each in blamed] == list(range(len(blamed)))


@pytest.mark.parametrize("history", ["squash", "squash-buildah"])
def test_a_squashed_layer_has_the_lines_of_all_that_made_it(history: str) -> None:
    made = case("squash", history)
    _, layer = blame(made.image(), made.build(), "Dockerfile")
    assert (layer.first, layer.last, layer.confidence) == (2, 5, Confidence.MATCHED)
    assert layer.text == "RUN echo 1 > /1 … COPY a.txt / (4 instructions in one layer)"


@pytest.mark.parametrize("history", ["squash", "squash-buildah"])
def test_a_squashed_layer_of_another_dockerfile_has_no_line(history: str) -> None:
    made = case("squash", history)
    other = Build(parse("FROM base\nRUN make all install\nCOPY --from=x /y /z\n"))
    layers = blame(made.image(), other, "Dockerfile")
    assert {(each.first, each.confidence) for each in layers} == {
        (0, Confidence.UNKNOWN)
    }
    assert "instructions in one layer" in layers[-1].text


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("other", ["docker", "squash", "trigger", "child"])
def test_another_dockerfile_has_no_line(builder: str, other: str) -> None:
    made = case(builder)
    dockerfile = (
        "FROM base\nENV MID=1\nRUN apk add curl && curl x > /y\nCOPY . /srv\nRUN make -C /srv\nCMD /srv/run\n"
        if other == "docker"
        else case(other, f"{other}-buildkit" if other == "child" else other).text
        if other != "trigger"
        else "FROM base\nWORKDIR /app\nCOPY package.json .\nRUN npm ci --omit=dev\nRUN true\n"
    )
    assert {
        each.first
        for each in blame(made.image(), Build(parse(dockerfile)), "Dockerfile")
    } == {0}


def test_without_a_dockerfile_the_history_speaks_as_one() -> None:
    texts = [each.text for each in blame(case("buildkit").image())]
    assert texts[:4] == [
        "Imported from -",
        "RUN echo $FOO > /foo",
        "RUN echo lower > /lower",
        "RUN echo triggered > /triggered",
    ]
    assert "COPY --chown=1:2 --chmod=755 /out.txt /app/out.txt" in texts
    assert not any(
        "buildkit" in text or "|2" in text or "/bin/sh -e" in text for text in texts
    )


def test_without_a_dockerfile_a_classic_history_speaks_as_one() -> None:
    layers = blame(case("docker").image())
    texts = [each.text for each in layers]
    assert texts[1] == "RUN echo $FOO > /foo"
    assert "COPY --chown=1:2 file:a2bad19fdbb1 in /app/out.txt" in texts
    assert not any("#(nop)" in text or "|1" in text for text in texts)
    assert {(each.path, each.first, each.confidence) for each in layers} == {
        ("", 0, Confidence.UNKNOWN)
    }


@pytest.mark.parametrize("builder", BUILDERS)
def test_without_a_dockerfile_the_builder_is_known(builder: str) -> None:
    assert {each.builder for each in blame(case(builder).image())[1:]} == {builder}


def test_rows_of_an_earlier_builder_are_the_base_images_without_a_dockerfile() -> None:
    rows = [
        row(f"/bin/sh -c #(nop) ADD file:{5:064x} in / "),
        row('/bin/sh -c #(nop)  CMD ["bash"]', empty=True),
    ]
    layers = blame(image_of([*rows, *buildkit("RUN make", "COPY . .")]))
    assert [each.is_base for each in layers] == [True, False, False]
    assert layers[0].text == f"ADD file:{'0' * 12} in /"


def test_the_same_instruction_twice_is_told_apart_by_its_place() -> None:
    rows = [BASE, *buildkit("RUN true", "RUN true", "RUN make", "RUN true")]
    assert lines("FROM base\nRUN true\nRUN true\nRUN make\nRUN true\n", rows) == [
        0,
        2,
        3,
        4,
        5,
    ]


def test_one_of_two_alike_that_is_gone_leaves_both_unknown() -> None:
    rows = [
        BASE,
        *buildkit(
            "RUN apt-get update",
            "RUN true",
            "RUN make all",
            "RUN true",
            "RUN make install",
        ),
    ]
    gone = "FROM base\nRUN apt-get update\nRUN make all\nRUN true\nRUN make install\n"
    assert lines(gone, rows) in ([0, 2, 0, 3, 4, 5], [0, 2, 0, 3, 0, 5])
    gone = "FROM base\nRUN apt-get update\nRUN true\nRUN make install\n"
    rows = [
        BASE,
        *buildkit("RUN apt-get update", "RUN true", "RUN true", "RUN make install"),
    ]
    assert lines(gone, rows) == [0, 2, 0, 0, 4]


def test_the_base_image_keeps_its_own_instructions_though_they_are_alike() -> None:
    rows = [
        BASE,
        *buildkit(
            "WORKDIR /app",
            "RUN apt-get update",
            "WORKDIR /app",
            "COPY . .",
            "RUN apt-get update",
        ),
    ]
    layers = found("FROM base\nWORKDIR /app\nCOPY . .\nRUN apt-get update\n", rows)
    assert [each.first for each in layers] == [0, 0, 0, 2, 3, 4]
    assert [each.is_base for each in layers] == [True, True, True, False, False, False]


def test_a_changed_line_is_likely_and_a_new_row_unknown() -> None:
    rows = [
        BASE,
        *buildkit(
            "RUN apt-get update",
            "RUN pip install flask==1.0",
            "COPY . /app",
            "USER app",
        ),
    ]
    changed = "FROM base\nRUN apt-get update\nRUN pip install flask==2.0\nCOPY . /app\nUSER app\n"
    assert sure(changed, rows) == [
        (0, "unknown"),
        (2, "matched"),
        (3, "likely"),
        (4, "matched"),
    ]
    gone = "FROM base\nRUN apt-get update\nCOPY . /app\nUSER app\n"
    assert lines(gone, rows) == [0, 2, 0, 3]


def test_two_instructions_that_changed_places_are_not_mistaken() -> None:
    rows = [
        BASE,
        *buildkit(
            "RUN apt-get update", "RUN make install", "RUN ldconfig -v", "COPY . /app"
        ),
    ]
    swapped = "FROM base\nRUN apt-get update\nRUN ldconfig -v\nRUN make install\nCOPY . /app\n"
    assert lines(swapped, rows) in ([0, 2, 0, 3, 5], [0, 2, 4, 0, 5])


def test_what_a_build_arg_changes_may_be_anything() -> None:
    dockerfile = "FROM base\nARG V=1\nENV NAME=app-$V\nRUN make\nCOPY app-$V.tgz /opt/app-$V/\nWORKDIR /opt/$NAME\n"
    made = [
        "ARG V=1",
        "ENV NAME=app-2",
        "RUN |1 V=2 /bin/sh -c make",
        "COPY app-2.tgz /opt/app-2/",
    ]
    assert sure(dockerfile, [BASE, *buildkit(*made, "WORKDIR /opt/app-2")])[1:] == [
        (4, "matched"),
        (5, "matched"),
        (6, "matched"),
    ]


def test_the_environment_of_the_base_image_may_be_anything() -> None:
    dockerfile = "FROM base\nENV PATH=/venv/bin:$PATH\nCOPY a $APP_HOME/lib/\nWORKDIR src\nRUN make\n"
    made = [
        "ENV PATH=/venv/bin:/usr/local/bin",
        "COPY a /srv/app/lib/",
        "WORKDIR /srv/app/src",
        "RUN make",
    ]
    assert lines(dockerfile, [BASE, *buildkit(*made)]) == [0, 3, 4, 5]


def test_values_of_args_hold_blanks_and_shells() -> None:
    dockerfile = "FROM base\nARG A=b\nARG B\nRUN echo $A\nRUN make\n"
    made = [
        "ARG A=b",
        "ARG B",
        "RUN |2 A=x y B=/bin/sh /bin/sh -c echo $A",
        "RUN |2 A=x y B= /bin/sh -c make",
    ]
    assert lines(dockerfile, [BASE, *buildkit(*made)]) == [0, 4, 5]


def test_a_shell_of_the_base_image_is_known_from_the_config() -> None:
    rows = [
        BASE,
        row("RUN /opt/fish -x -c make # buildkit", comment="buildkit.dockerfile.v0"),
    ]
    image = image_of(rows, {"Shell": ["/opt/fish", "-x", "-c"]})
    assert [
        each.first
        for each in blame(image, Build(parse("FROM base\nRUN make\n")), "Dockerfile")
    ] == [0, 2]


def test_copy_from_names_its_stage_or_image() -> None:
    dockerfile = "FROM base AS one\nFROM base\nCOPY --from=one /a /a\nCOPY --from=0 /b /b\nCOPY --from=alpine:3 /c /c\n"
    rows = [BASE, *buildkit("COPY /a /a", "COPY /b /b", "COPY /c /c")]
    assert [each.stage for each in found(dockerfile, rows)] == [
        "",
        "one",
        "one",
        "alpine:3",
    ]


def test_a_target_has_its_own_lines() -> None:
    text = "FROM base AS a\nRUN make\nFROM a AS b\nRUN test\nFROM a\nRUN other\n"
    rows = [BASE, *buildkit("RUN make", "RUN test")]
    layers = blame(image_of(rows), Build(parse(text), target="b"), "Dockerfile")
    assert [each.first for each in layers] == [0, 2, 4]


def test_an_image_from_scratch_has_no_base() -> None:
    rows = buildkit("COPY a /old", "COPY app /app", "COPY conf /etc/conf")
    layers = found("FROM scratch\nCOPY app /app\nCOPY conf /etc/conf\n", rows)
    assert [each.first for each in layers] == [0, 2, 3]
    assert not any(each.is_base for each in layers)


def test_kaniko_writes_the_lines_as_they_stand() -> None:
    dockerfile = 'FROM base\nENV A=b\nRUN mkdir -p $A && \\\n  ls\nCOPY ["x", "/y"]\nRUN ["make", "all"]\n'
    said = ["RUN mkdir -p $A &&   ls", 'COPY ["x", "/y"]', 'RUN ["make", "all"]']
    layers = found(
        dockerfile, [row("base"), *(row(text, author="kaniko") for text in said)]
    )
    assert [each.first for each in layers] == [0, 3, 5, 6]
    assert {each.builder for each in layers[1:]} == {"kaniko"}


def test_one_snapshot_of_kaniko_has_the_lines_of_all() -> None:
    dockerfile = "FROM base\nRUN make\nRUN make install-everything-there-is\n"
    below, layer = found(
        dockerfile,
        [row("base"), row("RUN make install-everything-there-is", author="kaniko")],
    )
    assert (below.first, below.is_base) == (0, True)
    assert (layer.first, layer.last, layer.confidence) == (2, 3, Confidence.LIKELY)


def test_a_history_that_is_missing_or_out_of_step_tells_nothing() -> None:
    dockerfile = Build(parse("FROM base\nRUN make\n"))
    for rows in ([], buildkit("RUN make")):
        layers = blame(image_of(rows, layers=2), dockerfile, "Dockerfile")
        assert layers == (Blame(0), Blame(1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RUN make\n",
        "FROM\n",
        "FROM a\nFROM a AS b\n",
        "FROM base\n",
        "\0\udcff\n[{",
    ],
)
def test_a_dockerfile_that_says_nothing_says_nothing(text: str) -> None:
    assert lines(text, [BASE, *buildkit("RUN make")]) == [0, 0]


def test_rows_of_any_size_take_a_bounded_time() -> None:
    many = [
        BASE,
        *buildkit(*["RUN true"] * 3000),
        row("RUN |9 " + "/bin/sh -" * 500_000, comment="buildkit."),
    ]
    text = "FROM base\n" + "RUN true\n" * 3000
    assert len(lines(text, many)) == 3002
    assert len(blame(image_of(many))) == 3002


def test_what_came_after_the_build_is_not_of_it() -> None:
    rows = [BASE, *buildkit("RUN make", "COPY . ."), row("bash", comment="by hand")]
    layers = found("FROM base\nRUN make\nCOPY . .\n", rows)
    assert [each.first for each in layers] == [0, 2, 3, 0]
    assert [each.is_base for each in layers] == [True, False, False, False]
    assert layers[3].text == "bash"


def test_an_imported_image_is_no_base_image() -> None:
    assert not blame(image_of([BASE]))[0].is_base


WORDS = st.sampled_from(
    [
        *"FROM RUN COPY ENV ARG WORKDIR ONBUILD CMD HEALTHCHECK EXPOSE VOLUME SHELL".split(),
        *"base AS A=b A=$A$A <<E E . [ ]".split(),
        *[
            "/bin/sh -c",
            "|1",
            "|9",
            "#(nop)",
            "# buildkit",
            "--from=0",
            "--chown=$A",
            "/x",
            "$A",
            "${A:-b}",
            '["a"]',
        ],
        *["map[80/tcp:{}]", "&{[", '"x', "\\", "\n", "\n", "\udcff", "\0", "é"],
    ]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
MADE = st.builds(
    row,
    TEXTS,
    empty=st.booleans(),
    comment=st.sampled_from(
        [
            "",
            "buildkit.dockerfile.v0",
            "FROM x",
            f"merge sha256:{'0' * 64} to sha256:{'1' * 64}",
        ]
    ),
    author=st.sampled_from(["", "kaniko"]),
)


@given(st.lists(TEXTS, max_size=8).map("\n".join), st.lists(MADE, max_size=8))
def test_any_history_beside_any_dockerfile_is_read(
    text: str, rows: list[dict[str, object]]
) -> None:
    made = image_of(rows)
    for build in (None, Build(parse(text)), Build(parse(f"FROM a\n{text}"))):
        layers = blame(made, build, "Dockerfile")
        assert [each.layer for each in layers] == list(range(len(made.layers)))
        assert all(
            bool(each.first) == (each.confidence is not Confidence.UNKNOWN)
            for each in layers
        )

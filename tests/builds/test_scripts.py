"""`docker build` lines of scripts: what they build, from where, and what is not known."""

from __future__ import annotations

import pytest
from builds.repository import row
from hypothesis import given
from hypothesis import strategies as st

from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    Unresolved,
)
from lightship.builds.workspace import Workspace

PYTHON = "FROM python:3.13-slim\n"
FILES = {
    "Dockerfile": PYTHON,
    "docker/Dockerfile": PYTHON,
    "docker/api.Dockerfile": PYTHON,
    "docker/Containerfile": PYTHON,
    "app/Dockerfile": PYTHON,
    "app/lib/a.py": "",
    "scripts/build.sh": "",
    "compose.yaml": "services: {}\n",
    "prod.yaml": "services: {}\n",
    "docker-bake.hcl": "",
}


def items(text, folders=(".",), *, is_file=True, **more):
    source = ScriptText(
        text,
        "scripts/build.sh",
        folders,
        BuildSourceKind.SCRIPT,
        "docker build",
        is_file=is_file,
        **more,
    )
    return list(script_builds(Workspace.of(FILES), source))


def rows(text, *folders, **more):
    found = items(text, folders or (".",), **more)
    assert all(isinstance(item, BuildDefinition) for item in found), found
    return [row(item) for item in found]


def whys(text, *folders):
    found = items(text, folders or (".",))
    assert all(isinstance(item, Unresolved) for item in found), found
    return [item.why for item in found]


ROOT = {"dockerfile": "Dockerfile", "context": "."}
API = {"dockerfile": "docker/api.Dockerfile", "context": "."}
DOCKER = {"dockerfile": "docker/Dockerfile", "context": "docker"}
APP = {"dockerfile": "app/Dockerfile", "context": "app"}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("docker build .", ROOT),
        ("docker build -t a:b --no-cache --pull .", ROOT),
        ("docker build . -f docker/api.Dockerfile", API),
        ("docker build -fdocker/api.Dockerfile .", API),
        ("docker build --file=docker/api.Dockerfile .", API),
        ("docker buildx build --push --load -t x docker", DOCKER),
        ("docker image build docker/", DOCKER),
        ("docker builder build docker", DOCKER),
        ("docker --context remote -l debug build docker", DOCKER),
        ("docker buildx --builder x b docker", DOCKER),
        ("sudo -E docker build docker", DOCKER),
        ("DOCKER_BUILDKIT=1 time docker build docker", DOCKER),
        ("nerdctl build docker", DOCKER),
        ("podman build -f docker/api.Dockerfile .", API),
        ("podman build docker", DOCKER | {"dockerfile": "docker/Containerfile"}),
        ("buildah bud -f Dockerfile app", ROOT | {"context": "app"}),
        ("buildah build -f api.Dockerfile docker", API | {"context": "docker"}),
        ("docker build -t x $(pwd)", ROOT),
        ('docker build -t x "$PWD/app"', APP),
        ("docker build -t $(git describe) app", APP),
        ("docker build --target run app", APP | {"target": "run"}),
        (
            "docker build --build-arg A=1 --build-arg=B='x y' --build-arg C app",
            APP | {"args": {"A": "1", "B": "x y", "C": None}},
        ),
        ("docker build --build-arg A=$NOPE app", APP | {"args": {"A": None}}),
        ('docker build --build-arg "A=$NOPE" app', APP | {"args": {"A": None}}),
        ('docker build --build-arg="A=$NOPE" app', APP | {"args": {"A": None}}),
        (
            'A=${A:-"x y"}; docker build --build-arg A="$A" app',
            APP | {"args": {"A": "x y"}},
        ),
        (
            "docker build --build-arg A=${A:-'x'} --build-arg B=${B:=\"$PWD\"} app",
            APP | {"args": {"A": "x", "B": None}},
        ),
        (
            "A=${A:-`git rev-parse HEAD`}; docker build --build-arg A=$A app",
            APP | {"args": {"A": None}},
        ),
        (
            "docker build --build-arg A=${A:-$(date)} app",
            APP | {"args": {"A": None}},
        ),
        (
            "docker build --build-arg A=$(git rev-parse HEAD || echo none) app",
            APP | {"args": {"A": None}},
        ),
        ("retry docker build app", APP),
        ('C=(docker build\n  -t x\n  app)\nX=1 "${C[@]}"', APP),
        ('C=(ls app)\n"${C[@]}"; "${D[@]}" ; docker build app', APP),
        ("echo docker build .; log docker build .; docker build app", APP),
        ("docker build --build-arg A=$PWD/x app", APP | {"args": {"A": None}}),
        ("docker build --file=$PWD/docker/api.Dockerfile .", API),
        (
            "docker build --platform linux/amd64,linux/arm64 app",
            APP | {"platforms": ["linux/amd64", "linux/arm64"]},
        ),
        (
            "docker build --build-context lib=app/lib --build-context b=docker-image://a app",
            APP | {"contexts": {"lib": "app/lib", "b": "docker-image://a"}},
        ),
        ("docker build \\\n  -t x \\\n  app", APP),
        ("docker build $EXTRA app", APP),
        ("test -f x && docker build app || exit 1", APP),
        ("bash -c true; docker build app | tee log", APP),
        ("if true; then docker build app; fi", APP),
        ("${DOCKER:-docker} build app", APP),
        (": docker\n$ENGINE build app", APP),
        ("cd app && docker build .", APP),
        ("cd docker\ncd ../app\ndocker build .", APP),
        ("pushd docker; docker ps; popd; docker build app", APP),
        ('cd "$(dirname "$0")/.." && docker build app', APP),
        ('cd -P "$(dirname "${BASH_SOURCE[0]}")"\ndocker build ../app', APP),
        ("cd $(git rev-parse --show-toplevel)\ndocker build app", APP),
        ('HERE=$(cd "$(dirname "$0")" && pwd)\ndocker build "$HERE/../app"', APP),
        ('R="$(readlink -f "$(dirname "$0")/..")"\ndocker build ${R}/app', APP),
        (
            'D=$(dirname -- "$(command -v -- "$0")")\ncd ${D}/../app\ndocker build .',
            APP,
        ),
        ("DIR=app\ndocker build $DIR", APP),
        ("export DIR=${DIR:-app}\ndocker build $DIR", APP),
        (': "${DIR:=app}"\ndocker build "$DIR"', APP),
        (
            'ARGS="--target t -f docker/api.Dockerfile"\ndocker build $ARGS .',
            API | {"target": "t"},
        ),
        ("build() {\n  docker build app\n}\nbuild", APP),
    ],
)
def test_a_command_that_builds(command, expected):
    assert rows(command) == [expected]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ('docker build "$1"', "$1 is known only when the script runs"),
        ("docker build $DIR", "DIR is not set"),
        ("for d in *; do docker build $d; done", "the value of d is not known"),
        ("for d in $DIRS; do docker build $d; done", "the value of d is not known"),
        ("for d; do docker build $d; done", "d is not set"),
        ('while read d; do docker build "$d"; done', "the value of d is not known"),
        (
            "D=(app docker)\nif x; then D+=(.); fi\nfor d in ${D[@]}; do docker build $d; done",
            "the value of d is not known",
        ),
        (
            "for d in app docker; do LAST=$d; done\ndocker build $LAST",
            "the value of LAST is not known",
        ),
        (
            "DIR=app\nif x; then DIR=b; fi\ndocker build $DIR",
            "the value of DIR is not known",
        ),
        (
            "docker build $(find . -name app)",
            "$(find . -name app) is computed by the shell",
        ),
        ("docker build -f $(ls) .", "$(ls) is computed by the shell"),
        ("docker build ${DIR%/}", "${DIR%/} is computed by the shell"),
        ("docker build --target $T app", "T is not set"),
        ("docker build", "it names no build context"),
        ("docker build app docker", "it names several build contexts"),
        ("docker build - < Dockerfile", "its context is standard input"),
        ("cat Dockerfile | docker build -f - .", "its Dockerfile is standard input"),
        ("docker build https://a.b/c.git", "its context is remote: https://a.b/c.git"),
        ("docker build ../..", "../.. is outside the repository"),
        ("docker build /srv", "/srv is outside the repository"),
        ("docker build ~/x", "~/x is outside the repository"),
        ("cd $X; docker build .", "the directory where it runs is not known"),
        ("docker build gone", "its context gone is not a directory of the repository"),
        (
            "docker build -f Gone .",
            "its Dockerfile Gone is not a file of the repository",
        ),
        ("docker compose -f $F build", "F is not set"),
        ("docker buildx bake -f gone.hcl", "gone.hcl is not a file of the repository"),
    ],
)
def test_a_command_that_cannot_be_resolved_says_why(command, why):
    assert whys(command) == [why]


@pytest.mark.parametrize(
    "command",
    [
        "docker run app build",
        "docker push x",
        "echo docker build app",
        "# docker build app",
        "docker-machine build app",
        "buildah from app",
        "docker compose down",
        "make build",
    ],
)
def test_a_command_that_builds_nothing(command):
    assert items(command) == []


def args(text):
    return [dict(item.args) for item in items(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "for v in 3.11 '3.12'; do docker build --build-arg V=$v .; done",
            [{"V": "3.11"}, {"V": "3.12"}],
        ),
        (
            'VERSIONS=(3.11 3.12)\nfor v in "${VERSIONS[@]}"\ndo\n docker build --build-arg "V=$v" .\ndone',
            [{"V": "3.11"}, {"V": "3.12"}],
        ),
        (
            "L='3.11 3.12'\nfor v in $L; do T=py$v; docker build --build-arg V=$T .; done",
            [{"V": "py3.11"}, {"V": "py3.12"}],
        ),
        (
            "for v in 1 2; do for w in {a,b}; do docker build --build-arg V=$v$w .; done; done",
            [{"V": "1a"}, {"V": "1b"}, {"V": "2a"}, {"V": "2b"}],
        ),
        (
            "for v in 3.{11..13}; do docker build --build-arg V=$v .; done",
            [{"V": "3.11"}, {"V": "3.12"}, {"V": "3.13"}],
        ),
        (
            'A=(--build-arg V=1)\nA+=(-t x  # a tag\n  --build-arg W="2 3"\n)\ndocker build "${A[@]}" .',
            [{"V": "1", "W": "2 3"}],
        ),
        (
            "S='--build-arg V=1'\nS+=' --build-arg W=2'\ndocker build $S .",
            [{"V": "1", "W": "2"}],
        ),
        (
            "declare -a A=(--build-arg\n  V=1)\ndocker build ${A[*]} .",
            [{"V": "1"}],
        ),
        ('docker build --build-arg "V=$X" .', [{"V": None}]),
        (
            "for v in 1 $X; do docker build --build-arg V=$v .; done",
            [{"V": None}],
        ),
    ],
)
def test_loops_and_arrays_are_followed(text, expected):
    assert args(text) == expected


def test_a_loop_over_directories():
    text = "for d in app docker; do (cd $d && docker build .); done; docker build ."
    assert rows(text) == [APP, DOCKER, ROOT]


@pytest.mark.parametrize(
    "text",
    [
        "A=(x)\n" + "A+=(${A[@]} ${A[@]})\n" * 40 + "docker build ${A[@]} .",
        "S=x\n" + "S+=$S\n" * 60 + "docker build $S .",
        "for a in 1 2 3 4 5 6 7 8; do " * 6 + "docker build ." + "; done" * 6,
        f"for a in {'x ' * 10_000}; do docker build --build-arg A=$a .; done",
    ],
)
def test_what_grows_ends(text):
    assert len(items(text)) < 100


@pytest.mark.parametrize(
    ("words", "overrides"),
    [
        (
            "--set web.args.V=2 --set '*.platform=a'",
            [("web", "args.V", "2"), ("*", "platform", "a")],
        ),
        ("--set web.args.V=$TAG", [("web", "args.V", None)]),
        ("--set=web.context=app", [("web", "context", "app")]),
        ("--set web.args.V", [("web", "args.V", None)]),
        ('--set "web.args.V=$TAG"', [("web", "args.V", None)]),
        ("--set nothing", []),
    ],
)
def test_what_bake_is_told_to_set(words, overrides):
    (call,) = items(f"docker buildx bake {words} web")
    found = [(item.target, item.key, item.value) for item in call.overrides]
    assert (found, call.only) == (overrides, ("web",))


def test_the_directory_that_fits_is_where_a_script_is_started():
    assert rows("docker build -f docker/api.Dockerfile .", "scripts", ".") == [API]
    assert rows("docker build ../app", ".", "scripts") == [APP]


def test_a_script_is_started_in_one_directory():
    text = "docker build .\ndocker build -f docker/api.Dockerfile ."
    assert rows(text, ".", "app") == [ROOT, API]


def test_two_directories_that_fit_are_ambiguous():
    assert whys("docker build .", ".", "app") == [
        "its context is . or app, depending on where it is started"
    ]


def test_a_line_is_that_of_the_command():
    found = items("set -e\n\ndocker build \\\n  .\n")
    assert [item.source.line for item in found] == [3]


def test_a_dockerfile_in_a_here_document():
    (build,) = items("docker build -f - . <<'E'\nFROM a\nRUN true\nE\n")
    assert (build.inline.text, build.inline.line) == ("FROM a\nRUN true\n", 2)
    assert build.dockerfile == "scripts/build.sh"


@pytest.mark.parametrize(
    ("command", "kind", "folder", "paths", "only"),
    [
        ("docker compose build", "compose", ".", (), ()),
        (
            "docker-compose -f compose.yaml -f prod.yaml up -d",
            "compose",
            ".",
            ("compose.yaml", "prod.yaml"),
            (),
        ),
        (
            "cd scripts; docker compose --file ../compose.yaml build web",
            "compose",
            ".",
            ("compose.yaml",),
            ("web",),
        ),
        ("docker buildx bake web", "bake", ".", (), ("web",)),
        (
            "docker buildx bake -f docker-bake.hcl --set a.b=c",
            "bake",
            ".",
            ("docker-bake.hcl",),
            (),
        ),
    ],
)
def test_files_that_a_command_builds(command, kind, folder, paths, only):
    (call,) = items(command)
    assert isinstance(call, BuildCall)
    assert (call.kind.value, call.folder, call.paths, call.only) == (
        kind,
        folder,
        paths,
        only,
    )


def test_many_moves_and_deep_words_end():
    assert items("cd a\n" * 3_000 + "docker build app") != []
    items("docker build " + "$(" * 3_000 + ")" * 3_000)
    assert items("docker build " + '"$(cd ' * 30 + ".)" + '"' * 30) != []


@given(st.text(alphabet="docker build$(){}'\"`\\\n;|&<>-./ab=", max_size=80))
def test_any_script_is_read_and_what_is_not_known_has_a_reason(text):
    for item in items(f"docker build {text}\n{text}"):
        assert item.why


def test_a_dockerfile_reached_through_its_own_directory_is_built_from_a_sibling():
    [why] = whys("docker build -f ../docker/api.Dockerfile .", "docker", "scripts/x")
    assert "beside" in why
    assert (
        rows("docker build -f ../docker/api.Dockerfile .", "app")[0]["context"] == "app"
    )

"""The builds of a directory and of one Dockerfile, with the configuration."""

from __future__ import annotations

import pytest

from lightship.config import find_config
from lightship.config.config_keys import Config
from lightship.errors import ConfigError, FileError
from lightship.flows.build_options import BuildOptions
from lightship.flows.builds import BuildFinder, builds_of
from lightship.flows.judged_builds import BuildPlace, read_builds

COMPOSE = "services:\n  web:\n    build: {context: .., dockerfile: docker/Dockerfile}\n"


@pytest.fixture
def repository(tmp_path):
    find_config.config_for.cache_clear()
    write(tmp_path, ".git/HEAD")
    write(tmp_path, "docker/Dockerfile", "FROM a\n")
    write(tmp_path, "docker/compose.yaml", COMPOSE)
    write(tmp_path, "other/Dockerfile", "FROM a\n")
    return tmp_path


def write(root, path, text=""):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def found(root, folder="."):
    find_config.config_for.cache_clear()
    discovery = BuildFinder().in_folder(str(root / folder)).discovery
    return [
        (item.dockerfile, item.context, item.kind.value) for item in discovery.builds
    ]


def test_all_builds_of_a_repository(repository):
    assert found(repository) == [
        ("docker/Dockerfile", ".", "compose"),
        ("other/Dockerfile", "other", "guess"),
    ]


def test_a_directory_in_a_repository_has_the_builds_of_its_own_dockerfiles(repository):
    assert found(repository, "docker") == [("docker/Dockerfile", ".", "compose")]
    assert found(repository, "other") == [("other/Dockerfile", "other", "guess")]


def test_the_builds_of_one_dockerfile(repository):
    (build,) = builds_of(str(repository / "docker/Dockerfile"))
    assert (build.context, build.kind.value) == (".", "compose")
    (build,) = builds_of(str(repository / "other/Dockerfile"))
    assert (build.context, build.kind.value) == ("other", "guess")


def test_the_images_that_a_repository_builds_are_known_beside_a_dockerfile(repository):
    compose = COMPOSE + "    image: acme/web:latest\n"
    write(repository, "docker/compose.yaml", compose)
    write(
        repository, "Makefile", "base:\n\tdocker build -t ghcr.io/acme/base:1 other\n"
    )
    for finder in (BuildFinder(), BuildFinder(many=True)):
        images = finder.images_beside(str(repository / "other/Dockerfile"))
        assert images == {"acme/web", "ghcr.io/acme/base"}


def test_a_file_of_any_name_has_a_guess(repository):
    write(repository, "other/image.txt", "FROM a\n")
    (build,) = builds_of(str(repository / "other/image.txt"))
    assert (build.dockerfile, build.context) == ("other/image.txt", "other")


def test_a_repository_is_read_once(repository):
    finder = BuildFinder()
    finder.in_folder(str(repository))
    write(repository, "docker/compose.yaml", "")
    (build,) = finder.of(str(repository / "docker/Dockerfile"))
    assert build.kind.value == "compose"


def test_the_configuration_wins(repository):
    write(
        repository,
        "lightship.toml",
        """
[[build]]
dockerfile = "docker/Dockerfile"
context = "docker"
target = "x"
args = { A = "1" }
platforms = ["linux/arm64"]
contexts = { shared = "other", base = "docker-image://a" }
purpose = "development"

[[build]]
dockerfile = "other/Dockerfile"
""",
    )
    find_config.config_for.cache_clear()
    finder = BuildFinder()
    first, second = finder.in_folder(str(repository)).discovery.builds
    assert (first.context, first.target, first.kind.value) == ("docker", "x", "config")
    assert (first.args, first.platforms) == ({"A": "1"}, ("linux/arm64",))
    assert first.contexts == {"shared": "other", "base": "docker-image://a"}
    assert (first.purpose.value, first.source.line) == ("development", 2)
    assert (second.context, second.source.line) == ("other", 11)
    assert finder.of(str(repository / "docker/Dockerfile")) == (first,)


def test_without_configuration_it_does_not(repository):
    write(repository, "lightship.toml", '[[build]]\ndockerfile = "docker/Dockerfile"\n')
    find_config.config_for.cache_clear()
    finder = BuildFinder(BuildOptions(no_config=True))
    kinds = [
        item.kind.value for item in finder.in_folder(str(repository)).discovery.builds
    ]
    assert kinds == ["compose", "guess"]


def test_a_configured_path_outside_is_not_resolved(repository):
    write(repository, "lightship.toml", '\n[[build]]\ndockerfile = "../Dockerfile"\n')
    find_config.config_for.cache_clear()
    (place,) = BuildFinder().in_folder(str(repository)).discovery.unresolved
    assert (place.source.line, place.why) == (
        2,
        "../Dockerfile is outside the repository",
    )


@pytest.mark.parametrize(
    "text",
    [
        'build = "x"',
        "[[build]]",
        "[[build]]\ndockerfile = 1",
        '[[build]]\ndockerfile = "a"\nfile = "b"',
        '[[build]]\ndockerfile = "a"\nargs = { A = 1 }',
        '[[build]]\ndockerfile = "a"\nplatforms = "b"',
        '[[build]]\ndockerfile = "a"\npurpose = "fun"',
    ],
)
def test_a_configuration_that_is_wrong_is_an_error(repository, text):
    write(repository, "lightship.toml", text)
    find_config.config_for.cache_clear()
    with pytest.raises(ConfigError, match=r"lightship\.toml:1: build "):
        BuildFinder().in_folder(str(repository))


def test_a_file_is_not_a_directory(repository):
    with pytest.raises(FileError, match="not a directory"):
        BuildFinder().in_folder(str(repository / "docker/Dockerfile"))


@pytest.mark.parametrize("many", [False, True])
def test_build_args_that_any_file_gives_are_known_by_their_names(repository, many):
    lines = "for v in 1 2; do\n  $TOOL build --build-arg VERSION=$v $images\ndone\n"
    write(repository, "docker-build.sh", lines + "docker build --build-arg='A=1' .\n")
    finder = BuildFinder(many=many)
    if many:
        finder.in_folder(str(repository))
    place = str(repository / "other/Dockerfile")
    names = {"VERSION", "A", "OTHER"}
    assert finder.given_args(place, names) == {"VERSION", "A"}


def test_a_script_that_builds_and_runs_says_what_is_mounted(repository):
    lines = (
        "docker build -t shop other\n",
        "docker run --rm -it -v $(pwd)/data:/data -v cache:/cache shop\n",
    )
    write(repository, "start.sh", "".join(lines))
    (build,) = builds_of(str(repository / "other/Dockerfile"))
    [volume] = build.volumes
    assert (volume.target, volume.from_host) == ("/data", True)


def test_a_build_context_of_a_custom_action_is_no_unknown_stage(repository):
    text = "FROM a\nCOPY --from=deps /a /a\nCOPY --from=typo /a /a\n"
    write(repository, "other/Dockerfile", text)
    step = "      - uses: ./actions/image\n        with:\n          build-contexts: deps=.\n"
    jobs = f"on: push\njobs:\n  a:\n    steps:\n{step}"
    write(repository, ".github/workflows/a.yml", jobs)
    find_config.config_for.cache_clear()
    dockerfile = str(repository / "other/Dockerfile")
    options = BuildOptions()
    finder = BuildFinder(options)
    place = BuildPlace(dockerfile, dockerfile, options, Config(), finder)
    (read,) = read_builds(place)
    assert read.build.contexts == {"deps"}


@pytest.mark.parametrize(
    ("second", "is_uncached"),
    [("docker build --no-cache -t b other", True), ("docker build -t b other", False)],
)
def test_a_build_is_uncached_where_all_that_build_it_say_so(
    repository, second, is_uncached
):
    write(repository, "one.sh", "docker build --no-cache -t a other\n")
    write(repository, "two.sh", f"{second}\n")
    find_config.config_for.cache_clear()
    dockerfile = str(repository / "other/Dockerfile")
    options = BuildOptions()
    finder = BuildFinder(options)
    (read,) = read_builds(BuildPlace(dockerfile, dockerfile, options, Config(), finder))
    assert read.build.repository.is_uncached is is_uncached


def test_a_build_says_for_which_platforms_it_is(repository):
    service = "{context: ../other, platforms: [linux/arm64]}"
    write(repository, "docker/compose.yaml", f"services:\n  a:\n    build: {service}\n")
    find_config.config_for.cache_clear()
    dockerfile = str(repository / "other/Dockerfile")
    options = BuildOptions()
    finder = BuildFinder(options)
    (read,) = read_builds(BuildPlace(dockerfile, dockerfile, options, Config(), finder))
    assert read.platforms == ("linux/arm64",)


@pytest.mark.parametrize(
    ("script", "has_user"), [("echo", True), ("docker build -t shop other", False)]
)
def test_a_user_is_set_where_only_compose_builds_the_image(
    repository, script, has_user
):
    service = "services:\n  shop:\n    build: ./other\n    user: app\n"
    write(repository, "compose.yaml", service)
    write(repository, "build.sh", f"{script}\n")
    find_config.config_for.cache_clear()
    dockerfile = str(repository / "other/Dockerfile")
    options = BuildOptions()
    finder = BuildFinder(options)
    (read,) = read_builds(BuildPlace(dockerfile, dockerfile, options, Config(), finder))
    assert read.build.repository.has_user is has_user


def test_a_build_knows_its_dockerfile_by_its_path_in_the_repository(repository):
    find_config.config_for.cache_clear()
    dockerfile = str(repository / "other/Dockerfile")
    options = BuildOptions()
    finder = BuildFinder(options)
    (read,) = read_builds(BuildPlace(dockerfile, dockerfile, options, Config(), finder))
    assert read.build.path == "Dockerfile"
    assert read.build.repository.dockerfile == "other/Dockerfile"

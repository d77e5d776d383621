"""Which Dockerfiles a search finds."""

from __future__ import annotations

import os

import pytest
from dockerfiles import write_dockerfiles

from lightship.files.search import find_dockerfiles, gitignored, is_dockerfile


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "Dockerfile.dev",
        "api.Dockerfile",
        "api.dockerfile",
        "Containerfile",
        "Containerfile.x",
        "Dockerfile-test",
        "Dockerfile_gpu",
        "Dockerfile-python3.12",
    ],
)
def test_what_is_a_dockerfile(name):
    assert is_dockerfile(name)


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile.dockerignore",
        "Dockerfile.j2",
        "Dockerfile.md",
        "Dockerfile.rocm.patch",
        "Dockerfile.patch.encrypted",
        "Dockerfile.tar.gz",
        "dockerfile.yaml",
        "Dockerfile~",
        "Dockerfile.requirements.txt",
        "Dockerfile.lock",
        "dockerfile_parser.py",
        "dockerfile-lint.yml",
        "dockerfile.service.ts",
        "dockerfile-knGOOxt4.js.map",
        "dockerfile.esm.mjs",
        "Dockerfile.minimal.broken",
        "Dockerfile.corrupted",
        "Dockerfile.old",
        "web.Dockerfile.save",
        "Dockerfile.spark.before",
        "Dockerfile.disabled",
        "Dockerfiles",
        "MyDockerfile",
        ".dockerignore",
    ],
)
def test_what_is_not(name):
    assert not is_dockerfile(name)


def test_a_template_of_cookiecutter_is_not_searched(root):
    write_dockerfiles(root, "{{cookiecutter.name}}/Dockerfile", "a/Dockerfile")
    assert list(find_dockerfiles(["."])) == ["a/Dockerfile"]


def test_directories_are_searched_in_order(root):
    write_dockerfiles(
        root,
        "b/Dockerfile",
        "a/x.Dockerfile",
        "a/Dockerfile",
        "Dockerfile",
        "a/README.md",
        "a/z/Containerfile",
    )
    assert list(find_dockerfiles(["."])) == [
        "Dockerfile",
        "a/Dockerfile",
        "a/x.Dockerfile",
        "a/z/Containerfile",
        "b/Dockerfile",
    ]
    assert list(find_dockerfiles(["b", "a/README.md", "b/Dockerfile"])) == [
        "b/Dockerfile",
        "a/README.md",
    ]


def test_gitignore_is_honoured_at_every_level(root):
    write_dockerfiles(
        root,
        "out/Dockerfile",
        "a/Dockerfile",
        "a/keep/Dockerfile",
        "a/drop/Dockerfile",
        "b/c.Dockerfile",
        "b/d.Dockerfile",
    )
    (root / ".gitignore").write_text("out/\n*.Dockerfile\n/a/drop\n")
    (root / "b/.gitignore").write_text("!d.Dockerfile\n")
    assert list(find_dockerfiles(["."])) == [
        "a/Dockerfile",
        "a/keep/Dockerfile",
        "b/d.Dockerfile",
    ]


def test_a_line_that_is_not_a_pattern_is_skipped_as_git_does(root):
    write_dockerfiles(root, "a/Dockerfile", "a/b.Dockerfile")
    (root / ".gitignore").write_text("!\n*.Dockerfile\n")
    assert list(find_dockerfiles(["."])) == ["a/Dockerfile"]


def test_gitignore_above_counts_inside_a_repository_alone(root):
    write_dockerfiles(root, "repo/sub/a.Dockerfile", "repo/sub/b.Dockerfile")
    (root / ".gitignore").write_text("b.Dockerfile\n")
    (root / "repo/.gitignore").write_text("a.Dockerfile\n")
    assert len(list(find_dockerfiles(["repo/sub"]))) == 2
    (root / "repo/.git").mkdir()
    assert list(find_dockerfiles(["repo/sub"])) == ["repo/sub/b.Dockerfile"]


def test_what_is_named_is_wanted_even_when_it_is_ignored(root):
    (root / ".git").mkdir()
    write_dockerfiles(root, "out/Dockerfile")
    (root / ".gitignore").write_text("out/\n")
    assert list(find_dockerfiles(["out"])) == ["out/Dockerfile"]
    assert list(find_dockerfiles(["out/Dockerfile"])) == ["out/Dockerfile"]
    assert list(find_dockerfiles(["."])) == []


def test_excluded_patterns(root):
    write_dockerfiles(root, "vendor/Dockerfile", "a/vendor/Dockerfile", "b/Dockerfile")
    assert list(find_dockerfiles(["."], [gitignored(str(root), ["/vendor/"])])) == [
        "a/vendor/Dockerfile",
        "b/Dockerfile",
    ]


def test_links_make_no_loops_and_dangling_ones_no_errors(root):
    write_dockerfiles(
        root, "a/Dockerfile", ".git/Dockerfile", "node_modules/x/Dockerfile"
    )
    os.symlink(root, root / "a/loop")
    os.symlink("nowhere", root / "a/Dockerfile.dangling")
    os.symlink("Dockerfile", root / "a/Dockerfile.linked")
    assert list(find_dockerfiles(["."])) == ["a/Dockerfile"]


def test_a_dockerfile_and_a_link_to_it_are_one(root):
    write_dockerfiles(root, "docker/Dockerfile", "outside/Dockerfile")
    os.symlink("docker/Dockerfile", root / "Dockerfile")
    assert list(find_dockerfiles(["."])) == ["docker/Dockerfile", "outside/Dockerfile"]
    assert list(find_dockerfiles(["Dockerfile"])) == ["Dockerfile"]
    os.symlink("../outside/Dockerfile", root / "docker/Dockerfile.outer")
    assert list(find_dockerfiles(["docker"])) == [
        "docker/Dockerfile",
        "docker/Dockerfile.outer",
    ]


def test_a_file_of_bytes_is_not_found_by_its_name(root):
    write_dockerfiles(root, "Dockerfile", "Dockerfile.secret", "Dockerfile.wide")
    (root / "Dockerfile.secret").write_bytes(b"FROM\x00\xca\x17debian:13\n")
    (root / "Dockerfile.wide").write_bytes("FROM debian:13\n".encode("utf-16"))
    found = [os.path.basename(path) for path in find_dockerfiles([str(root)])]
    assert found == ["Dockerfile", "Dockerfile.wide"]
    # Whoever names it means it
    named = str(root / "Dockerfile.secret")
    assert list(find_dockerfiles([named])) == [named]


def test_pipes_are_not_found(root):
    os.mkfifo(root / "Dockerfile")
    assert list(find_dockerfiles(["."])) == []


def test_what_composer_and_go_bring_is_of_others(root):
    own, php, go = (
        "a/vendor/Dockerfile",
        "b/vendor/x/Dockerfile",
        "c/vendor/x/Dockerfile",
    )
    write_dockerfiles(root, own, php, go)
    (root / "b/vendor/autoload.php").write_text("")
    (root / "c/vendor/modules.txt").write_text("")
    assert [os.path.relpath(path, root) for path in find_dockerfiles([str(root)])] == [
        own
    ]


def test_a_dated_copy_is_not_searched(root):
    own = (
        "backup/Dockerfile",
        "backup/nightly/Dockerfile",
        "releases/20260213/Dockerfile",
    )
    copies = (
        "backup/20260213_213937/Dockerfile",
        "my_backups/2026-02-13/docker/Dockerfile",
        ".bak/20260213/Dockerfile",
        ".ipynb_checkpoints/Dockerfile-checkpoint",
    )
    write_dockerfiles(root, *own, *copies)
    found = [os.path.relpath(path, root) for path in find_dockerfiles([str(root)])]
    assert sorted(found) == sorted(own)


@pytest.mark.parametrize(
    ("text", "is_searched"),
    [
        ("# Put aside until it can go\n#FROM debian\n\n# RUN make\n", False),
        ("#from debian\n", False),
        ("# FROM debian\nFROM alpine\n", True),
        ("# What comes from here is shipped\n", True),
        ("", True),
        ("# FROM debian\n" * 1000, True),
    ],
)
def test_a_dockerfile_whose_lines_are_all_comments_was_put_aside(
    root, text, is_searched
):
    (root / "Dockerfile").write_text(text, encoding="utf-8")
    assert (
        list(find_dockerfiles([str(root)])) == [str(root / "Dockerfile")] * is_searched
    )
    assert list(find_dockerfiles([str(root / "Dockerfile")]))


def test_an_earlier_version_beside_its_dockerfile_is_not_searched(root):
    own = (
        "a/Dockerfile",
        "b/Dockerfile.household",
        "c/Dockerfile",
        "c/Dockerfile.household",
    )
    write_dockerfiles(root, *own, "a/Dockerfile.old", "a/Dockerfile-backup")
    found = [os.path.relpath(path, root) for path in find_dockerfiles([str(root)])]
    assert sorted(found) == sorted(own)
    named = str(root / "a/Dockerfile.old")
    assert list(find_dockerfiles([named])) == [named]


def test_the_same_patterns_are_compiled_once():
    one, other = (gitignored(base, ["*.log", "!keep.log"]) for base in ("/a", "/b"))
    assert one.spec is other.spec
    assert (one.base, other.base) == ("/a", "/b")
    assert gitignored("/a", ["*.txt"]).spec is not one.spec

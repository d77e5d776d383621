from __future__ import annotations

import json

import pytest
from images import docker_archive, file, layer, tar_of

from lightship.report.image.formats import FORMATS


@pytest.fixture
def images(project):
    """before.tar, after.tar with 1,000 bytes more and another user, later.tar with other times than before.tar."""
    made = {
        "before": docker_archive(layer(file("a", 5000), file("b", b"1"))),
        "after": docker_archive(
            layer(file("a", 5000), file("b", 1001, mode=0o600)), User="app"
        ),
        "later": docker_archive(layer(file("a", 5000, mtime=7), file("b", b"1"))),
    }
    for name, data in made.items():
        (project / f"{name}.tar").write_bytes(data)
    return project


def test_what_differs(run, images):
    result = run("compare", "before.tar", "after.tar")
    assert result.exit_code == 0
    assert (
        "not the same: the config's user is not set before and app after"
        in result.stdout
    )
    assert "+ user                      app" in result.stdout
    assert "~  +1.00 kB  /b  content, mode 0644 -> 0600" in result.stdout


def test_an_image_and_itself(run, images):
    result = run("compare", "before.tar", "before.tar", "--require-same")
    assert result.exit_code == 0
    assert "the same\n" in result.stdout


def test_times_do_not_count_in_a_semantic_comparison(run, images):
    assert run("compare", "before.tar", "later.tar", "--require-same").exit_code == 1
    assert (
        run(
            "compare", "before.tar", "later.tar", "--require-same", "--semantic"
        ).exit_code
        == 0
    )


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_broken_limit_is_an_exit_code_of_1_in_every_format(run, images, form):
    arguments = (
        "compare",
        "before.tar",
        "after.tar",
        "--format",
        form,
        "--max-increase",
    )
    assert [
        run(*arguments, limit).exit_code for limit in ("999", "1kB", "19%", "20%")
    ] == [1, 0, 1, 0]
    if form != "html":
        assert "max-increase" in run(*arguments, "999").stdout
    assert run(*arguments, "999", "--output", "out").exit_code == 1
    assert "max-increase" in run(*arguments, "999", "--output", "out").stderr


def test_as_json(run, images):
    found = json.loads(
        run("compare", "before.tar", "after.tar", "--format", "json").stdout
    )
    assert found["same"] is False
    assert found["figures"]["content"] == {"before": 5001, "after": 6001, "grows": 1000}
    assert [each["path"] for each in found["files"]] == ["/b"]


def test_limits_are_for_the_second(run, images):
    assert (
        run("compare", "before.tar", "after.tar", "--max-size", "5500").exit_code == 1
    )
    assert (
        run("compare", "after.tar", "before.tar", "--max-size", "5500").exit_code == 0
    )


def test_an_increase_that_the_configuration_limits(run, images):
    (images / "lightship.toml").write_text('max-increase = "1%"\n')
    assert run("compare", "before.tar", "after.tar").exit_code == 1
    assert run("compare", "after.tar", "before.tar").exit_code == 0


def test_two_images_of_one_archive(run, images):
    layers = {
        "one.tar": layer(file("a", b"1")),
        "two.tar": layer(file("a", b"1"), file("b", b"2")),
    }
    rows, files = [], {}
    for name, data in layers.items():
        from images import config

        document = config([data])
        files |= {name: data, f"{name}.json": document}
        rows.append(
            {"Config": f"{name}.json", "RepoTags": [f"{name[:3]}:1"], "Layers": [name]}
        )
    (images / "both.tar").write_bytes(
        tar_of({**files, "manifest.json": json.dumps(rows).encode()})
    )
    found = json.loads(
        run(
            "compare",
            "archive://both.tar:one:1",
            "archive://both.tar:two:1",
            "--format",
            "json",
        ).stdout
    )
    assert [each["path"] for each in found["files"]] == ["/b"]


def test_an_image_that_cannot_be_read_is_an_error(run, images):
    result = run("compare", "before.tar", "nowhere.tar")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere.tar" in result.stderr

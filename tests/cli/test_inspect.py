from __future__ import annotations

import csv
import io
import json
import os
import stat
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from images import (
    directory,
    docker_archive,
    file,
    layer,
    oci_archive,
    oci_blobs,
    oci_files,
    row,
    whiteout,
    write_files,
)
from report.pages import data_of

from lightship.image.read_limits import GB, KB, MB, Limits
from lightship.report.image.formats import FORMATS

BASE = layer(file("usr/lib/libc.so", 100_000, mode=0o755))
LISTS = layer(
    directory("var/lib/apt/lists"),
    file("var/lib/apt/lists/a", 60_000),
    file("var/lib/apt/lists/b", 40_000),
)
CLEAN = layer(whiteout("var/lib/apt/lists"))
APP = layer(file("app/main.py", b"print()\n"), file(b"app/\x1b[31m\xff", b"1"))
HISTORY = [
    row("/bin/sh -c #(nop) ADD file:1 in / "),
    row("RUN /bin/sh -c apt-get update # buildkit", comment="buildkit.dockerfile.v0"),
    row(
        "RUN /bin/sh -c rm -rf /var/lib/apt/lists # buildkit",
        comment="buildkit.dockerfile.v0",
    ),
    row("COPY . /app # buildkit", comment="buildkit.dockerfile.v0"),
]
DOCKERFILE = (
    "FROM scratch\nRUN apt-get update\n\nRUN rm -rf /var/lib/apt/lists\nCOPY . /app\n"
)
LAYERS = (BASE, LISTS, CLEAN, APP)
TEXT_AND_MORE = [name for name in FORMATS if name != "html"]


@pytest.fixture
def image(project):
    """An archive, app.tar, of which 100 kB are waste, and its Dockerfile."""
    (project / "app.tar").write_bytes(
        docker_archive(*LAYERS, history=HISTORY, tag="shop/app:1")
    )
    (project / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    return "app.tar"


def shown(run, *arguments):
    result = run("inspect", *arguments, "--format", "json")
    return json.loads(result.stdout)


def test_the_screen(run, image):
    result = run("inspect", image)
    assert result.exit_code == 0
    assert result.stdout.startswith("app.tar (shop/app:1)  linux/amd64  sha256:")
    assert "waste   100 kB (50.0 % of the content), efficiency 50.0 %" in result.stdout
    assert (
        "/var/lib/apt/lists/ (2 files)  written by layer 2, removed by layer 3"
        in result.stdout
    )
    assert "GATE" not in result.stdout
    assert "\x1b" not in result.stdout
    assert len(result.stdout.splitlines()) <= 50
    assert all(len(line) <= 110 for line in result.stdout.splitlines())


def test_layers_are_traced_to_the_lines_of_a_dockerfile(run, image):
    result = run("inspect", image, "--file", "Dockerfile")
    assert "Dockerfile:2 RUN apt-get update" in result.stdout
    assert "written by Dockerfile:2, removed by Dockerfile:4" in result.stdout


def test_colours_are_there_when_they_are_wanted(run, image):
    assert "\x1b[1m" in run("inspect", image, "--color", "always").stdout
    assert (
        "\x1b"
        not in run("inspect", image, "--color", "always", "--format", "json").stdout
    )


@pytest.mark.parametrize("form", list(FORMATS))
@pytest.mark.parametrize("to_file", [False, True])
def test_a_broken_limit_is_an_exit_code_of_1_whatever_is_printed_where(
    run, image, project, form, to_file
):
    output = ("--output", "out") if to_file else ()
    broken = run("inspect", image, "--max-waste", "1kB", "--format", form, *output)
    assert broken.exit_code == 1
    kept = run("inspect", image, "--max-waste", "100kB", "--format", form, *output)
    assert kept.exit_code == 0
    said = broken.stderr if to_file or form != "text" else broken.stdout
    assert "FAIL  max-waste 1.00 kB: 100 kB" in said
    assert "/var/lib/apt/lists/a" in said, "the biggest contributor"
    if to_file:
        assert broken.stdout == kept.stdout == ""
        text = (project / "out").read_text(encoding="utf-8")
        assert "max-waste" in (str(data_of(text)) if form == "html" else text)


@pytest.mark.parametrize("form", TEXT_AND_MORE)
def test_every_format_tells_of_the_gate(run, image, form):
    assert (
        "max-waste"
        in run("inspect", image, "--max-waste", "1kB", "--format", form).stdout
    )


def test_an_output_file_is_replaced_whole(run, image, project):
    (project / "out.json").write_text("x" * 1_000_000)
    (project / "out.json").chmod(0o600)
    assert (
        run("inspect", image, "--format", "json", "--output", "out.json").exit_code == 0
    )
    assert (
        json.loads((project / "out.json").read_text(encoding="utf-8"))["version"] == 1
    )
    assert stat.S_IMODE((project / "out.json").stat().st_mode) == 0o600
    assert not [name for name in os.listdir(project) if name.startswith(".")]


def test_an_output_that_cannot_be_written_is_an_error(run, image):
    result = run("inspect", image, "--output", "no/such/folder")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot write no/such/folder" in result.stderr


def test_an_output_may_be_a_device(run, image):
    assert run("inspect", image, "--output", os.devnull).exit_code == 0


def test_figures_as_json(run, image):
    found = shown(run, image)
    assert (found["image"]["content"], found["image"]["waste"]) == (200_009, 100_000)
    assert {each["path"] for each in found["waste"]} == {
        "/var/lib/apt/lists/a",
        "/var/lib/apt/lists/b",
    }
    assert all("files" not in each for each in found["layers"])
    assert len(shown(run, image, "--files")["layers"][1]["files"]) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--layers",), "3 added, 0 changed, 0 removed"),
        (
            ("--waste",),
            "60.0 kB  /var/lib/apt/lists/a  written by layer 2, removed by layer 3",
        ),
        (("--packages",), "belongs to no package"),
        (("--tree",), r"\x1b[31m\xff"),
        (("--tree", "/usr/lib"), "libc.so"),
        (("--duplicates",), "DUPLICATES"),
        (("--advice",), "files-removed-later"),
    ],
)
def test_full_lists(run, image, options, said):
    result = run("inspect", image, *options)
    assert result.exit_code == 0
    assert said in result.stdout
    assert "\x1b" not in result.stdout


def test_the_word_behind_tree_may_be_the_image(run, image):
    assert (
        run("inspect", "--tree", image).stdout == run("inspect", image, "--tree").stdout
    )


def test_a_tree_of_what_is_not_there_is_an_error(run, image):
    result = run("inspect", image, "--tree", "/no")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: /no is not in the final image of app.tar\n"


def test_junit_has_a_failed_case_for_each_broken_limit(run, image):
    text = run(
        "inspect", image, "--format", "junit", "--max-waste", "1kB", "--max-size", "1GB"
    ).stdout
    failed = [
        case.get("name")
        for case in ET.fromstring(text).iter("testcase")
        if case.find("failure") is not None
    ]
    assert failed == ["max-waste 1.00 kB"]


def test_sarif_points_at_the_line(run, image):
    log = json.loads(
        run("inspect", image, "-f", "Dockerfile", "--format", "sarif").stdout
    )
    places = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]
        for result in log["runs"][0]["results"]
    }
    assert places["files-removed-later"]["artifactLocation"] == {"uri": "Dockerfile"}
    assert places["files-removed-later"]["region"]["startLine"] in (2, 4)


def test_csv_has_a_row_for_each_layer_or_file(run, image):
    rows = list(
        csv.DictReader(io.StringIO(run("inspect", image, "--format", "csv").stdout))
    )
    assert [each["waste"] for each in rows] == ["0", "100000", "0", "0"]
    files = list(
        csv.DictReader(
            io.StringIO(run("inspect", image, "--format", "csv", "--files").stdout)
        )
    )
    assert files[0]["path"] == "/usr/lib/libc.so"
    assert files[2] | {"gone": "removed", "by": "2"} == files[2]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--max-size", "200kB"), 1),
        (("--max-size", "201kB"), 0),
        (("--max-waste", "49%"), 1),
        (("--max-waste", "50%"), 0),
        (("--min-efficiency", "0.9"), 1),
        (("--min-efficiency", "40%"), 0),
        (("--deny", "root"), 1),
        (("--deny", "secrets"), 0),
        (("--max-waste", "0", "--ignore-path", "/var/lib/apt/**"), 0),
    ],
)
def test_limits(run, image, options, code):
    assert run("inspect", image, *options).exit_code == code


def test_an_increase_is_counted_from_a_saved_report(run, image, project):
    run("inspect", image, "--format", "json", "--output", "before.json")
    (project / "more.tar").write_bytes(
        docker_archive(*LAYERS, layer(file("more", 1000)))
    )
    grown = ("inspect", "more.tar", "--baseline", "before.json", "--max-increase")
    assert [run(*grown, limit).exit_code for limit in ("999", "1000", "1%")] == [
        1,
        0,
        0,
    ]
    assert run("inspect", image, "--max-increase", "1%").exit_code == 2


def test_limits_of_the_configuration_hold_and_those_of_the_command_line_win(
    run, image, project
):
    (project / "lightship.toml").write_text('max-waste = "1kB"\n')
    assert run("inspect", image).exit_code == 1
    assert run("inspect", image, "--max-waste", "1MB").exit_code == 0
    assert run("inspect", image, "--no-config").exit_code == 0


def test_an_increase_that_the_configuration_limits_waits_for_something_to_count_from(
    run, image, project
):
    (project / "lightship.toml").write_text('max-increase = "1%"\n')
    assert run("inspect", image).exit_code == 0


def test_dives_file_of_limits_is_read_where_no_limit_is_given(run, image, project):
    (project / ".dive-ci").write_text(
        "rules:\n  lowestEfficiency: 0.9\n  highestUserWastedPercent: disabled\n"
    )
    result = run("inspect", image)
    assert result.exit_code == 1
    assert "FAIL  min-efficiency 90 %: 50.00 %" in result.stdout
    assert run("inspect", image, "--max-size", "1GB").exit_code == 0
    assert (
        run("inspect", image, "--max-size", "1GB", "--dive-ci", ".dive-ci").exit_code
        == 1
    )
    assert run("inspect", image, "--no-config").exit_code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Missing argument 'IMAGE'"),
        (("nowhere.tar",), "nowhere.tar"),
        (("app.tar", "--files"), "--files works only with --format json or csv"),
        (("app.tar", "--fix"), "--fix needs the Dockerfile"),
        (("app.tar", "--format", "yaml"), "--format"),
        (("app.tar", "--limit", "no=1"), "unknown limit 'no'"),
        (("app.tar", "--max-size", "much"), "invalid size 'much'"),
        (("app.tar", "--deny", "rot"), "did you mean root?"),
        (("app.tar", "--baseline", "Dockerfile"), "not a report"),
        (("app.tar", "--dive-ci", "nowhere"), "cannot read nowhere"),
        (("app.tar", "--file", "nowhere"), "cannot read nowhere"),
        (
            ("app.tar", "--target", "app"),
            "--target and --build-arg need the Dockerfile",
        ),
        (("app.tar", "--platform", "linux/arm64"), "linux/arm64"),
        (("app.tar", "--limit", "entries=1"), "--limit entries="),
        (("Dockerfile",), "Dockerfile"),
        (("ftp://app",), "unknown scheme ftp://"),
    ],
)
def test_what_cannot_be_done_is_an_error_of_2_that_says_why(run, image, options, said):
    result = run("inspect", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


@pytest.fixture
def leak(project):
    """An archive with a secret in a file and one in the config."""
    env = layer(file("usr/app/.env", b"API_TOKEN=q8w7e6r5t4z3u2\n"))
    (project / "leak.tar").write_bytes(
        docker_archive(env, Env=["DB_PASSWORD=q8w7e6r5t4z3u2"])
    )
    return "leak.tar"


def test_secrets_are_not_looked_for_where_the_user_says_so(run, leak):
    with_secrets = shown(run, leak)
    groups = [finding["group"] for finding in with_secrets["findings"]]
    assert groups.count("secrets") == 2
    without = shown(run, leak, "--no-secrets")
    assert [each["id"] for each in without["findings"]] == ["root-user"]
    assert without["notes"] == ["secrets were not looked for"]


@pytest.mark.parametrize("denied", ["secrets", "all", "private-key"])
def test_a_limit_on_secrets_needs_them_to_be_looked_for(run, leak, denied):
    result = run("inspect", leak, "--no-secrets", "--deny", denied)
    assert result.exit_code == 2
    assert "--no-secrets cannot be used where a limit denies secrets" in result.stderr
    assert run("inspect", leak, "--no-secrets", "--deny", "eol").exit_code == 0


@pytest.mark.parametrize(("denied", "code"), [("secrets", 1), ("eol", 0)])
def test_a_comparison_looks_for_secrets_where_a_limit_asks(run, leak, denied, code):
    assert run("compare", leak, leak, "--deny", denied).exit_code == code


def test_other_sources(run, image, project):
    figures = shown(run, image)["image"]
    write_files(project / "layout", oci_files(oci_blobs(*LAYERS, history=HISTORY)))
    (project / "oci.tar").write_bytes(
        oci_archive(*LAYERS, history=HISTORY, compression="zstd")
    )
    for name in ("layout", "oci://layout", "archive://app.tar", "oci.tar"):
        found = shown(run, name)["image"]
        assert [found[key] for key in ("content", "waste", "size")] == [
            figures[key] for key in ("content", "waste", "size")
        ]
    piped = run(
        "inspect", "-", "--format", "json", stdin=(project / "app.tar").read_bytes()
    )
    assert json.loads(piped.stdout)["image"]["waste"] == figures["waste"]


def test_nothing_is_shown_of_progress_where_there_is_no_terminal(run, image):
    assert run("inspect", image).stderr == ""


def test_fix_puts_right_in_the_dockerfile_what_was_found(run, project):
    (project / "Dockerfile").write_text(
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y git\n"
    )
    cache = layer(
        directory("var/lib/apt/lists"), file("var/lib/apt/lists/a_Packages", 3_000_000)
    )
    history = [
        HISTORY[0],
        row("RUN /bin/sh -c apt-get update && apt-get install -y git # buildkit"),
    ]
    (project / "app.tar").write_bytes(docker_archive(BASE, cache, history=history))
    result = run("inspect", "app.tar", "--file", "Dockerfile", "--fix")
    assert result.exit_code == 0
    assert "/var/lib/apt/lists" in (project / "Dockerfile").read_text(encoding="utf-8")


def test_fix_obeys_the_configuration_that_was_named(run, project):
    (project / "Dockerfile").write_text(
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY app.py .\n"
        'EXPOSE 8000\nCMD ["python", "app.py"]\n'
    )
    (project / "app.py").write_text("import http.server\n")
    (project / "own.toml").write_text("unsafe-fixes = true\n")
    (project / "app.tar").write_bytes(docker_archive(layer(file("app/a", b"1"))))
    options = ("inspect", "app.tar", "--file", "Dockerfile", "--fix")
    run(*options)
    assert "USER" not in (project / "Dockerfile").read_text(encoding="utf-8")
    run(*options, "--config", "own.toml")
    assert "USER" in (project / "Dockerfile").read_text(encoding="utf-8")


def test_fix_has_nothing_to_do_where_nothing_was_found(run, project):
    (project / "Dockerfile").write_text("FROM scratch\nCOPY a /a\nUSER 1000\n")
    (project / "app.tar").write_bytes(
        docker_archive(layer(file("a", b"1")), User="1000")
    )
    result = run("inspect", "app.tar", "--file", "Dockerfile", "--fix")
    assert result.exit_code == 0
    assert "nothing to fix" in result.stderr


@pytest.mark.parametrize("command", ["inspect", "compare"])
def test_help_says_what_the_exit_codes_mean(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Exit code: 0" in result.stdout


def test_the_page_lists_all_limits_of_reading():
    page = (Path(__file__).parents[2] / "docs" / "image.md").read_text(encoding="utf-8")
    for name, field in Limits.__dataclass_fields__.items():
        unit = next(
            (
                unit
                for unit in (GB, MB, KB)
                if field.default >= unit and not field.default % unit
            ),
            1,
        )
        words = {GB: " GiB", MB: " MiB", KB: " KiB", 1: ""}[unit]
        assert (
            f"| `{name.replace('_', '-')}` | {field.default // unit:,}{words} |" in page
        )

"""Advice on bytes: what is said, what is saved, and where nothing is said."""

from __future__ import annotations

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from images import directory, file, hardlink, layer, opaque, row, whiteout
from inspection.inspected import KB, MB, finding, ids, inspected

from lightship.inspection.inspection import FindingGroup
from lightship.inspection.subjects import (
    BASE_ADVICE,
    LEAST,
    SUBJECTS,
    WORDS,
    placed,
)
from lightship.lint.finding import Severity
from lightship.lint.registry import all_rules

TWICE = b"same" * 500_000


def test_every_rule_that_a_finding_names_exists():
    known = {rule.id for rule in all_rules()}
    assert {each.rule for each in SUBJECTS.values() if each.rule} <= known


def test_every_subject_is_complete():
    for subject in SUBJECTS.values():
        assert subject.advice.endswith(".")
        assert not subject.title.endswith(".")
        assert "{" not in subject.advice
    assert {name for names in WORDS.values() for name in names} <= set(SUBJECTS)
    assert not set(WORDS) & {str(group) for group in FindingGroup}


DPKG = b"Package: %s\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"


def slim_like() -> list[bytes]:
    """What the layers of a small official image of Python are like."""
    status = (
        DPKG % b"base-files" + DPKG % b"passwd" + DPKG % b"gcc-14-base" + b" " * 90_000
    )
    base = layer(
        file(
            "etc/os-release",
            b'ID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n',
        ),
        file("etc/shadow", b"root:*:19000:0:99999:7:::\n"),
        file("var/lib/dpkg/status", status),
        file("var/lib/dpkg/info/passwd.list", b"/.\n/usr/bin/passwd\n"),
        file(
            "var/lib/dpkg/info/gcc-14-base:amd64.list",
            b"/usr/share/doc/gcc-14-base/README\n",
        ),
        file("var/cache/debconf/templates.dat", 300 * KB),
        file("var/log/dpkg.log", 150 * KB),
        file("usr/bin/passwd", 60 * KB, mode=0o4755),
        file("usr/lib/x86_64-linux-gnu/libc.so.6", 2 * MB),
        file("usr/share/doc/gcc-14-base/copyright", 80 * KB),
        file("usr/share/zoneinfo/Europe/Berlin", 300 * KB),
        directory("tmp", mode=0o1777),
        directory("var/mail", mode=0o2775),
    )
    python = layer(
        file("var/lib/dpkg/status", status + DPKG % b"ca-certificates"),
        file("var/cache/debconf/templates.dat", 310 * KB),
        file(
            "etc/ssl/certs/ca-certificates.crt",
            b"-----BEGIN CERTIFICATE-----\n" + b"MIID" * 50_000,
        ),
        file("etc/ld.so.cache", 120 * KB),
    )
    built = layer(
        file("usr/local/bin/python3.13", 20 * KB),
        file("usr/local/lib/libpython3.13.so.1.0", 5 * MB),
        file("usr/local/lib/python3.13/os.py", 40 * KB),
        file(
            "usr/local/lib/python3.13/ensurepip/_bundled/pip-25.3-py3-none-any.whl",
            2 * MB,
        ),
        file("usr/local/lib/python3.13/site-packages/pip/__init__.py", 1 * MB),
        file("usr/local/lib/python3.13/__pycache__/os.cpython-313.pyc", 200 * KB),
    )
    return [base, python, built]


def test_a_clean_image_gets_no_advice_on_bytes():
    found = inspected(
        *slim_like(),
        Env=[
            "PATH=/usr/local/bin:/usr/bin",
            "GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
        ],
        User="10001",
    )
    assert [each.id for each in found.findings] == ["setuid"]
    assert found.findings[0].severity is Severity.INFO


def test_a_clean_application_on_it_gets_none_either():
    app = layer(
        file("opt/venv/pyvenv.cfg", b"home = /usr/local/bin\n"),
        file("opt/venv/lib/python3.13/site-packages/flask/app.py", 60 * KB),
        file(
            "opt/venv/lib/python3.13/site-packages/flask/__pycache__/app.cpython-313.pyc",
            6 * MB,
        ),
        file("app/main.py", b"import flask\n"),
        file("app/data.json", 700 * KB),
    )
    found = inspected(
        *slim_like(), app, User="10001", Env=["PATH=/opt/venv/bin:/usr/bin"]
    )
    assert [each.id for each in found.findings] == ["setuid"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("var/lib/apt/lists/deb.example.net_dists_trixie_InRelease", "apt-lists"),
        ("var/cache/apt/archives/gcc.deb", "apt-cache"),
        ("var/cache/apk/APKINDEX.gz", "apk-cache"),
        ("var/cache/dnf/fedora/x.solv", "rpm-cache"),
        ("root/.cache/pip/http-v2/a/b", "pip-cache"),
        ("home/app/.cache/uv/archive/x", "uv-cache"),
        ("root/.npm/_cacache/index", "npm-cache"),
        ("usr/local/share/.cache/yarn/v6/x", "yarn-cache"),
        ("opt/conda/pkgs/python.conda", "conda-cache"),
        ("root/.cache/go-build/00/x", "other-caches"),
        ("root/.cargo/registry/cache/x.crate", "other-caches"),
        ("app/.mypy_cache/3.13/a.json", "tool-caches"),
        ("app/pkg/__pycache__/a.cpython-313.pyc", "bytecode"),
        ("app/.git/objects/pack/x.pack", "version-control"),
        (
            "usr/local/lib/python3.13/site-packages/pandas/tests/x/test_a.py",
            "tests-of-packages",
        ),
        ("usr/local/lib/python3.13/test/test_os.py", "tests-of-packages"),
        ("usr/lib/python3/dist-packages/a/test/a_test.py", "tests-of-packages"),
        (
            "opt/tests/lib/python3.13/site-packages/numpy/tests/test_a.py",
            "tests-of-packages",
        ),
        ("usr/local/lib/python3.13/site-packages/django/test/client.py", None),
        (
            "usr/local/lib/python3.13/site-packages/numpy/testing/_private/utils.py",
            None,
        ),
        ("usr/local/lib/python3.13/site-packages/pandas/_testing/asserters.py", None),
        ("usr/local/lib/python3.13/site-packages/astropy/tests/test_logger.py", None),
        ("usr/local/lib/python3.13/unittest/mock.py", None),
        ("app/vendor/django/test/client.py", None),
        ("app/node_modules/a/test/index.js", None),
        ("usr/share/doc/perl/changelog.gz", "documentation"),
        ("usr/share/man/man1/a.1.gz", "documentation"),
        ("usr/share/locale/de/LC_MESSAGES/a.mo", "translations"),
        ("usr/lib/debug/.build-id/aa/b.debug", "debug-symbols"),
        ("app/dist/app-1.0-py3-none-any.whl", "archives-left"),
        ("opt/node-v22.tar.xz", "archives-left"),
        ("opt/data.gz", None),
        ("tmp/build/x.o", "temporary-files"),
        ("var/log/apt/term.log", "logs"),
        ("app/server.log", "logs"),
        ("app/core.1234", "core-dumps"),
        ("app/core.py", None),
        ("app/score", None),
        ("root/.cache/huggingface/hub/models--a/blobs/1", "model-caches"),
        ("app/.cache/huggingface/xet/a", "model-caches"),
        ("home/app/.cache/torch/hub/checkpoints/a.pth", "model-caches"),
        ("app/huggingface/model.bin", None),
        ("app/models/a.safetensors", None),
        ("usr/lib/python3/dist-packages/a/__pycache__/b.cpython-313.pyc", None),
        ("app/node_modules/a/dist/a.zip", None),
        ("app/tests/fixture.json", None),
        ("usr/local/lib/python3.13/ensurepip/_bundled/pip.whl", None),
    ],
)
def test_what_a_path_says(path, name):
    found = inspected(layer(file(path, 2 * MB)))
    assert ids(found) == ([name] if name else [])
    if name:
        said = finding(found, name)
        assert (said.saves, said.count, said.estimated) == (2 * MB, 1, "")
        assert said.places[0].path == path.encode()


@pytest.mark.parametrize(
    ("variable", "names"),
    [
        ("HF_HUB_OFFLINE=1", []),
        ("TRANSFORMERS_OFFLINE=true", []),
        ("HF_HUB_OFFLINE=0", ["model-caches"]),
        ("HF_HOME=/models", ["model-caches"]),
    ],
)
def test_models_of_a_container_without_a_network_are_needed(variable, names):
    model = file("root/.cache/huggingface/hub/models--a/blobs/1", 2 * MB)
    assert ids(inspected(layer(model), Env=[variable])) == names
    hub = file("root/.cache/torch/hub/a.pth", 2 * MB)
    assert ids(inspected(layer(model, hub), Env=[variable])) == ["model-caches"]


PROGRAM = file("app/tests/test_main.py", 6 * KB), file("app/tests/data/a.json", 6 * KB)


def test_tests_of_a_package_bring_their_data_along():
    site = "usr/local/lib/python3.13/site-packages"
    image = layer(
        file(f"{site}/pandas/tests/io/test_csv.py", MB),
        file(f"{site}/pandas/tests/io/data/a.csv", 2 * MB),
        file(f"{site}/django/test/client.py", 2 * MB),
    )
    said = finding(inspected(image), "tests-of-packages")
    assert [place.size for place in said.places] == [2 * MB, MB]


def test_tests_of_the_program():
    said = finding(
        inspected(layer(*PROGRAM, file("app/main.py", 1 * MB))), "tests-of-program"
    )
    assert (said.saves, said.count, said.severity) == (12 * KB, 2, Severity.INFO)
    assert said.rule == "needless-files-copied"
    assert ids(inspected(layer(PROGRAM[0]))) == []


@pytest.mark.parametrize(
    "config",
    [
        {"Cmd": ["pytest"]},
        {"Entrypoint": ["python", "-m", "unittest"]},
        {"WorkingDir": "/app/tests"},
    ],
)
def test_tests_that_the_container_runs_are_needed(config):
    assert ids(inspected(layer(*PROGRAM), **config)) == []


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("srv/shop/test", "tests-of-program"),
        ("usr/src/app/tests/unit", "tests-of-program"),
        ("home/app/shop/tests", "tests-of-program"),
        ("tests", None),
        ("test/app", None),
        ("home/test/app", None),
        ("usr/share/x/tests", None),
        ("opt/conda/share/x/tests", None),
        ("root/.pyenv/tests", None),
        ("opt/python/lib/python3.13/test", None),
        ("app/tests/node_modules/x", None),
        ("app/tests/.git/x", "version-control"),
        ("app/latest", None),
    ],
)
def test_which_directories_hold_tests_of_the_program(directory, name):
    assert ids(inspected(layer(file(f"{directory}/test_a.py", 20 * KB)))) == (
        [name] if name else []
    )


def test_tests_that_a_package_owns_are_not_the_programs():
    image = layer(
        file("var/lib/dpkg/status", DPKG % b"x"),
        file("var/lib/dpkg/info/x.list", b"/opt/x/tests/test_a.py\n"),
        file("opt/x/tests/test_a.py", 20 * KB),
    )
    assert ids(inspected(image)) == []


def test_what_lies_in_a_directory_named_for_tests_goes_by_its_name_where_there_are_none():
    assert ids(inspected(layer(file("app/test/a.tar.gz", 2 * MB)))) == ["archives-left"]
    assert ids(inspected(layer(file("app/test/a.tar.gz", 2 * MB), *PROGRAM))) == [
        "archives-left",
        "tests-of-program",
    ]


def test_what_was_removed_or_replaced_is_not_said_to_be_there():
    found = inspected(
        layer(file("var/lib/apt/lists/a", 2 * MB)),
        layer(whiteout("var/lib/apt/lists/a")),
    )
    assert ids(found) == ["files-removed-later"]


def test_little_is_not_worth_a_word():
    path = "var/lib/apt/lists/a"
    assert ids(inspected(layer(file(path, LEAST)))) == ["apt-lists"]
    assert ids(inspected(layer(file(path, LEAST - 1)))) == []


def test_each_layer_with_enough_has_a_finding_of_its_own_and_the_others_one_together():
    sizes = (300 * KB, 60 * KB, 60 * KB)
    found = inspected(
        *(layer(file(f"var/lib/apt/lists/{at}", size)) for at, size in enumerate(sizes))
    )
    assert [(each.id, each.saves) for each in found.findings if each.saves] == [
        ("apt-lists", 300 * KB),
        ("apt-lists", 120 * KB),
    ]


def test_waste_by_reason():
    low = layer(
        file("a/removed", 1 * MB),
        file("b/hidden", 2 * MB),
        file("c/chmod", b"c" * 3 * MB),
        file("d/over", b"d" * 4 * MB),
        file("e/type", 5 * MB),
        file("f/small", 10 * KB),
    )
    high = layer(
        whiteout("a/removed"),
        opaque("b"),
        file("c/chmod", b"c" * 3 * MB, mode=0o755),
        file("d/over", b"x" * 4 * MB),
        directory("e/type"),
        whiteout("f/small"),
    )
    found = inspected(low, high)
    assert {
        each.id: each.saves
        for each in found.findings
        if each.group is FindingGroup.WASTE
    } == {
        "files-removed-later": 1 * MB + 10 * KB,
        "files-hidden-later": 2 * MB,
        "files-copied-for-metadata": 3 * MB,
        "files-overwritten": 4 * MB,
        "files-replaced": 5 * MB,
    }
    said = finding(found, "files-copied-for-metadata")
    assert said.rule == "ownership-changed-after-copy"
    assert said.message.endswith(
        "3.00 MB in 1 file (/c/chmod); layer 1 wrote them, layer 2 copied them"
    )


def test_much_waste_is_a_warning():
    def severity(size: int) -> Severity:
        image = inspected(
            layer(file("a", 30 * MB), file("b", size)), layer(whiteout("b"))
        )
        return finding(image, "files-removed-later").severity

    assert severity(1 * MB) is Severity.INFO
    assert severity(2 * MB) is Severity.WARNING


def test_the_line_that_wastes_is_named():
    dockerfile = "FROM scratch\nCOPY a /app/a\nRUN chown 1:1 /app/a\n"
    history = [row("COPY a /app/a # buildkit", comment="buildkit.dockerfile.v0")]
    history += [
        row(
            "RUN /bin/sh -c chown 1:1 /app/a # buildkit",
            comment="buildkit.dockerfile.v0",
        )
    ]
    one, two = (
        layer(file("app/a", b"a" * MB)),
        layer(file("app/a", b"a" * MB, uid=1, gid=1)),
    )
    said = finding(
        inspected(one, two, dockerfile=dockerfile, history=history),
        "files-copied-for-metadata",
    )
    assert said.blame is not None
    assert (said.blame.path, said.blame.first) == ("Dockerfile", 3)
    assert said.message.endswith(
        "layer 1 (line 2) wrote them, layer 2 (line 3) copied them"
    )


def test_advice_names_the_line_of_the_run_that_wrote_the_files():
    dockerfile = (
        "FROM scratch\nRUN apt-get update\nRUN rm -rf /opt/a\nCOPY a /var/cache/apt/a\n"
    )
    history = [
        row(f"{text} # buildkit", comment="buildkit.dockerfile.v0")
        for text in (
            "RUN /bin/sh -c apt-get update",
            "RUN /bin/sh -c rm -rf /opt/a",
            "COPY a /var/cache/apt/a",
        )
    ]
    layers = (
        layer(file("var/lib/apt/lists/a", MB), file("opt/a", 2 * MB)),
        layer(whiteout("opt/a")),
        layer(file("var/cache/apt/a", MB)),
    )
    found = inspected(*layers, dockerfile=dockerfile, history=history)
    lists = finding(found, "apt-lists").advice
    assert lists.startswith("End the RUN on line 2 with `rm -rf")
    removed = finding(found, "files-removed-later").advice
    assert removed.startswith("Remove them in the RUN on line 2, or write")
    copied = finding(found, "apt-cache").advice
    assert copied.startswith("End the RUN with"), "a COPY is no RUN"
    assert finding(inspected(*layers), "apt-lists").advice.startswith(
        "End the RUN with"
    )


def test_what_the_base_image_brings_is_at_most_worth_a_word():
    dockerfile = "FROM debian:13\nCOPY a /a\n"
    history = [
        row("ADD rootfs.tar / # buildkit"),
        row("COPY a /a # buildkit", comment="buildkit.dockerfile.v0"),
    ]
    base = layer(file("root/.cache/pip/x", 2 * MB), file("x/y", 3 * MB))
    found = inspected(
        base,
        layer(file("a", b"a"), whiteout("x/y")),
        dockerfile=dockerfile,
        history=history,
    )
    assert found.blame[0].is_base
    said = finding(found, "pip-cache")
    assert (said.severity, said.rule) == (Severity.INFO, "full-base-image")
    assert (said.saves, said.in_base) == (0, 2 * MB)
    removed = finding(found, "base-files-removed")
    assert (removed.saves, removed.in_base) == (0, 3 * MB)
    assert "files-removed-later" not in ids(found)


def test_databases_that_each_install_rewrites_are_said_once():
    layers = [
        layer(file("var/lib/dpkg/status", b"%d" % at + b" " * 800 * KB))
        for at in range(3)
    ]
    found = inspected(*layers)
    assert [
        (each.id, each.saves)
        for each in found.findings
        if each.group is FindingGroup.WASTE
    ] == [("package-databases-rewritten", 2 * (800 * KB + 1))]


def test_compilers_are_found_by_the_packages_that_own_them():
    names = (b"gcc-14", b"libc6-dev", b"gcc-14-base", b"libgcc-s1")
    image = layer(
        file("var/lib/dpkg/status", b"".join(DPKG % name for name in names)),
        file(
            "var/lib/dpkg/info/gcc-14.list", b"/usr/bin/gcc-14\n/usr/libexec/gcc/cc1\n"
        ),
        file("var/lib/dpkg/info/libc6-dev.list", b"/usr/include/stdio.h\n"),
        file("var/lib/dpkg/info/gcc-14-base.list", b"/usr/lib/gcc/README\n"),
        file("var/lib/dpkg/info/libgcc-s1.list", b"/usr/lib/libgcc_s.so.1\n"),
        file("usr/bin/gcc-14", 1 * MB),
        file("usr/libexec/gcc/cc1", 30 * MB),
        file("usr/include/stdio.h", 4 * MB),
        file("usr/lib/gcc/README", 3 * MB),
        file("usr/lib/libgcc_s.so.1", 2 * MB),
    )
    found = inspected(image)
    assert (finding(found, "compilers").saves, finding(found, "compilers").count) == (
        31 * MB,
        2,
    )
    assert finding(found, "compilers").rule == "build-tools-in-final-stage"
    assert finding(found, "development-packages").saves == 4 * MB


SITE = "usr/local/lib/python3.13/site-packages"


def distribution(name: str, version: str, size: int):
    """A Python distribution of one file."""
    path = f"{name.replace('-', '_')}/lib.so"
    record = f"{path},,\n".encode()
    info = f"{SITE}/{name.replace('-', '_')}-{version}.dist-info"
    return file(f"{info}/RECORD", record), file(f"{SITE}/{path}", size)


NVIDIA = (
    *distribution("nvidia-cublas-cu12", "12.4.5.8", 3 * MB),
    *distribution("nvidia-nccl-cu12", "2.21.5", 2 * MB),
    *distribution("nvidia-ml-py", "12.0", MB),
)


@pytest.mark.parametrize(
    ("version", "others", "saves"),
    [
        ("2.5.1+cpu", (), 5 * MB),
        ("2.5.1+cpu", ("numpy",), 5 * MB),
        ("2.5.1+cu124", (), None),
        ("2.5.1", (), None),
        ("2.5.1+cpu", ("xgboost",), None),
        ("2.5.1+cpu", ("tensorflow-cpu",), None),
        ("2.5.1+cpu", ("cupy-cuda12x",), None),
    ],
)
def test_what_cuda_needs_beside_a_torch_without_it(version, others, saves):
    torch = distribution("torch", version, MB)
    more = [each for name in others for each in distribution(name, "1.0", KB)]
    found = inspected(layer(*NVIDIA), layer(*torch, *more))
    if saves is None:
        assert ids(found) == []
        return
    said = finding(found, "unused-gpu-libraries")
    assert (said.saves, said.count, said.rule) == (saves, 2, "torch-with-cuda")


def test_nvidias_libraries_without_torch_are_somebodys():
    assert ids(inspected(layer(*NVIDIA))) == []


def test_a_virtual_environment_beside_the_one_that_is_used():
    image = layer(
        file("opt/venv/lib/python3.13/site-packages/a.py", 1 * MB),
        file("app/.venv/lib/python3.11/site-packages/a/b.py", 2 * MB),
        file("app/.venv/bin/python", 10 * KB),
    )
    said = finding(inspected(image, Env=["PATH=/opt/venv/bin:/bin"]), "unused-venv")
    assert said.saves == 2 * MB + 10 * KB
    assert ids(inspected(image, Env=["PATH=/bin"])) == []
    assert ids(inspected(image, Env=["PATH=/opt/venv/bin", "X=/app/.venv"])) == []


def test_duplicates_are_a_finding_where_they_are_many():
    same = b"same" * 300 * KB
    said = finding(
        inspected(layer(file("a", same), file("b", same), hardlink("c", "a"))),
        "duplicates",
    )
    assert (said.saves, said.count) == (len(same), 1)
    assert (
        ids(inspected(layer(file("a", same[: 500 * KB]), file("b", same[: 500 * KB]))))
        == []
    )


def test_the_copy_of_a_duplicate_is_what_the_upper_layer_wrote():
    found = finding(
        inspected(
            layer(file("usr/share/x", TWICE)),
            layer(file("app/x", TWICE)),
            history=[
                row("/bin/sh -c #(nop) ADD file:1 in / "),
                row("COPY x /app/x # buildkit", comment="buildkit.dockerfile.v0"),
            ],
            dockerfile="FROM debian:13\nCOPY x /app/x\n",
        ),
        "duplicates",
    )
    assert [(each.path, each.layer, each.note) for each in found.places] == [
        (b"app/x", 1, "as /usr/share/x")
    ]
    assert found.blame.first == 2


def test_duplicates_of_many_layers_have_no_line_though_the_largest_are_of_one():
    copies = [
        file(f"a/{side}{at}", bytes([at]) * (MB + at))
        for at in range(2, 14)
        for side in "xy"
    ]
    found = inspected(
        layer(*copies), layer(file("b/x", b"z" * MB), file("b/y", b"z" * MB))
    )
    assert finding(found, "duplicates").blame is None


def test_duplicates_that_the_base_image_brought_are_its_own():
    found = finding(
        inspected(
            layer(file("usr/a", TWICE), file("usr/b", TWICE)),
            layer(file("app/x", b"1")),
            history=[
                row("/bin/sh -c #(nop) ADD file:1 in / "),
                row("COPY x /app/x # buildkit", comment="buildkit.dockerfile.v0"),
            ],
            dockerfile="FROM debian:13\nCOPY x /app/x\n",
        ),
        "duplicates",
    )
    advice = placed(BASE_ADVICE, "1", is_run=False)
    assert (found.advice, found.rule) == (advice, "full-base-image")


def test_what_packages_have_twice_is_their_own_affair():
    same = b"same" * 300 * KB
    image = layer(
        file("var/lib/dpkg/status", DPKG % b"git"),
        file("var/lib/dpkg/info/git.list", b"/usr/bin/git\n/usr/lib/git-core/git\n"),
        file("usr/bin/git", same),
        file("usr/lib/git-core/git", same),
        file("var/cache/debconf/templates.dat", same[1:]),
        file("var/cache/debconf/templates.dat-old", same[1:]),
    )
    assert "duplicates" not in ids(inspected(image))
    assert "duplicates" in ids(inspected(image, layer(file("app/git", same))))


def test_risks_come_first_and_then_what_saves_most():
    image = layer(
        file("root/.netrc", b"machine a password hunter2"),
        file("var/lib/apt/lists/a", 1 * MB),
        file("root/.cache/pip/a", 2 * MB),
    )
    assert [each.id for each in inspected(image).findings] == [
        "secret-in-file",
        "root-user",
        "pip-cache",
        "apt-lists",
    ]


def test_files_named_for_secrets_come_before_all_that_saves_something():
    image = layer(
        file("app/.env", b"DATABASE_URL=postgresql://a:Xq7vLp2@db/a"),
        file("root/.cache/pip/a", 2 * MB),
    )
    assert ids(inspected(image)) == ["secret-file", "pip-cache"]


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "a/x",
                "a/y",
                "var/lib/apt/lists/x",
                "var/lib/dpkg/status",
                "root/.cache/pip/x",
                "tmp/.env",
            )
        ),
        st.sampled_from(("file", "other", "whiteout")),
    ),
    max_size=6,
)


def made(entries) -> bytes:
    kinds = {
        "file": lambda path: file(path, b"x" * 150_000),
        "other": lambda path: file(path, b"y" * 120_000, mode=0o777),
        "whiteout": whiteout,
    }
    return layer(
        *(
            kinds[kind](path)
            for path, kind in {path: (path, kind) for path, kind in entries}.values()
        )
    )


@settings(max_examples=share_of(40), deadline=None)
@given(st.lists(ENTRIES, min_size=1, max_size=4), st.sampled_from(("", "gzip")))
def test_no_wasted_byte_is_in_two_findings(layers, compression):
    found = inspected(*map(made, layers), compression=compression)
    waste = sum(
        each.saves or 0 for each in found.findings if each.group is FindingGroup.WASTE
    )
    assert waste <= found.contents.wasted_bytes
    assert all(
        each.saves is None or each.saves >= SUBJECTS[each.id].least
        for each in found.findings
    )


@settings(max_examples=share_of(40), deadline=None)
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_where_all_paths_are_ignored_no_finding_speaks_of_one(layers):
    found = inspected(*map(made, layers), ignore_paths=("**",))
    assert [each for each in found.findings if each.places or each.saves] == []

"""What a build, a program and its manuals need of the build context."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.build import Build
from lightship.context.files import Context, FileAbove
from lightship.context.needless import GROUPS, TESTS, NeedlessFile, NeedlessGroup
from lightship.facts.context.checkout_in_image import (
    reads_git_in_container,
    runs_by_manual,
)
from lightship.facts.context.git_questions import (
    asks_git,
    project_texts,
    reads_history,
    reads_version,
)
from lightship.facts.context.ignore_file import ignore_file
from lightship.facts.context.made_later import is_made_later
from lightship.facts.context.misread_lines import with_text
from lightship.facts.context.needed_directories import is_needed
from lightship.facts.context.submodules import in_submodule
from lightship.facts.context.used_groups import (
    installs_with,
    is_named,
    is_opened,
    is_used,
    texts_of_build,
)
from tests.made import build

HEAD = "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"
SCM = '[build-system]\nrequires = ["setuptools-scm"]\n'


def made(body: str = "", **files: str) -> Build:
    return build(HEAD + body, files)


@pytest.mark.parametrize(
    ("body", "files", "expected"),
    [
        ("RUN git describe --tags > version", {}, True),
        ("RUN git -C /app rev-parse HEAD", {}, True),
        ("RUN git clone https://example.org/a", {}, False),
        ("RUN pip install .", {"pyproject.toml": SCM}, True),
        ("RUN pip install .", {"pyproject.toml": "[project]\n"}, False),
        ("CMD python app.py", {"app.py": "Repo('.').head\n"}, True),
        ("CMD python app.py", {"app.py": "print('git')\n"}, False),
        ("RUN ./build.sh", {"build.sh": "V=$(git  log -1)\n"}, True),
        ("RUN ./build.sh", {"build.sh": "git config --global a b\n"}, False),
        ("RUN ./build.sh", {"build.sh": "git config core.hooksPath a\n"}, True),
        ("RUN make", {"sub/Makefile": "v:\n\tgit describe\n"}, True),
        ("RUN true", {"sub/Makefile": "v:\n\tgit describe\n"}, False),
        ("RUN apt-get install -y git\nCMD codecov", {}, True),
        ("CMD codecov", {}, False),
    ],
)
def test_builds_that_ask_git(body, files, expected):
    image = made(body, **files)
    assert asks_git(image) is expected


def test_the_history_is_read_where_git_is_sent():
    files = {"pyproject.toml": SCM, ".git/HEAD": ""}
    sent = made("RUN pip install .", **files)
    assert reads_history(sent, sent.context)
    ignored = made("RUN pip install .", **files, **{".dockerignore": ".git\n"})
    assert not reads_history(ignored, ignored.context)


@pytest.mark.parametrize(
    ("body", "ignore", "expected"),
    [
        ("RUN pip install .", "", True),
        ("RUN pip install .", ".git\n", False),
        ("RUN SETUPTOOLS_SCM_PRETEND_VERSION=1 pip install .", "", False),
    ],
)
def test_a_version_that_git_says(body, ignore, expected):
    image = made(body, **{"pyproject.toml": SCM, ".dockerignore": ignore})
    texts = project_texts(image.context)
    assert texts == [SCM]
    assert reads_version(image, texts) is expected
    assert not reads_version(image, ["[project]\nversion = '1'\n"])


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("docker run --entrypoint cat acme/app /app/.git/HEAD", True),
        ('docker exec app git -C "/app" log', True),
        ("cat ~/app/.git/HEAD", False),
        ("docker run acme/app cat /srv/.git/HEAD", False),
    ],
)
def test_a_manual_reads_git_in_the_container(page, expected):
    assert reads_git_in_container(made("", **{"README.md": f"{page}\n"})) is expected


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        ("README.md", "python3 bench/latency.py --port 80", True),
        ("README.md", "    ./bench/run.sh", True),
        ("docs/use.rst", "python -m bench.latency", True),
        ("README.md", "python bench/test_latency.py", False),
        ("CONTRIBUTING.md", "python bench/latency.py", False),
        ("README.md", "see bench/latency.py", False),
        ("README.md", "python other/bench/latency.py", False),
    ],
)
def test_a_manual_runs_what_lies_in_a_directory(page, text, expected):
    assert runs_by_manual(made("", **{page: f"{text}\n"}), "bench") is expected
    part = build("FROM python:3.13\nCOPY src /app", {page: text, "src/a": ""})
    assert not runs_by_manual(part, "bench")


DJANGO = """STATIC_ROOT = os.path.join(BASE, "var/static")  # here
MEDIA_ROOT = BASE_DIR / 'media'
TEMPLATES = "pages"
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("dist", True),
        ("/dist/", True),
        ("distribution", False),
        ("shop/media", True),
        ("var/static", True),
        ("static", False),
        ("pages", False),
        ("made-by-git", True),
    ],
)
def test_paths_that_something_makes_later(path, expected):
    files = {".gitignore": "dist/\n*.log\n", "shop/settings.py": DJANGO}
    image = build("FROM python:3.13", files)
    context = replace(image.context, git_ignores=lambda name: name == "made-by-git")
    assert is_made_later(replace(image, context=context), path) is expected


def test_nothing_is_known_to_be_made_without_a_context():
    assert not is_made_later(build("FROM python:3.13"), "dist")


def test_an_ignore_file_with_other_words_in_one_line():
    files = {".dockerignore": "a\n!b\nc\n", "a": "", "d": ""}
    file = ignore_file(made("", **files))
    changed = with_text(file, file.ignore.patterns[1], "d")
    assert [pattern.negated for pattern in changed.patterns] == [False, True, False]
    assert [pattern.text for pattern in changed.patterns] == ["a", "d", "c"]
    [other] = [pattern for pattern in changed.patterns if pattern.negated]
    assert other.text == "d"
    assert file.ignore.patterns[1].text == "b"


TESTS_HIT = NeedlessFile(TESTS, "tests", "tests")
PACKAGES = "[tool.setuptools]\npackages = ['shop', 'tests']\n"
INI = "[options]\npackages =\n    shop\n    tests\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, False),
        ({".dockerignore": "*\n!tests/data\n"}, True),
        ({".dockerignore": "*\n!**/tests\n"}, True),
        ({".dockerignore": "*\n!src/tests\n"}, False),
        ({".dockerignore": "*\n!*\n"}, False),
        ({"pyproject.toml": PACKAGES}, True),
        ({"pyproject.toml": PACKAGES.replace("tests", "testing")}, False),
        ({"setup.cfg": INI}, True),
        ({"setup.py": "setup(package_dir={'shop.tests': 'tests'})\n"}, True),
        ({"README.md": "docker run acme/app pytest\n"}, True),
        ({"README.md": "docker run acme/app bash\n"}, False),
        ({"README.md": "docker run acme/app python tests/seed.py\n"}, True),
        ({"README.md": "docker run -v ./tests/a:/a acme/app\n"}, False),
        ({"README.md": "python tests/seed.py\n"}, True),  # a checkout
    ],
)
def test_directories_of_tests_that_the_project_needs(files, expected):
    image = made("", **{"tests/test_a.py": "", **files})
    assert is_needed(image, image.context, TESTS_HIT) is expected


MODULES = '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../lib\n'


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vendor/lib", True),
        ("vendor/lib/a.c", True),
        ("vendor/library", False),
        ("vendor", False),
        ("./vendor/lib/", True),
    ],
)
def test_paths_below_a_submodule(path, expected):
    context = Context.of({".gitmodules": MODULES})
    assert in_submodule(context, path) is expected


def test_a_submodule_that_a_file_above_the_context_names():
    above = [FileAbove("vendor", MODULES)]
    context = replace(Context.of({}), read_above=lambda _: above)
    assert in_submodule(context, "lib/a.c")
    assert not in_submodule(context, "vendor/lib/a.c")


def group(title: str) -> NeedlessGroup:
    (found,) = [item for item in GROUPS if item.title == title]
    return found


@pytest.mark.parametrize(
    ("title", "body", "files", "expected"),
    [
        ("version control", "RUN git describe", {}, True),
        ("version control", "RUN make", {}, False),
        ("virtual environments", "RUN pip install .", {}, False),
        ("virtual environments", "RUN true", {}, True),
        ("node_modules", "RUN npm ci", {}, False),
        ("node_modules", "RUN npm run build", {}, True),
        ("caches", "RUN make", {}, False),
    ],
)
def test_groups_of_files_that_a_build_uses(title, body, files, expected):
    image = made(body, **files)
    texts = list(texts_of_build(image, image.context))
    assert is_used(image, image.context, group(title), texts) is expected


def test_the_texts_that_may_speak_of_files():
    files = {
        "dev.Dockerfile": "FROM other",
        "dev.Dockerfile.dockerignore": "tests",
        "a.txt": "text",
    }
    image = made("LABEL a=b\nRUN true", **files)
    texts = list(texts_of_build(image, image.context))
    assert texts == ["WORKDIR /app", "COPY . .", "RUN true", "FROM other"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN pip install flask", True),
        ("RUN python3 -I -m pip install flask", True),
        ("RUN pip list", False),
        ("RUN npm ci", False),
    ],
)
def test_installs_with_a_manager(body, expected):
    assert installs_with(made(body), ("pip",)) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("tests", "COPY tests /tests", True),
        ("tests", "RUN pytest", False),
        ("tests", "COPY my-tests /a", False),
        ("**/*.sw[op]", "COPY tests /tests", False),
        ("LICENSE*", "COPY LICENSE.txt /", True),
        ("**/node_modules", "COPY node_modules /a", False),  # it is made in the image
        ("**/.venv", "RUN .venv/bin/pip list", False),
    ],
)
def test_names_that_stand_in_a_dockerfile(pattern, text, expected):
    assert is_named(pattern, [text]) is expected


@pytest.mark.parametrize(
    ("pattern", "source", "expected"),
    [
        ("README.md", "open('README.md').read()", True),
        ("README*", 'Path("docs/README.rst")', True),
        ("README.md", "# README.md", False),
        ("Dockerfile*", "subprocess.run(a)\n# docker build -f x/Dockerfile", False),
        ("Dockerfile*", "run('docker build --file ./Dockerfile .')", True),
    ],
)
def test_files_that_a_program_opens(pattern, source, expected):
    image = made("CMD python app.py", **{"app.py": f"{source}\n"})
    assert is_opened(image, pattern) is expected

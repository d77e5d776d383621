"""When needless-files-copied reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.repository_facts import MountedVolume, RepositoryFacts

LARGE = "x" * 1_000_000


def test_a_lone_dockerfile_or_compose_file_is_not_worth_a_finding():
    files = {"main.py": "", "compose.yaml": "", ".github/workflows/ci.yml": ""}
    assert said("needless-files-copied", "COPY . /app", files) == []
    assert said("needless-files-copied", "COPY . /app", files | {"docs/a.md": LARGE})


def test_a_package_of_go_named_docs_is_code():
    files = {"main.go": "", "docs/docs.go": "package docs\n", "docs/a.json": LARGE}
    assert said("needless-files-copied", "COPY . /app", files) == []


def test_needless_files_that_an_earlier_copy_named_are_not_named_again():
    text = "COPY . /app\nCOPY docs /app/docs"
    files = {"main.py": "", "docs/a.md": LARGE, "tests/test_a.py": LARGE}
    assert len(said("needless-files-copied", text, files)) == 1


PYTHON = "FROM python:3.13-slim\n"
BIG = "x" * 1_500_000
NEEDLESS = "needless-files-copied"
BUILDER = "FROM debian:13 AS build\nWORKDIR /src\nCOPY . .\n"
LAST = "FROM debian:13\nCOPY --from=build {} /app\n"
DOCS = {"main.c": "", "docs/a.md": BIG, ".dockerignore": "Dockerfile\n.dockerignore\n"}


@pytest.mark.parametrize("taken", ["/src/out", "/src/out/*.whl", "/opt/venv"])
def test_what_stays_in_a_build_stage_is_not_in_the_image(taken):
    assert said(NEEDLESS, BUILDER + LAST.format(taken), DOCS) == []


@pytest.mark.parametrize("taken", ["/src", "/src/d*", "/", "$A"])
def test_what_another_stage_takes_is_in_the_image(taken):
    text = f"ARG A\n{BUILDER}{LAST.format(taken)}"
    assert said(NEEDLESS, text, DOCS) == [
        "copies docs into the image: .dockerignore does not exclude it"
    ]


def test_files_reach_the_image_through_several_stages():
    middle = "FROM build AS next\nFROM debian:13 AS pack\nCOPY --from=next /src /b\n"
    last = "FROM debian:13\nCOPY --from=pack {} /app\n"
    assert said(NEEDLESS, BUILDER + middle + last.format("/b"), DOCS)
    assert said(NEEDLESS, BUILDER + middle + last.format("/c"), DOCS) == []


@pytest.mark.parametrize("run", ["make", "pip install .", "npm run build"])
def test_needless_files_run_a_costly_run_of_a_build_stage_again(run):
    text = f"{BUILDER}RUN true\nRUN {run}\n{LAST.format('/opt/out')}"
    assert said(NEEDLESS, text, DOCS) == [
        "changes to docs rerun line 5: .dockerignore does not exclude it"
    ]


def test_a_foreign_node_modules_in_a_build_stage_is_reported():
    text = (
        "FROM node:24 AS build\nWORKDIR /src\nCOPY package.json .\nRUN npm install\n"
        f"COPY . .\n{LAST.format('/src/out')}"
    )
    files = {"package.json": "{}", "node_modules/": "", "a.js": ""}
    assert said(NEEDLESS, text, files) == [
        "copies node_modules into a build stage: there is no .dockerignore"
    ]


@pytest.mark.parametrize(("content", "count"), [("x", 0), (BIG, 1)])
def test_a_few_tests_in_the_last_layer_are_not_worth_a_word(content, count):
    text = "FROM debian:13\nCOPY . /app\n"
    assert len(said(NEEDLESS, text, {"a.c": "", "tests/a.c": content})) == count


def test_a_few_tests_before_an_install_are_reported():
    text = f"{PYTHON}COPY . /app\nRUN pip install -r /app/requirements.txt"
    files = {"requirements.txt": "", "tests/a.txt": "x"}
    assert len(said(NEEDLESS, text, files)) == 1


def test_tracked_files_are_needed_where_git_tells_the_version():
    text = f"{PYTHON}COPY . /app\nRUN pip install /app"
    files = {
        "pyproject.toml": '[build-system]\nrequires = ["hatch-vcs"]\n',
        ".git/HEAD": "",
        "docs/a.md": BIG,
    }
    assert said(NEEDLESS, text, files) == []
    cached = {**files, "a/__pycache__/a.pyc": ""}
    assert said(NEEDLESS, text, cached) == [
        "copies __pycache__ into the image: there is no .dockerignore"
    ]


@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_an_image_to_work_with_holds_the_whole_project(purpose):
    text = "FROM debian:13\nCOPY . /app\n"
    files = {"a.c": "", ".git/HEAD": ""}
    assert said(NEEDLESS, text, files, purpose=purpose) == []
    assert said(NEEDLESS, text, files, purpose="production")


@pytest.mark.parametrize(
    ("line", "count"),
    [("**/*.pyc", 0), ("./src/**/*.pyc", 0), ("*.pyc", 1), ("src/*/*.txt", 1)],
)
def test_a_cache_whose_files_stay_out_is_not_copied(line, count):
    files = {
        "src/a.py": "",
        "src/__pycache__/": "",
        ".dockerignore": f"Dockerfile\n.dockerignore\n{line}\n",
    }
    text = "FROM python:3.14-slim\nCOPY src /app/"
    assert len(said("needless-files-copied", text, files)) == count


@pytest.mark.parametrize(
    ("end", "fields", "count"),
    [
        ("", {}, 0),
        ("", {"is_published": True}, 1),
        ('CMD ["/app/dist/shop"]\n', {}, 1),
    ],
)
def test_an_image_that_only_makes_a_program_is_kept_by_nobody(end, fields, count):
    run = "RUN pip install -r requirements.txt && pyinstaller --onefile main.py\n"
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\n{run}{end}"
    files = {"main.py": "", "requirements.txt": "", ".git/HEAD": "", "docs/a.md": BIG}
    assert len(said(NEEDLESS, text, files, **fields)) == count
    environment = files | {".venv/": ""}
    assert said(NEEDLESS, text, environment, **fields)


REPORTED = "RUN pip install coveralls\nCMD coverage run -m pytest; coveralls\n"


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (f"RUN apk add --no-cache git\nCOPY . /srv\n{REPORTED}", 0),
        (f"COPY . /srv\n{REPORTED}", 1),
        ('RUN apk add --no-cache git\nCOPY . /srv\nCMD ["python", "/srv/a.py"]', 1),
        ("COPY . /srv\nCMD git -C /srv describe --tags", 0),
    ],
)
def test_what_reports_coverage_asks_git_for_the_commit(lines, count):
    files = {"a.py": "", ".git/HEAD": "", ".travis.yml": ""}
    assert len(said(NEEDLESS, f"FROM python:3.14-alpine\n{lines}", files)) == count


@pytest.mark.parametrize(
    ("base", "count"),
    [
        ("docker:28-dind", 0),
        ("acme/docker-buildx-qemu", 0),
        ("acme/buildbot:1", 1),
        ("debian:13", 1),
    ],
)
def test_what_builds_images_needs_all_that_they_are_built_from(base, count):
    text = f"FROM {base}\nCOPY . /app\n"
    assert len(said(NEEDLESS, text, {"a.py": "", ".git/HEAD": ""})) == count


@pytest.mark.parametrize(
    ("target", "from_host", "fields", "count"),
    [
        ("/app", True, {}, 0),
        ("/", True, {}, 0),
        ("/app/data", True, {}, 1),
        ("/app", False, {}, 1),
        ("/app", True, {"is_published": True}, 1),
    ],
)
def test_what_a_mount_lies_over_is_not_seen(target, from_host, fields, count):
    volumes = (MountedVolume(target, from_host),)
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\n"
    files = {"a.py": "", ".git/HEAD": ""}
    assert len(said(NEEDLESS, text, files, volumes=volumes, **fields)) == count
    files |= {"compose.yaml": "", "compose.prod.yaml": ""}
    assert said(NEEDLESS, text, files, volumes=volumes, **fields)


@pytest.mark.parametrize(
    ("settings", "last", "count"),
    [
        ("{}", "/src/a", 0),
        ("x" * 50_000, "/src/a", 0),
        ("x" * 2_000_000, "/src/a", 1),
        ("{}", "/src", 0),
        ("x" * 50_000, "/src", 1),
    ],
)
def test_a_few_settings_of_an_editor_are_not_worth_a_word(settings, last, count):
    files = {"main.c": "", ".vscode/launch.json": settings}
    files[".dockerignore"] = "Dockerfile\n.dockerignore\n"
    text = f"{BUILDER}RUN make\n{LAST.format(last)}"
    assert len(said(NEEDLESS, text, files)) == count


@pytest.mark.parametrize(
    ("path", "in_stage", "shipped"),
    [
        ("docs/a.md", 0, 1),
        (".DS_Store", 0, 1),
        (".git/HEAD", 1, 1),
        ("__pycache__/a.pyc", 1, 1),
    ],
)
def test_in_a_build_stage_the_sources_outweigh_a_few_pages(path, in_stage, shipped):
    """They run the compilation again more often than any page beside them."""
    files = {"main.c": "", path: "x", ".dockerignore": "Dockerfile\n.dockerignore\n"}
    text = f"{BUILDER}RUN make\n"
    assert len(said(NEEDLESS, text + LAST.format("/src/a"), files)) == in_stage
    assert len(said(NEEDLESS, text + LAST.format("/src"), files)) == shipped


@pytest.mark.parametrize(
    ("text", "files", "is_kept"),
    [
        ("COPY . /app", {"build.sh": "docker build \\\n  -f Dockerfile.rpi .\n"}, True),
        (
            "COPY . /app",
            {"make.py": "run('docker build --file=a/Dockerfile.x .')\n"},
            True,
        ),
        ("COPY . /app", {"build.sh": "# docker build -f Dockerfile.rpi .\n"}, False),
        ("FROM debian:13\nCOPY . /app", {}, False),
    ],
)
def test_a_dockerfile_that_the_image_builds_from_stays(text, files, is_kept):
    more = {"main.py": "", "Dockerfile.rpi": "FROM debian:13\n", "docs/a.md": BIG}
    found = findings(NEEDLESS, text, {**more, **files})
    added = "".join(edit.text for item in found for edit in item.fix.edits)
    assert "docs" in added
    assert ("Dockerfile*" not in added) is is_kept


@pytest.mark.parametrize(
    ("call", "is_needed"),
    [
        ("docker exec -it shop sh", True),
        ("docker compose exec shop bash", True),
        ("docker exec -it shop ls", False),
    ],
)
def test_tests_that_a_manual_runs_in_a_shell_of_the_container_stay(call, is_needed):
    manual = (
        f"Open the container:\n```\n{call}\n```\nand run\n```\nuv run pytest\n```\n"
    )
    files = {"a.py": "", "tests/test_a.py": BIG, "README.md": manual}
    assert (said(NEEDLESS, f"{PYTHON}COPY . /app", files) == []) is is_needed


@pytest.mark.parametrize(
    ("pattern", "is_said"), [(".git/*", False), (".git", False), (".git/hooks", True)]
)
def test_a_directory_whose_content_is_excluded_is_as_good_as_excluded(pattern, is_said):
    ignore = f"{pattern}\nDockerfile\n.dockerignore\n"
    files = {"a.py": "", ".git/": "", ".dockerignore": ignore}
    assert bool(said(NEEDLESS, f"{PYTHON}COPY . /app", files)) is is_said


def test_an_example_that_nobody_publishes_may_have_all_files():
    text, files = f"{PYTHON}COPY . /app", {"a.py": "", ".git/HEAD": ""}
    example = RepositoryFacts(is_example=True)
    assert not said(NEEDLESS, text, files, repository=example)
    assert said(NEEDLESS, text, files, repository=example, is_published=True)


def test_a_context_that_lacks_what_lies_beside_the_dockerfile_is_not_the_one_meant():
    text = f"{PYTHON}COPY Pipfile /app/\nCOPY . /app"
    files = {"api/a.py": "", "api/Pipfile": "", ".git/HEAD": ""}
    assert not said(NEEDLESS, text, files, path="api/Dockerfile")
    assert said(NEEDLESS, text, files | {"Pipfile": ""}, path="api/Dockerfile")
    assert said(NEEDLESS, text, files, path="web/Dockerfile")


def test_the_ignore_file_alone_is_not_excluded_while_other_files_stay():
    text = f"{PYTHON}COPY . /app\nRUN python -c 'import app'\n"
    files = {"main.py": "", ".dockerignore": "*.md\nDockerfile*\n"}
    assert findings(NEEDLESS, text, files) == []
    manual = "docker build .\n\nRun the tests: `pytest tests`\n"
    tests = {"tests/test_a.py": BIG, "CONTRIBUTING.txt": manual}
    (finding,) = findings(NEEDLESS, text, {**files, **tests})
    assert "tests" in finding.message
    assert finding.fix is None
    assert finding.choices


@pytest.mark.parametrize(
    ("path", "size", "count"),
    [
        ("widget.pyc", 1_400, 0),
        ("widget.pyc", 30_000, 1),
        ("__pycache__/widget.cpython-313.pyc", 1_400, 1),
    ],
)
def test_a_few_compiled_modules_beside_their_sources_are_not_worth_a_word(
    path, size, count
):
    files = {"widget.py": "", path: "x" * size}
    told = said(NEEDLESS, f"{PYTHON}WORKDIR /app\nCOPY . .", files)
    assert len(told) == count


@pytest.mark.parametrize(("package", "count"), [("git", 0), ("curl", 1)])
def test_a_large_program_that_asks_git_is_read_where_git_is_installed(package, count):
    files = {f"shop/m{number}.py": "" for number in range(600)}
    files["shop/deep/changes.py"] = "run(['git', 'rev-parse', 'HEAD'], cwd=ROOT)\n"
    files[".git/HEAD"] = "ref: refs/heads/main\n"
    text = (
        f"{PYTHON}RUN apt-get update && apt-get install -y {package}\n"
        "WORKDIR /app\nCOPY . ."
    )
    told = said(NEEDLESS, text, files)
    assert len(told) == count

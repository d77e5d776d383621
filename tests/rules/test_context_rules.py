"""What examples cannot show of the rules about the build context: real directories, both rules at once, other files."""

from __future__ import annotations

import laws
import pytest

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.files.folder_context import open_context
from lightship.lint.finding import Safety, Severity
from lightship.lint.fixes import SAFE, UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.rules.context.needless_files_copied import RULE as NEEDLESS
from lightship.rules.context.secret_file_copied import RULE as SECRET

ALL = "FROM debian:trixie-slim\nWORKDIR /app\nCOPY . .\n"
BOTH = RuleSelection((NEEDLESS, SECRET))
# Of tests and documentation less is not worth a finding
LARGE = "x" * 1_000_000
KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{'b3BlbnNzaC1rZXktdjEAAAAA' * 4}\n"


def build(text: str, files) -> Build:
    return Build(
        parse(text), Context.of({"Dockerfile": text} | files), path="Dockerfile"
    )


def messages(rule, text: str, files) -> list[str]:
    return [found.message for found in rule.check(build(text, files))]


def test_a_real_directory(tmp_path):
    for directory in (".git", "app/__pycache__", ".venv/bin", "tests", "docs"):
        (tmp_path / directory).mkdir(parents=True)
        (tmp_path / directory / "file").write_text("")
    (tmp_path / ".env").write_text("TOKEN=a\n")
    (tmp_path / "main.py").write_text("")
    text = ALL + "RUN pip install flask\n"
    (tmp_path / "Dockerfile").write_text(text, encoding="utf-8")
    context = open_context(str(tmp_path), str(tmp_path / "Dockerfile"))
    made = Build(parse(text), context, path="Dockerfile")
    (found,) = NEEDLESS.check(made)
    assert (
        found.message
        == "copies .git, .venv, Dockerfile, __pycache__ and 2 more into the image: there is no .dockerignore"
    )
    fixed = fix(made, BOTH, UNSAFE)
    assert fixed.text == text
    lines = fixed.files[".dockerignore"].splitlines()
    assert lines == sorted(set(lines), key=lines.index)
    assert {
        ".git",
        "**/.venv",
        "**/__pycache__",
        "Dockerfile*",
        ".dockerignore",
        "tests",
        "docs",
        ".env",
    } <= set(lines)
    sent = {file.path for file in fixed.build.context.sent}
    assert sent == {"main.py"}


def test_both_rules_write_one_file():
    fixed = fix(build(ALL, {".env": "TOKEN=1\n", ".git/HEAD": ""}), BOTH, UNSAFE)
    assert list(fixed.files) == [".dockerignore"]
    assert [item.rule for item in fixed.applied] == [
        "needless-files-copied",
        "secret-file-copied",
    ]
    assert not fixed.left


def test_several_copies_of_the_same_need_one_edit():
    text = ALL + "FROM debian:trixie-slim\nCOPY . /srv\n"
    fixed = fix(
        build(text, {".git/HEAD": "", ".dockerignore": "Dockerfile\n.dockerignore\n"}),
        BOTH,
        UNSAFE,
    )
    assert fixed.files == {".dockerignore": "Dockerfile\n.dockerignore\n.git\n"}


def test_the_ignore_file_of_the_dockerfile_wins():
    files = {
        "Dockerfile.dockerignore": "x",
        ".dockerignore": "*\n",
        ".git/HEAD": "",
        "a.py": "",
    }
    fixed = fix(build(ALL, files), BOTH, UNSAFE)
    assert fixed.files == {
        "Dockerfile.dockerignore": "x\n.dockerignore\n.git\nDockerfile*\n"
    }


@pytest.mark.parametrize(
    ("files", "severity", "safety"),
    [
        ({".git/HEAD": ""}, Severity.WARNING, Safety.UNSAFE),
        ({"tests/a.py": LARGE}, Severity.INFO, Safety.UNSAFE),
        ({"src/__pycache__/": ""}, Severity.WARNING, Safety.SAFE),
        ({"src/a.pyc": "x" * 30_000, "src/a.py": ""}, Severity.WARNING, Safety.UNSAFE),
        ({".DS_Store": "", "docs/a.md": ""}, Severity.WARNING, Safety.UNSAFE),
    ],
)
def test_how_loud_and_how_safe(files, severity, safety):
    (found,) = NEEDLESS.check(
        build(ALL, {"a.py": "", ".dockerignore": "Dockerfile\n.dockerignore\n"} | files)
    )
    assert found.severity is severity
    assert found.fix.safety is safety


def test_caches_are_left_out_without_being_asked():
    files = {
        "src/__pycache__/a.pyc": "",
        "src/a.py": "",
        ".dockerignore": "Dockerfile\n.dockerignore\n",
    }
    assert (
        fix(build(ALL, files), BOTH, SAFE)
        .files[".dockerignore"]
        .endswith("\n**/__pycache__\n")
    )


@pytest.mark.parametrize(
    ("body", "files"),
    [
        ("RUN npm test", {"test/a.js": ""}),
        ("RUN python -m unittest discover tests", {"tests/a.py": ""}),
        ("COPY tests /tests", {"tests/a.py": ""}),
        ("RUN sphinx-build docs /html", {"docs/a.rst": ""}),
        ("RUN git describe --tags > /version", {".git/HEAD": ""}),
        ("RUN cp .git/HEAD /version", {".git/HEAD": ""}),
        (
            "RUN pip install .",
            {
                ".git/HEAD": "",
                "pyproject.toml": '[build-system]\nrequires = ["hatch-vcs"]\n',
            },
        ),
        ("RUN cp Dockerfile /usr/share/doc/", {}),
        ("CMD node .", {"node_modules/": ""}),
        ("CMD .venv/bin/python main.py", {".venv/": ""}),
        (
            "CMD python main.py",
            {"tests/a.py": "", "Dockerfile.test": "FROM a\nCOPY tests /tests\n"},
        ),
        (
            "CMD python main.py",
            {"tests/a.py": "", "ci/qa.Dockerfile": "FROM a\nCOPY tests /tests\n"},
        ),
    ],
)
def test_what_the_build_speaks_of_is_needed(body, files):
    ignored = (
        "/Dockerfile*\n.dockerignore\n"
        if "Dockerfile" not in body
        else ".dockerignore\n"
    )
    assert not messages(
        NEEDLESS, f"{ALL}{body}\n", {"a.py": "", ".dockerignore": ignored} | files
    )


def test_latest_is_no_test():
    text = f"{ALL}COPY --from=acme/tool:latest /tool /tool\n"
    assert messages(
        NEEDLESS,
        text,
        {"tests/a.py": LARGE, ".dockerignore": "Dockerfile\n.dockerignore\n"},
    )


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".env.prod",
        "deploy/.env",
        "id_ed25519",
        ".aws/credentials",
        "home/.ssh/deploy",
        "tls/server.key",
        ".netrc",
    ],
)
def test_secrets_are_found(path):
    assert messages(SECRET, ALL, {path: KEY, "a.py": ""})


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".env.example", "A=\n"),
        (".env.prod-sample", "A=\n"),
        (".envrc", "use flake\n"),
        ("tls/ca.pem", "-----BEGIN CERTIFICATE-----\n"),
        ("repo.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
        ("tests/certs/server.key", KEY),
        ("id_rsa.pub", "ssh-rsa AAAA\n"),
        (".npmrc", "registry=https://example.com/\n"),
        ("service.json", "{}"),
    ],
)
def test_what_only_looks_like_a_secret(path, content):
    assert not messages(SECRET, ALL, {path: content, "a.py": ""})


def test_a_secret_that_copy_names_is_not_ignored():
    text = f"{ALL}COPY .env /app/.env\n"
    made = build(text, {".env": "TOKEN=1\n"})
    assert [found.fix for found in SECRET.check(made)] == [None, None]


def test_nothing_is_walked_where_each_file_is_named():
    text = "FROM debian:trixie-slim\nCOPY a.py b.py /app/\nADD c.txt /app/\n"

    def entries():
        raise AssertionError("walked")

    context = Context(
        entries, lambda path: b"" if path in ("a.py", "b.py", "c.txt") else None
    )
    made = Build(parse(text), context, path="Dockerfile")
    assert not list(NEEDLESS.check(made))
    assert not list(SECRET.check(made))


FILES = {
    "main.py": "",
    "app/a.py": "",
    "app/__pycache__/a.pyc": "",
    "docs/a.md": "",
    ".env": "TOKEN=1\n",
    ".git/HEAD": "",
}
MOUNT = "RUN --mount=type=bind,source=uv.lock,target=/uv.lock uv sync\n"


def chosen(text: str, files) -> Build | None:
    made = build(text, files)
    choices = [choice for found in NEEDLESS.check(made) for choice in found.choices]
    return laws.made(made, choices[0]) if choices else None


@pytest.mark.parametrize(
    ("text", "files", "lines"),
    [
        (ALL, FILES, "*\n!app\n!main.py\n**/__pycache__\n"),
        (
            ALL + "COPY docs/a.md ./more/\n",
            FILES,
            "*\n!app\n!docs\n!main.py\n**/__pycache__\n",
        ),
        (
            MOUNT.join((ALL, "")),
            FILES | {"uv.lock": ""},
            "*\n!app\n!main.py\n!uv.lock\n**/__pycache__\n",
        ),
        (
            ALL,
            {
                "a.py": "",
                "b/c.pem": KEY,
                "b/d": "",
                "docs/a": LARGE,
                ".dockerignore": "# x\ne",
            },
            "*\n!a.py\n!b\n# x\ne\nb/c.pem\n",
        ),
        (
            ALL,
            {"a.py": "", "tests/a": LARGE, ".dockerignore": "\ufeffdocs\r\n"},
            "\ufeff*\r\n!a.py\r\ndocs\r\n",
        ),
    ],
)
def test_the_allow_list_lets_in_what_is_copied(text, files, lines):
    made = chosen(text, files)
    assert made.context.read(".dockerignore") == lines
    assert not made.context.ignore.problems
    assert not list(NEEDLESS.check(made))


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (
            "FROM debian:trixie-slim\nCOPY app /app\n",
            FILES,
        ),  # the rest is not copied at all
        (
            ALL,
            FILES | {"api/Dockerfile": "FROM debian:trixie-slim\n"},
        ),  # would be built from the same files
        (
            ALL,
            {"a.py": "", "tests/a": "", ".dockerignore": "*\n!a.py\n!tests\n"},
        ),  # is one already
        (ALL, {f"{name}.py": "" for name in "abcdefghijklmnopqrstuvw"}),  # too long
        (ALL + "ARG FILE\nCOPY $FILE /\n", FILES),  # not known
    ],
)
def test_there_is_no_allow_list_that_may_break_a_build(text, files):
    assert chosen(text, files) is None

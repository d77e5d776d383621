"""What a ref of a repository of actions means: git's own answers, and hostile ones."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest
from registry.registry_process import Answer, front

from lightship.errors import RegistryError, UsageError
from lightship.pins.pin_place import ActionRepository
from lightship.registry.action_commits import ActionCommits, read_refs

KIND = "application/x-git-upload-pack-advertisement"
CHECKOUT = ActionRepository("acme", "checkout")
FIRST, SECOND = "1" * 40, "2" * 40


def line(text):
    data = text.encode()
    return f"{len(data) + 4:04x}".encode() + data


def listed(*rows):
    """An answer of a git server: refs with their commits."""
    start = line("# service=git-upload-pack\n") + b"0000"
    return start + b"".join(line(f"{row}\n") for row in rows) + b"0000"


@pytest.fixture
def github(monkeypatch):
    """A server that answers as the test says."""
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    with front() as found:
        monkeypatch.setenv("GITHUB_SERVER_URL", f"http://{found.host}/")
        yield found


def meaning(ref="v4", patience=2.0):
    commits = ActionCommits(patience=patience)
    try:
        return commits.meaning(CHECKOUT, ref).digest
    finally:
        commits.close()


def answering(data, kind=KIND, status=200):
    return lambda _: Answer(status, {"Content-Type": kind}, data)


def test_of_an_annotated_tag_the_commit_is_told(github):
    rows = (
        f"{FIRST} HEAD\0multi_ack",
        f"{SECOND} refs/tags/v4",
        f"{FIRST} refs/tags/v4^{{}}",
    )
    github.rules.append(answering(listed(*rows)))
    assert meaning() == FIRST
    (asked,) = github.asked
    assert asked.path == "/acme/checkout.git/info/refs?service=git-upload-pack"
    assert "Authorization" not in asked.headers


def test_a_tag_comes_before_a_branch_of_its_name(github):
    rows = (
        f"{FIRST} refs/heads/v4",
        f"{SECOND} refs/tags/v4",
        f"{FIRST} refs/heads/main",
    )
    github.rules.append(answering(listed(*rows)))
    assert (meaning("v4"), meaning("main")) == (SECOND, FIRST)


def test_the_refs_of_a_repository_are_asked_for_once(github):
    github.rules.append(
        answering(listed(f"{FIRST} refs/tags/v4", f"{SECOND} refs/tags/v5"))
    )
    commits = ActionCommits(patience=2)
    assert commits.meaning(CHECKOUT, "v4").digest == FIRST
    assert commits.meaning(CHECKOUT, "v5").digest == SECOND
    commits.close()
    assert len(github.asked) == 1


@pytest.mark.skipif(not shutil.which("git"), reason="no git on this machine")
def test_what_git_itself_sends_is_read(github, tmp_path, monkeypatch):
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "a")
        monkeypatch.setenv(f"{name}_EMAIL", "a@example.com")

    def git(*args):
        done = subprocess.run(
            ("git", "-C", tmp_path, *args), check=True, capture_output=True
        )
        return done.stdout

    git("init", "--quiet", "--initial-branch", "main")
    git("commit", "--quiet", "--allow-empty", "--message", "a")
    git("tag", "--annotate", "v4", "--message", "v4")
    git("tag", "v5")
    refs = git("upload-pack", "--stateless-rpc", "--advertise-refs", ".")
    github.rules.append(answering(line("# service=git-upload-pack\n") + b"0000" + refs))
    commit = git("rev-parse", "HEAD").decode().strip()
    assert [meaning(ref) for ref in ("v4", "v5", "main")] == [commit] * 3


def test_a_token_is_shown_to_the_server_alone(github, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    with front() as other:
        other.rules.append(answering(listed(f"{FIRST} refs/tags/v4")))
        place = {"Location": f"http://{other.host}/moved"}
        github.rules.append(lambda _: Answer(301, place))
        assert meaning() == FIRST
        expected = base64.b64encode(b"x-access-token:secret").decode()
        assert github.asked[0].headers["Authorization"] == f"Basic {expected}"
        assert "Authorization" not in other.asked[0].headers


REFUSED = [
    (Answer(404), "has no repository acme/checkout, or it is private"),
    (Answer(401), "or set GITHUB_TOKEN"),
    (Answer(429, {"Retry-After": "9999"}), "status 429"),
    (
        Answer(200, {"Content-Type": "text/html"}, b"<html>"),
        "did not answer as a git server",
    ),
]


@pytest.mark.parametrize(("answer", "why"), REFUSED)
def test_what_the_server_refuses_is_a_sentence(github, answer, why):
    github.rules.append(lambda _: answer)
    with pytest.raises(RegistryError, match=why):
        meaning()


def test_a_ref_that_is_gone_is_told_with_those_like_it(github):
    github.rules.append(answering(listed(f"{FIRST} refs/tags/v4.1\x1b")))
    with pytest.raises(
        RegistryError, match=r"has no tag or branch v4; tags like it are v4\.1\\x1b"
    ):
        meaning()


BROKEN = [b"zzzz", b"00", b"0001", b"ffffshort", listed(f"{FIRST} a")[:-10]]


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_not_a_list_of_refs_is_an_error(data):
    with pytest.raises(RegistryError, match=r"not a list of refs|ends in the middle"):
        read_refs(data, "the refs")


@pytest.mark.parametrize(
    "row", ["short refs/tags/v4", f"{'g' * 40} refs/tags/v4", "", "\0", f"{FIRST}"]
)
def test_rows_without_a_commit_name_no_ref(row):
    assert "refs/tags/v4" not in read_refs(listed(row), "the refs")


def test_an_answer_without_end_is_cut_off(github, monkeypatch):
    from lightship.registry import action_commits

    monkeypatch.setattr(action_commits, "_MOST_BYTES", 1000)
    github.rules.append(answering(b"x" * 2000))
    with pytest.raises(RegistryError, match="pin it by hand"):
        meaning()


@pytest.mark.parametrize(
    "address",
    ["http://github.com", "file:///etc", "https://", "https://a:b@github.com", "x"],
)
def test_an_address_that_is_not_https_is_refused(monkeypatch, address):
    monkeypatch.setenv("GITHUB_SERVER_URL", address)
    with pytest.raises(UsageError, match="invalid GITHUB_SERVER_URL"):
        ActionCommits()

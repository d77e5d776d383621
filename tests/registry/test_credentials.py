"""Where credentials are found, and what a registry's challenge says."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from lightship.errors import RegistryError
from lightship.registry.credentials import Credentials, find_credentials
from lightship.registry.tokens import Challenge, read_challenge
from lightship.registry.transport import _asked_pause, _next, is_loopback, origin


def auth(pair: str) -> dict[str, str]:
    return {"auth": base64.b64encode(pair.encode()).decode()}


def write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        document if isinstance(document, str) else json.dumps(document),
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    "key", ["ghcr.io", "https://ghcr.io", "https://ghcr.io/v1/", "http://ghcr.io/v2"]
)
def test_a_host_is_found_as_docker_writes_it(home, key):
    write(
        home / ".docker/config.json",
        {"auths": {"other.io": auth("x:y"), key: auth("me:a:b")}},
    )
    assert find_credentials("ghcr.io", "team/app").credentials == Credentials(
        "me", "a:b"
    )


@pytest.mark.parametrize(
    "key",
    [
        "https://index.docker.io/v1/",
        "index.docker.io",
        "docker.io",
        "docker.io/library/app",
    ],
)
def test_docker_hub_has_several_names(home, key):
    write(home / ".docker/config.json", {"auths": {key: auth("me:secret")}})
    assert find_credentials("docker.io", "library/app").credentials == Credentials(
        "me", "secret"
    )


def test_the_longest_path_wins(home):
    auths = {
        "quay.io": auth("a:1"),
        "quay.io/team": auth("b:2"),
        "quay.io/team/app": auth("c:3"),
    }
    write(home / ".config/containers/auth.json", {"auths": auths})
    assert find_credentials("quay.io", "team/app").credentials == Credentials("c", "3")
    assert find_credentials("quay.io", "team/other").credentials == Credentials(
        "b", "2"
    )
    assert find_credentials("quay.io", "teams/other").credentials == Credentials(
        "a", "1"
    )
    assert find_credentials("quay.io.example", "team/app").credentials is None


def test_a_file_that_is_named_comes_first(home, monkeypatch):
    write(home / "named.json", {"auths": {"ghcr.io": auth("named:1")}})
    write(home / ".docker/config.json", {"auths": {"ghcr.io": auth("docker:2")}})
    write(
        home / "runtime/containers/auth.json",
        {"auths": {"ghcr.io": auth("podman:3"), "quay.io": auth("podman:3")}},
    )
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "runtime"))
    assert find_credentials("ghcr.io", "app").credentials == Credentials("docker", "2")
    assert find_credentials("quay.io", "app").credentials == Credentials("podman", "3")
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(home / "named.json"))
    assert find_credentials("ghcr.io", "app").credentials == Credentials("named", "1")
    monkeypatch.setenv("DOCKER_CONFIG", str(home / "elsewhere"))
    monkeypatch.delenv("REGISTRY_AUTH_FILE")
    assert find_credentials("ghcr.io", "app").credentials == Credentials("podman", "3")


def test_tokens_are_told_apart_from_passwords(home):
    auths = {
        "a.io": {**auth("me:"), "identitytoken": "long"},
        "b.io": {"registrytoken": "bearer"},
        "c.io": {},
    }
    write(home / ".docker/config.json", {"auths": auths})
    assert find_credentials("a.io", "app").credentials == Credentials("me", "", "long")
    assert find_credentials("b.io", "app").credentials == Credentials(
        registry_token="bearer"
    )
    assert find_credentials("c.io", "app").credentials is None


def helper(home: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = home / "bin/docker-credential-tests"
    write(path, f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}/bin:/usr/bin:/bin")
    write(
        home / ".docker/config.json",
        {"credsStore": "tests", "auths": {"ghcr.io": auth("me:file")}},
    )


def test_a_store_is_asked_before_the_file(home, monkeypatch):
    helper(
        home,
        monkeypatch,
        'read host; echo "{\\"Username\\":\\"me\\",\\"Secret\\":\\"of $host\\"}"',
    )
    assert find_credentials("ghcr.io", "app").credentials == Credentials(
        "me", "of ghcr.io"
    )
    assert find_credentials("docker.io", "library/app").credentials == Credentials(
        "me", "of https://index.docker.io/v1/"
    )


def test_a_store_gives_identity_tokens(home, monkeypatch):
    helper(home, monkeypatch, """echo '{"Username":"<token>","Secret":"long"}'""")
    assert find_credentials("ghcr.io", "app").credentials == Credentials(
        identity_token="long"
    )


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo credentials not found in native keychain; exit 1", ""),
        (
            "echo the keychain is locked; exit 1",
            "docker-credential-tests: the keychain is locked",
        ),
        ("echo nonsense", "docker-credential-tests gives no answer"),
    ],
)
def test_where_a_store_fails_the_file_is_read(home, monkeypatch, script, problem):
    helper(home, monkeypatch, script)
    found = find_credentials("ghcr.io", "app")
    assert found.credentials == Credentials("me", "file")
    assert "".join(found.problems).startswith(problem)
    assert bool(found.problems) is bool(problem)


@pytest.mark.parametrize("name", ["../../bin/sh", "a b", "", 7, None])
def test_no_other_program_is_started(home, name):
    write(
        home / ".docker/config.json",
        {"credsStore": name, "auths": {"ghcr.io": auth("me:file")}},
    )
    assert find_credentials("ghcr.io", "app").credentials == Credentials("me", "file")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        '{"auths": 1}',
        '{"auths": {"ghcr.io": {"auth": "%"}}}',
        "[" * 99_999,
    ],
)
def test_files_that_make_no_sense_are_passed_by(home, text):
    write(home / ".docker/config.json", text)
    assert find_credentials("ghcr.io", "app").credentials is None


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (
            'Bearer realm="https://a/t",service="s"',
            Challenge("bearer", {"realm": "https://a/t", "service": "s"}),
        ),
        (
            "bearer realm=https://a/t , scope=x",
            Challenge("bearer", {"realm": "https://a/t", "scope": "x"}),
        ),
        ('Basic realm="r, Bearer x"', Challenge("basic", {"realm": "r, Bearer x"})),
        (
            'Basic realm="r", Bearer realm="https://a",scope="a,b"',
            Challenge("bearer", {"realm": "https://a", "scope": "a,b"}),
        ),
        ("Basic", Challenge("basic", {})),
        ("Negotiate", None),
        ("", None),
        ("Bearer " + "x=" * 50_000, Challenge("bearer", {})),
    ],
)
def test_a_challenge_is_read(header, challenge):
    found = read_challenge(header)
    if header.startswith("Bearer x"):
        assert found is None or found.scheme == "bearer"
    else:
        assert found == challenge


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:5000",
        "127.0.0.1",
        "127.9.9.9:80",
        "[::1]:5000",
        "reg.localhost",
    ],
)
def test_this_machine_is_known(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "docker.io",
        "localhost.example",
        "128.0.0.1",
        "[::2]",
        "0.0.0.0:1",
        "127.0.0.1.example",
    ],
)
def test_other_machines_are_not_this_one(host):
    assert not is_loopback(host)


def test_an_origin_has_scheme_host_and_port():
    assert (
        origin("https://Registry.io/v2/")
        == origin("https://registry.io:443/x")
        == "https://registry.io:443"
    )
    assert origin("http://registry.io") != origin("https://registry.io")


@pytest.mark.parametrize(
    "place",
    ["http://a.io/x", "ftp://a.io/", "file:///etc/passwd", "http://[", "//a:99999/"],
)
def test_redirects_that_are_not_to_be_followed(place):
    with pytest.raises(RegistryError):
        _next("https://registry.io/v2/", place)


def test_redirects_may_be_relative():
    assert _next("https://registry.io/v2/a", "/b?c") == "https://registry.io/b?c"


@pytest.mark.parametrize(
    "said", [None, "", "soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "1e9", "²"]
)
def test_no_pause_where_none_is_asked_for(said):
    assert _asked_pause(said) == 0


def test_a_pause_is_a_number_of_seconds_or_a_date():
    assert _asked_pause("120") == 120
    assert _asked_pause("Fri, 31 Dec 2100 23:59:59 GMT") > 1e6

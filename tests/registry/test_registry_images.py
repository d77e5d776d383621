"""`registry://` against a real registry."""

from __future__ import annotations

import base64
import json
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from images import (
    Blobs,
    config,
    docker_archive,
    file,
    index_of,
    layer,
    oci_blobs,
    opaque,
    sha256,
    whiteout,
)
from registry.registry_process import (
    HTPASSWD,
    PASSWORD,
    USER,
    Answer,
    Asked,
    Front,
    Rule,
    front,
    push,
    registry,
)
from tables import chunked, ended_estargz, estargz, image_of

from lightship.errors import (
    CorruptBlobError,
    ImageError,
    ImageNotFoundError,
    RegistryError,
    UsageError,
)
from lightship.image.choose import Choice
from lightship.image.layer import Reading
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED, Look, Wanted
from lightship.registry import transport
from lightship.registry.registry_images import open_registry

LAYERS = (
    layer(
        file("etc/os-release", b"ID=test\n"),
        file("app/a", 300_000),
        file("app/b", 5_000),
    ),
    layer(file("app/a", 200_000), whiteout("app/b")),
)


def read(
    reference: str,
    *,
    plain: bool = True,
    platform: str = "",
    wanted: Wanted = NOTHING_WANTED,
    **more: object,
) -> Contents:
    """The image of a reference, read while its registry is open."""
    with open_registry(
        reference, Choice(platform=platform), Limits(), plain_http=plain
    ) as opened:
        return read_contents(opened, Reading(wanted, Limits(), **more))


def seen(contents: Contents) -> dict[bytes, int]:
    stack = contents.stack
    return {
        path: stack.scan(at).sizes[index] for path, (at, index) in stack.paths().items()
    }


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made."""
    pauses: list[float] = []
    monkeypatch.setattr(transport.time, "sleep", pauses.append)
    return pauses


@pytest.mark.parametrize("compression", ["", "gzip", "zstd"])
def test_an_image_is_that_which_was_pushed(registry_host, compression):
    image = oci_blobs(*LAYERS, compression=compression)
    push(registry_host, "team/app", image, f"v-{compression or 'plain'}")
    contents = read(f"{registry_host}/team/app:v-{compression or 'plain'}")
    assert str(contents.image.digest) == image.top["digest"]
    assert contents.image.names == (
        f"{registry_host}/team/app:v-{compression or 'plain'}",
    )
    assert seen(contents) == {b"etc/os-release": 8, b"app/a": 200_000}
    assert contents.wasted_bytes == 305_000
    assert contents.stored == sum(
        len(image.blobs[str(each.digest)]) for each in contents.image.layers
    )


def test_a_digest_names_it_too(registry_host):
    image = oci_blobs(*LAYERS)
    push(registry_host, "by-digest", image)
    assert (
        str(read(f"{registry_host}/by-digest@{image.top['digest']}").image.digest)
        == image.top["digest"]
    )


def test_of_an_index_the_platform_is_chosen(registry_host):
    arm = oci_blobs(
        LAYERS[0],
        architecture="arm64",
        platform={"os": "linux", "architecture": "arm64"},
    )
    intel = oci_blobs(*LAYERS, platform={"os": "linux", "architecture": "amd64"})
    push(registry_host, "many", index_of(arm, intel))
    assert (
        read(
            f"{registry_host}/many", platform="linux/arm64"
        ).image.platform.architecture
        == "arm64"
    )
    assert len(read(f"{registry_host}/many", platform="amd64").image.layers) == 2
    with pytest.raises(ImageNotFoundError, match="linux/arm64"):
        read(f"{registry_host}/many", platform="linux/riscv64")


def test_each_layer_takes_one_request(registry_host, fronted):
    image = oci_blobs(*LAYERS)
    push(registry_host, "requests", image)
    read(f"{fronted.host}/requests")
    paths = [each.path for each in fronted.asked]
    assert len(paths) == len(set(paths)) == 4  # manifest, config, two layers


def test_an_unknown_tag_lists_those_that_there_are(registry_host):
    push(registry_host, "tags", oci_blobs(*LAYERS), "3.13-slim")
    with pytest.raises(
        ImageNotFoundError, match=r"has no tags:3.13-sim; its tags are 3.13-slim"
    ):
        read(f"{registry_host}/tags:3.13-sim")
    with pytest.raises(ImageNotFoundError, match="has no nothing:latest"):
        read(f"{registry_host}/nothing")


def test_what_skopeo_pushes_can_be_read(registry_host, tmp_path):
    archive = tmp_path / "app.tar"
    archive.write_bytes(docker_archive(*LAYERS))
    skopeo(f"docker-archive:{archive}", f"docker://{registry_host}/by-skopeo")
    contents = read(f"{registry_host}/by-skopeo")
    assert seen(contents) == {b"etc/os-release": 8, b"app/a": 200_000}
    assert contents.image.layers[0].media_type.startswith("application/vnd.docker")


def skopeo(*arguments: str) -> None:
    command = (
        "skopeo",
        "copy",
        "--quiet",
        "--insecure-policy",
        "--dest-tls-verify=false",
        *arguments,
    )
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr


def test_plain_http_is_for_this_machine_only():
    with pytest.raises(UsageError, match="on this machine"):
        read("registry.example/app")


def test_without_plain_http_the_error_says_how(registry_host):
    with pytest.raises(RegistryError, match="--plain-http"):
        read(f"{registry_host}/app", plain=False)


def test_where_nothing_listens_the_error_says_so(impatient):
    with pytest.raises(RegistryError, match="cannot be reached"):
        read("127.0.0.1:1/app")
    assert not impatient


@pytest.mark.parametrize("name", ["", "app/Case", "a b", "app@sha256:123", "f" * 64])
def test_what_is_no_reference_is_said(name):
    with pytest.raises(UsageError, match="registry://"):
        read(name)


# credentials


@pytest.fixture(scope="module")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, registry_host: str
) -> Iterator[str]:
    """A registry that wants a name and a password, and has an image."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "htpasswd").write_text(HTPASSWD, encoding="utf-8")
    auth = {"auth": {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}}}
    with registry(folder, auth) as host:
        archive = folder / "app.tar"
        archive.write_bytes(docker_archive(*LAYERS))
        skopeo(
            "--dest-creds",
            f"{USER}:{PASSWORD}",
            f"docker-archive:{archive}",
            f"docker://{host}/secret",
        )
        yield host


def auth(user: str = USER, password: str = PASSWORD) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def test_basic_credentials_of_docker_s_file_are_used(guarded, home):
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(
        json.dumps({"auths": {guarded: {"auth": auth()}}})
    )
    assert len(read(f"{guarded}/secret").image.layers) == 2


def test_those_of_podman_s_file_with_a_path_too(guarded, home):
    (home / ".config/containers").mkdir(parents=True)
    (home / ".config/containers/auth.json").write_text(
        json.dumps({"auths": {f"{guarded}/secret": {"auth": auth()}}})
    )
    assert len(read(f"{guarded}/secret").image.layers) == 2


def test_a_credential_helper_is_asked(guarded, home, monkeypatch):
    helper = home / "docker-credential-tests"
    answer = json.dumps({"ServerURL": guarded, "Username": USER, "Secret": PASSWORD})
    helper.write_text(
        f'#!/bin/sh\nread host\n[ "$1 $host" = "get {guarded}" ] && echo \'{answer}\'\n',
        encoding="utf-8",
    )
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:/usr/bin:/bin")
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(
        json.dumps({"credHelpers": {guarded: "tests"}})
    )
    assert len(read(f"{guarded}/secret").image.layers) == 2


def test_without_credentials_the_error_names_login(guarded):
    with pytest.raises(RegistryError, match=r"status 401.*docker login"):
        read(f"{guarded}/secret")


def test_wrong_ones_and_a_missing_helper_are_said(guarded, home):
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(
        json.dumps(
            {
                "credsStore": "nowhere",
                "auths": {guarded: {"auth": auth(password="open barley")}},
            }
        )
    )
    with pytest.raises(
        RegistryError, match=r"status 401.*docker-credential-nowhere is not installed"
    ):
        read(f"{guarded}/secret")


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key and a certificate for 127.0.0.1 that signs itself."""
    folder = tmp_path_factory.mktemp("tls")
    names = ("-subj", "/CN=tests", "-addext", "subjectAltName=IP:127.0.0.1")
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names)
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.crt"))
    subprocess.run(("openssl", *new, *files), check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def encrypted(
    tmp_path_factory: pytest.TempPathFactory, certificate: Path, registry_host: str
) -> Iterator[str]:
    """A registry behind TLS, with an image."""
    folder = tmp_path_factory.mktemp("encrypted")
    tls = {
        "certificate": str(certificate / "ca.crt"),
        "key": str(certificate / "key.pem"),
    }
    with registry(folder, {"http": {"tls": tls}}) as host:
        archive = folder / "app.tar"
        archive.write_bytes(docker_archive(*LAYERS))
        skopeo(f"docker-archive:{archive}", f"docker://{host}/app")
        yield host


def test_an_unknown_authority_is_refused(encrypted):
    with pytest.raises(
        RegistryError, match=r"certificate.*certs.d/127.0.0.1:\d+/ca.crt"
    ):
        read(f"{encrypted}/app", plain=False)


def test_ssl_cert_file_names_one(encrypted, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "ca.crt"))
    assert len(read(f"{encrypted}/app", plain=False).image.layers) == 2


def test_and_so_does_a_folder_of_the_registry(encrypted, certificate, home):
    folder = home / ".config/containers/certs.d" / encrypted
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes((certificate / "ca.crt").read_bytes())
    assert len(read(f"{encrypted}/app", plain=False).image.layers) == 2


# tokens, redirects, patience: a front before the registry


def bearer(tokens: Front, wanted: str = "Bearer good") -> object:
    """A rule: who has no good token is sent to the token server."""

    def rule(asked: Asked) -> Answer | None:
        if asked.headers.get("Authorization") == wanted:
            return None
        realm = f'Bearer realm="http://{tokens.host}/token?account=x",service="tests",scope="repository:app:pull"'
        return Answer(401, {"WWW-Authenticate": realm})

    return rule


@pytest.fixture
def tokens() -> Iterator[Front]:
    """A token server, which has only the rules that a test gives it."""
    with front() as found:
        yield found


def test_an_anonymous_token_is_fetched_once(registry_host, fronted, tokens):
    push(registry_host, "app", oci_blobs(*LAYERS))
    fronted.rules.append(bearer(tokens))
    tokens.rules.append(lambda _: Answer(body=b'{"token":"good"}'))
    assert len(read(f"{fronted.host}/app").image.layers) == 2
    (asked,) = tokens.asked
    assert asked.path == "/token?account=x&service=tests&scope=repository%3Aapp%3Apull"
    assert "Authorization" not in asked.headers


def test_a_token_that_ran_out_is_renewed(registry_host, fronted, tokens):
    push(registry_host, "app", oci_blobs(*LAYERS))
    good = ["one", "two"]

    def rule(asked: Asked) -> Answer | None:
        if "/blobs/" in asked.path and good[0] == "one":
            del good[0]
        return bearer(tokens, f"Bearer {good[0]}")(asked)

    fronted.rules.append(rule)
    tokens.rules.append(
        lambda _: Answer(body=json.dumps({"access_token": good[0]}).encode())
    )
    assert len(read(f"{fronted.host}/app").image.layers) == 2
    assert len(tokens.asked) == 2


def test_a_password_goes_to_the_token_server_alone(
    registry_host, fronted, tokens, home
):
    push(registry_host, "app", oci_blobs(*LAYERS))
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(
        json.dumps({"auths": {f"http://{fronted.host}/v1/": {"auth": auth()}}})
    )
    fronted.rules.append(bearer(tokens))
    tokens.rules.append(
        lambda asked: (
            Answer(body=b'{"token":"good"}')
            if asked.headers.get("Authorization") == f"Basic {auth()}"
            else Answer(401)
        )
    )
    assert len(read(f"{fronted.host}/app").image.layers) == 2
    assert {each.headers.get("Authorization") for each in fronted.asked} == {
        None,
        "Bearer good",
    }


def test_an_identity_token_is_exchanged(registry_host, fronted, tokens, home):
    push(registry_host, "app", oci_blobs(*LAYERS))
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(
        json.dumps({"auths": {fronted.host: {"identitytoken": "of a user"}}})
    )
    fronted.rules.append(bearer(tokens))
    tokens.rules.append(lambda _: Answer(body=b'{"access_token":"good"}'))
    assert len(read(f"{fronted.host}/app").image.layers) == 2
    (asked,) = tokens.asked
    assert asked.method == "POST"
    assert b"grant_type=refresh_token" in asked.body
    assert b"refresh_token=of+a+user" in asked.body


def test_a_refused_token_is_an_error_that_says_whose(registry_host, fronted, tokens):
    fronted.rules.append(bearer(tokens))
    tokens.rules.append(lambda _: Answer(403))
    with pytest.raises(
        RegistryError, match=f"{tokens.host} issued no token without credentials"
    ):
        read(f"{fronted.host}/app")


def test_a_token_server_elsewhere_without_tls_is_not_trusted(fronted):
    fronted.rules.append(
        lambda _: Answer(
            401,
            {"WWW-Authenticate": 'Bearer realm="http://tokens.example/",service="x"'},
        )
    )
    with pytest.raises(RegistryError, match="which is not https"):
        read(f"{fronted.host}/app")


def test_a_redirect_to_another_host_gets_no_credentials(registry_host, fronted, tokens):
    image = oci_blobs(*LAYERS)
    push(registry_host, "app", image)
    fronted.rules.append(bearer(tokens))
    tokens.rules.append(lambda _: Answer(body=b'{"token":"good"}'))
    with front() as store:
        store.rules.append(
            lambda asked: Answer(body=image.blobs[asked.path.rpartition("/")[2]])
        )
        fronted.rules.append(
            lambda asked: (
                Answer(
                    307,
                    {
                        "Location": f"http://{store.host}/{asked.path.rpartition('/')[2]}"
                    },
                )
                if "/blobs/" in asked.path
                else None
            )
        )
        assert len(read(f"{fronted.host}/app").image.layers) == 2
        assert len(store.asked) == 3
        assert all("Authorization" not in each.headers for each in store.asked)


def test_redirects_without_end_and_to_other_schemes_are_errors(fronted):
    fronted.rules.append(lambda asked: Answer(302, {"Location": asked.path}))
    with pytest.raises(RegistryError, match="more than 5 redirects"):
        read(f"{fronted.host}/app")
    fronted.rules[:] = [lambda _: Answer(302, {"Location": "file:///etc/passwd"})]
    with pytest.raises(RegistryError, match="not a valid URL"):
        read(f"{fronted.host}/app")


def test_a_busy_registry_is_asked_again_when_it_says(registry_host, fronted, impatient):
    push(registry_host, "app", oci_blobs(*LAYERS))
    busy = [Answer(429, {"Retry-After": "7"}), Answer(503), Answer(500)]
    fronted.rules.append(lambda _: busy.pop(0) if busy else None)
    assert len(read(f"{fronted.host}/app").image.layers) == 2
    assert impatient == [7.0, 1.0, 2.0]


def test_one_that_stays_busy_is_an_error(fronted, impatient):
    fronted.rules.append(
        lambda _: Answer(
            429, {}, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow\\u001b"}]}'
        )
    )
    with pytest.raises(
        RegistryError, match=r"status 429: TOOMANYREQUESTS slow\\x1b"
    ) as caught:
        read(f"{fronted.host}/app")
    assert len(impatient) == 4
    assert "\x1b" not in str(caught.value)


def test_one_that_asks_for_an_hour_is_not_waited_for(fronted, impatient):
    fronted.rules.append(lambda _: Answer(429, {"Retry-After": "3600"}))
    with pytest.raises(RegistryError, match="status 429"):
        read(f"{fronted.host}/app")
    assert not impatient


def test_a_connection_that_breaks_is_taken_up_again(registry_host, fronted):
    image = oci_blobs(layer(file("data", random.Random(4).randbytes(3_000_000))))
    push(registry_host, "app", image)
    name = max(image.blobs, key=lambda each: len(image.blobs[each]))
    fronted.rules.append(
        lambda asked: (
            Answer(body=image.blobs[name], cut=1_000_000)
            if asked.path.endswith(name) and "Range" not in asked.headers
            else None
        )
    )
    assert seen(read(f"{fronted.host}/app")) == {b"data": 3_000_000}
    assert fronted.asked[-1].headers["Range"] == "bytes=1000000-"


# silence

PATIENCE = 0.2  # seconds


def waited_for(host: str) -> Contents:
    """The image `app`, of a registry that may be silent for little time."""
    with open_registry(
        f"{host}/app", Choice(), Limits(), plain_http=True, patience=PATIENCE
    ) as opened:
        return read_contents(opened, Reading(NOTHING_WANTED, Limits()))


def asks_for(part: str, answer: Answer) -> Rule:
    return lambda asked: answer if part in asked.path else None


@pytest.mark.parametrize("part", ["/manifests/", "/blobs/"])
def test_a_registry_that_says_nothing_is_one_error_and_not_asked_again(
    registry_host, fronted, impatient, part
):
    push(registry_host, "app", oci_blobs(LAYERS[0]))
    fronted.rules.append(asks_for(part, Answer(mute=True)))
    with pytest.raises(RegistryError) as caught:
        waited_for(fronted.host)
    assert str(caught.value) == (
        f"the registry {fronted.host} cannot be reached: nothing came for 0.2 seconds; "
        "try again, or wait longer with --timeout SECONDS"
    )
    assert sum(part in asked.path for asked in fronted.asked) == 1
    assert not impatient


def test_a_registry_that_takes_no_connection_is_one_error(impatient):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, ExitStack() as many:
        # Its queue is full then: the system answers no further client
        for _ in range(4):
            client = many.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(deaf.getsockname())
        host = f"127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(RegistryError) as caught:
            waited_for(host)
    assert str(caught.value) == (
        f"the registry {host} cannot be reached: nothing came for 0.2 seconds; "
        "try again, or wait longer with --timeout SECONDS"
    )
    assert not impatient


def test_one_that_stalls_inside_a_layer_says_how_far_it_came(registry_host, fronted):
    image = oci_blobs(layer(file("data", random.Random(4).randbytes(3_000_000))))
    push(registry_host, "app", image)
    name = max(image.blobs, key=lambda each: len(image.blobs[each]))
    whole = image.blobs[name]
    fronted.rules.append(asks_for(name, Answer(body=whole, cut=1_000_000, stalls=True)))
    with pytest.raises(RegistryError) as caught:
        waited_for(fronted.host)
    words = str(caught.value)
    assert words.startswith(f"the registry {fronted.host} stopped after ")
    assert words.endswith(
        f" of {len(whole):,} bytes of {name}: nothing came for 0.2 seconds; "
        "try again, or wait longer with --timeout SECONDS"
    )


def test_one_that_stalls_inside_a_manifest_and_a_token_too(fronted, tokens):
    fronted.rules.append(
        asks_for("/manifests/", Answer(body=bytes(9), cut=4, stalls=True))
    )
    with pytest.raises(
        RegistryError,
        match=r"app:latest from .* did not come whole: nothing came for 0\.2 s",
    ):
        waited_for(fronted.host)
    fronted.rules[:] = [bearer(tokens)]
    tokens.rules.append(lambda _: Answer(body=bytes(9), cut=4, stalls=True))
    with pytest.raises(
        RegistryError,
        match=r"the token of .* did not come whole: nothing came for 0\.2 s",
    ):
        waited_for(fronted.host)


def test_ctrl_c_does_not_wait_for_a_registry_that_stalls(registry_host, fronted):
    image = oci_blobs(LAYERS[0])
    push(registry_host, "app", image)
    fronted.rules.append(asks_for("/blobs/", Answer(mute=True)))
    command = (
        "inspect",
        "--plain-http",
        "--timeout=86400",
        f"registry://{fronted.host}/app",
    )
    with subprocess.Popen(
        (sys.executable, "-m", "lightship", *command), stderr=subprocess.PIPE
    ) as process:
        fronted.stalled.wait()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"interrupted\n"
    assert process.returncode == 130


@pytest.mark.parametrize("cut", [0, 10, 200_000])
def test_a_connection_that_always_breaks_is_one_sentence(
    registry_host, fronted, impatient, cut
):
    image = oci_blobs(layer(file("data", random.Random(4).randbytes(300_000))))
    push(registry_host, "app", image)
    name = max(image.blobs, key=lambda each: len(image.blobs[each]))
    body = image.blobs[name]

    def rule(asked: Asked) -> Answer | None:
        if not asked.path.endswith(name):
            return None
        start = int(asked.headers.get("Range", "bytes=0-")[6:-1])
        part = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
        return Answer(
            206 if start else 200, part, body[start:], cut=min(cut, 200_000 - start)
        )

    fronted.rules.append(rule)
    with pytest.raises(RegistryError) as caught:
        waited_for(fronted.host)
    words = str(caught.value)
    assert (
        f"of {len(body):,} bytes of {name}: the connection ended too early; try again"
        in words
    )


def test_one_without_parts_cannot_resume(registry_host, fronted):
    image = oci_blobs(layer(file("data", random.Random(4).randbytes(300_000))))
    push(registry_host, "app", image)
    name = max(image.blobs, key=lambda each: len(image.blobs[each]))
    fronted.rules.append(asks_for(name, Answer(body=image.blobs[name], cut=100_000)))
    with pytest.raises(
        RegistryError,
        match=r"stopped after 1.* the connection ended too early; try again$",
    ):
        waited_for(fronted.host)


# wrong bytes


def test_a_manifest_of_another_digest_is_refused(registry_host, fronted):
    image = oci_blobs(*LAYERS)
    fronted.rules.append(
        lambda _: Answer(
            headers={"Content-Type": image.top["mediaType"]}, body=b'{"layers":[]}'
        )
    )
    with pytest.raises(
        CorruptBlobError, match=r"the digest of its bytes|bytes instead"
    ):
        read(f"{fronted.host}/app@{image.top['digest']}")
    fronted.rules[:] = [
        lambda _: Answer(
            headers={"Docker-Content-Digest": image.top["digest"]}, body=b"{}"
        )
    ]
    with pytest.raises(CorruptBlobError, match="the digest of its bytes"):
        read(f"{fronted.host}/app")


def test_a_layer_of_other_bytes_is_refused(registry_host, fronted):
    image, other = oci_blobs(*LAYERS), oci_blobs(*reversed(LAYERS))
    push(registry_host, "app", image)
    names = [each for each in image.blobs if image.blobs[each][:2] == b"\x1f\x8b"]
    fronted.rules.append(
        lambda asked: (
            Answer(body=other.blobs[names[0]])
            if asked.path.endswith(names[1])
            else None
        )
    )
    with pytest.raises(CorruptBlobError, match=names[1]):
        read(f"{fronted.host}/app")


def test_a_layer_that_does_not_end_is_cut_off(registry_host, fronted):
    image = oci_blobs(LAYERS[0], compression="")
    push(registry_host, "endless", image)
    fronted.rules.append(
        lambda asked: (
            Answer(body=image.blobs[sha256(LAYERS[0])] + bytes(5_000_000))
            if asked.path.endswith(sha256(LAYERS[0]))
            else None
        )
    )
    with pytest.raises(CorruptBlobError, match="more bytes than the"):
        read(f"{fronted.host}/endless")


def test_a_manifest_without_end_is_cut_off(fronted):
    fronted.rules.append(lambda _: Answer(body=b" " * 5000))
    with (
        pytest.raises(ImageError, match="json-bytes"),
        open_registry(
            f"{fronted.host}/app", Choice(), Limits(json_bytes=4000), plain_http=True
        ),
    ):
        pass


def test_schema_1_is_named(fronted):
    old = json.dumps({"schemaVersion": 1, "fsLayers": [], "history": []}).encode()
    kind = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    fronted.rules.append(lambda _: Answer(headers={"Content-Type": kind}, body=old))
    with pytest.raises(ImageError, match="schema 1"):
        read(f"{fronted.host}/app")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"layers":{}}', b"\xff"]
)
def test_nonsense_is_one_error(fronted, body):
    fronted.rules.append(lambda _: Answer(body=body))
    with pytest.raises(ImageError):
        read(f"{fronted.host}/app")


# tables of contents


def large(seed: int = 1) -> bytes:
    """A layer of two megabytes, most of which nobody needs."""
    noise = random.Random(seed)
    return layer(
        file("etc/os-release", b"ID=test\n"),
        *(file(f"data/{at}", noise.randbytes(100_000)) for at in range(20)),
        file("var/lib/dpkg/status", b"Package: x\n" * 100),
    )


BASE, UPPER = (
    large(),
    layer(
        whiteout("data/4"),
        opaque("etc"),
        file("data/3", random.Random(2).randbytes(400_000)),
    ),
)
DATABASES = Wanted(
    lambda path, _: (
        Look.KEEP if path in (b"var/lib/dpkg/status", b"etc/os-release") else Look.PASS
    ),
    lambda *_: None,
)


def figures(contents: Contents) -> object:
    entries = [
        scan.entries(at) if scan else [] for at, scan in enumerate(contents.stack.scans)
    ]
    shown = [
        [(e.path, e.kind, e.size, e.mode, e.uid, e.gid, e.mtime, e.link) for e in each]
        for each in entries
    ]
    return shown, contents.waste, contents.content_bytes, contents.efficiency


@pytest.mark.parametrize("writer", [estargz, ended_estargz, chunked])
def test_layers_with_tables_are_not_fetched_whole(registry_host, fronted, writer):
    layers = writer(BASE), writer(UPPER)
    push(registry_host, "tables", image_of(*layers))
    contents = read(f"{fronted.host}/tables", wanted=DATABASES)
    whole = read(f"{registry_host}/tables", wanted=DATABASES, verify=True)
    assert contents.stack.scan(0).has_table
    assert not whole.stack.scan(0).has_table
    assert repr(figures(contents)) == repr(figures(whole))
    assert {bytes(data) for data in contents.stack.scan(0).contents.values()} == {
        b"ID=test\n",
        b"Package: x\n" * 100,
    }
    for each in layers:
        assert 0 < fronted.sent(sha256(each.blob)) < 280_000 < len(each.blob)


def test_skopeo_s_own_tables_are_read(registry_host, fronted, tmp_path):
    archive = tmp_path / "app.tar"
    archive.write_bytes(docker_archive(BASE, UPPER))
    skopeo(
        "--format=oci",
        "--dest-compress-format=zstd:chunked",
        f"docker-archive:{archive}",
        f"docker://{registry_host}/chunked",
    )
    contents = read(f"{fronted.host}/chunked", wanted=DATABASES)
    assert contents.stack.scan(0).has_table
    assert contents.size == len(BASE) + len(UPPER)
    whole = read(f"{registry_host}/chunked", wanted=DATABASES, verify=True)
    assert repr(figures(contents)) == repr(figures(whole))
    for each in contents.image.layers:
        assert 0 < fronted.sent(str(each.digest)) < (each.stored or 0) / 2


def test_with_one_layer_without_a_table_all_are_read(registry_host, fronted):
    first, second = estargz(BASE), estargz(UPPER)
    second.annotations.clear()
    push(registry_host, "mixed", image_of(first, second))
    contents = read(f"{fronted.host}/mixed")
    assert [scan.has_table for scan in contents.stack.scans if scan] == [False, False]


def test_a_registry_without_ranges_is_read_whole(registry_host, fronted):
    layers = estargz(BASE), estargz(UPPER)
    push(registry_host, "whole", image_of(*layers))
    blobs = {sha256(each.blob): each.blob for each in layers}
    fronted.rules.append(
        lambda asked: (
            Answer(body=blobs[asked.path.rpartition("/")[2]])
            if asked.path.rpartition("/")[2] in blobs
            else None
        )
    )
    contents = read(f"{fronted.host}/whole")
    assert [scan.has_table for scan in contents.stack.scans if scan] == [False, False]


def test_another_table_than_was_promised_is_refused(registry_host):
    layers = estargz(BASE)
    layers.annotations["containerd.io/snapshot/stargz/toc.digest"] = sha256(b"another")
    push(registry_host, "spoilt", image_of(layers))
    with pytest.raises(CorruptBlobError, match="table of contents"):
        read(f"{registry_host}/spoilt")


def test_contents_can_be_asked_for_in_parts(registry_host, fronted):
    stored = estargz(BASE, chunk=30_000)
    push(registry_host, "parts", image_of(stored))
    with open_registry(
        f"{fronted.host}/parts", Choice(), Limits(), plain_http=True
    ) as opened:
        contents = read_contents(opened, Reading(NOTHING_WANTED, Limits()))
        index = contents.stack.scan(0).paths.index(b"data/7")
        noise = random.Random(1)
        assert (
            contents.read(0, index, 10**6)
            == [noise.randbytes(100_000) for _ in range(8)][7]
        )
    assert fronted.sent(sha256(stored.blob)) < 300_000


def blobs_of(document: bytes) -> Blobs:
    return oci_blobs(*LAYERS, document=document)


def test_a_config_that_is_out_of_step_is_refused(registry_host):
    push(registry_host, "steps", blobs_of(config(LAYERS[:1])))
    with pytest.raises(ImageError, match="2 layers, but 1 diff IDs"):
        read(f"{registry_host}/steps")

"""What makes an image unsafe: secrets of all layers, users, modes, the end of the distribution."""

from __future__ import annotations

import pytest
from images import directory, file, hardlink, layer, row, symlink, whiteout
from inspection.inspected import finding, ids, inspected

from lightship.lint.finding import Severity

NETRC = b"machine a.test login ci password hunter2\n"
BODY = b"p7TnW2qZx9LkVd4RbYh6Ms8GcJ3uFa5EoX1ikQmZtWvLpXrYbNdH"
KEY = b"-----BEGIN %s-----\n%s\n-----END %s-----\n" % (
    b"PRIVATE KEY",
    BODY,
    b"PRIVATE KEY",
)


def test_a_secret_that_the_image_shows():
    said = finding(inspected(layer(file("root/.netrc", NETRC))), "secret-in-file")
    assert said.message == "A password in /root/.netrc, line 1"
    assert (said.severity, said.rule, said.saves) == (
        Severity.ERROR,
        "secret-file-copied",
        None,
    )
    assert b"hunter2" not in repr(said).encode()


@pytest.mark.parametrize(
    ("end", "word"),
    [
        (whiteout("root/.netrc"), "removed"),
        (whiteout("root"), "removed"),
        (file("root/.netrc", b""), "overwritten"),
        (directory("root/.netrc"), "replaced"),
    ],
)
def test_a_secret_that_a_later_layer_removed_is_still_there(end, word):
    said = finding(
        inspected(layer(file("root/.netrc", NETRC)), layer(), layer(end)),
        "secret-in-file",
    )
    assert (
        said.message
        == f"A password in /root/.netrc, line 1, {word} in layer 3, still readable in layer 1"
    )
    assert [place.seen for place in said.places] == [False]


def test_a_secret_that_only_a_hard_link_shows_is_seen():
    image = inspected(
        layer(file("root/.netrc", NETRC), hardlink("app/x", "root/.netrc")),
        layer(whiteout("root")),
    )
    assert finding(image, "secret-in-file").places[0].seen


def test_a_secret_in_two_layers_is_said_once():
    image = inspected(
        layer(file("root/.netrc", NETRC)), layer(file("root/.netrc", NETRC, mode=0o600))
    )
    said = finding(image, "secret-in-file")
    assert [(place.layer, place.seen) for place in said.places] == [
        (0, False),
        (1, True),
    ]
    assert said.message.endswith("line 1")


def test_private_keys_are_a_finding_of_their_own():
    said = finding(inspected(layer(file("app/tls.key", KEY))), "private-key")
    assert said.message == "A private key in /app/tls.key, line 1"
    assert (
        finding(
            inspected(layer(file("app/tests/tls.key", KEY))), "private-key"
        ).severity
        is Severity.WARNING
    )


def test_the_key_that_debian_makes_for_no_host_is_no_secret():
    key = "etc/ssl/private/ssl-cert-snakeoil.key"
    image = inspected(layer(file(key, KEY), file("etc/ssl/private/own.key", KEY)))
    assert finding(image, "private-key").places[0].path == b"etc/ssl/private/own.key"


ENVIRONMENT = b"DATABASE_URL=postgresql://orders:Xq7vLp2@localhost/orders\n"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("app/.env", ENVIRONMENT),
        ("home/test/.env.production", b"DATABASE_URL=postgresql://a:Xq7vLp2@db/a\n"),
        ("root/.netrc", b"machine a.test password <token>\n"),
        ("app/_netrc", b"machine a.test\n"),
        ("root/.pypirc", b"[pypi]\nusername = __token__\n"),
        ("root/.git-credentials", b"store"),
        ("root/.pgpass", b"a:b"),
        ("root/.aws/credentials", b"[default]\n"),
        ("root/.docker/config.json", b'{"auths": {"a.test": {"auth": "<auth>"}}}'),
        ("root/.kube/config", b"users:\n- user:\n    token: x\n"),
        ("root/.ssh/id_deploy", b"\1\2"),
        ("srv/keys.kdbx", b"\3\xd9\xa2\x9a\0"),
        ("srv/app.pfx", b"\x30\x83\0"),
    ],
)
def test_files_named_for_secrets(path, data):
    said = finding(inspected(layer(file(path, data))), "secret-file")
    assert said.message == f"/{path} holds secrets, judging by its name"
    assert (said.severity, said.rule, said.saves) == (
        Severity.WARNING,
        "secret-file-copied",
        None,
    )


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("app/.env", b""),
        ("app/.env", b"\n"),
        ("app/.env", b"DEBUG=1\nPORT=8000\n"),
        ("app/.env.example", ENVIRONMENT),
        ("app/.env.dev-sample", ENVIRONMENT),
        ("app/.env.test", ENVIRONMENT),
        ("app/.env.defaults", ENVIRONMENT),
        ("app/.env.d.ts", ENVIRONMENT),
        ("app/env.py", ENVIRONMENT),
        ("app/tests/.env", ENVIRONMENT),
        (
            "root/.docker/config.json",
            b'{"auths": {"a.test": {}}, "credsStore": "desktop"}',
        ),
        ("root/.kube/config", b"clusters: []\n"),
        ("root/.ssh/id_rsa.pub", b"ssh-rsa AAAA\n"),
        ("root/.ssh/known_hosts", b"a.test ssh-rsa AAAA\n"),
    ],
)
def test_files_whose_name_promises_less(path, data):
    assert ids(inspected(layer(file(path, data)))) == []


def test_a_file_named_for_secrets_that_was_removed():
    said = finding(
        inspected(layer(file("app/.env", ENVIRONMENT)), layer(whiteout("app/.env"))),
        "secret-file",
    )
    assert (
        said.message
        == "/app/.env holds secrets, judging by its name, removed in layer 2, still readable in layer 1"
    )


def test_a_file_is_said_once_whatever_is_found_in_it():
    found = inspected(
        layer(
            file("app/.env", ENVIRONMENT + b"API_TOKEN=q8w7e6r5t4z3u2\n"),
            file("app/id_rsa", KEY),
        )
    )
    assert ids(found) == ["private-key", "secret-in-file"]


def test_a_secret_is_said_where_the_file_has_none_later_but_keeps_its_name():
    found = inspected(
        layer(file("app/.env", b"API_TOKEN=q8w7e6r5t4z3u2\n")),
        layer(file("app/.env", ENVIRONMENT)),
    )
    said = finding(found, "secret-in-file")
    assert said.message.endswith(
        "/app/.env, line 1, overwritten in layer 2, still readable in layer 1"
    )
    assert "secret-file" not in ids(found)


def test_very_many_secrets_are_counted():
    image = inspected(layer(*(file(f"app/{at}/.netrc", NETRC) for at in range(60))))
    found = [each for each in image.findings if each.id == "secret-in-file"]
    assert len(found) == 50
    assert found[-1].message.endswith("and more in 10 files")
    places = [place.path for each in found for place in each.places]
    assert len(set(places)) == 60, (
        "every file has a place, also those without a finding"
    )
    assert found[-1].count == len(found[-1].places) == 11


def test_a_secret_of_the_config_is_blamed_on_its_layer():
    history = [
        row(
            "RUN |1 NPM_TOKEN=q8w7e6r5t4z3 /bin/sh -c npm ci # buildkit",
            comment="buildkit.dockerfile.v0",
        )
    ]
    said = finding(inspected(layer(file("a")), history=history), "secret-in-config")
    assert (
        said.message
        == "A secret, judging by its name, is in NPM_TOKEN in the history (row 1)"
    )
    assert said.blame is not None
    assert "q8w7e6r5t4z3" not in said.message


@pytest.mark.parametrize(
    ("user", "is_root"),
    [
        ("", True),
        ("root", True),
        ("0", True),
        ("0:0", True),
        ("root:app", True),
        ("app", False),
        ("10001:0", False),
    ],
)
def test_the_user(user, is_root):
    found = inspected(layer(file("a")), User=user)
    assert [each.id for each in found.findings] == ["root-user"] * is_root


def test_setuid_of_packages_and_of_nobody():
    image = layer(
        file("usr/bin/su", b"x", mode=0o4755),
        file("usr/bin/wall", b"x", mode=0o2755),
        file("app/helper", b"x", mode=0o4755),
        file("app/gone", b"x", mode=0o4755),
        directory("var/mail", mode=0o2775),
    )
    found = inspected(image, layer(whiteout("app/gone")))
    assert finding(found, "setuid-unpackaged").message.endswith(
        "no package owns: /app/helper"
    )
    assert finding(found, "setuid-unpackaged").severity is Severity.WARNING
    assert (finding(found, "setuid").count, finding(found, "setuid").severity) == (
        2,
        Severity.INFO,
    )


def test_where_packages_are_known_a_name_alone_proves_nothing():
    status = b"Package: passwd\nStatus: install ok installed\nVersion: 1\n\n"
    image = layer(
        file("var/lib/dpkg/status", status),
        file("var/lib/dpkg/info/passwd.list", b"/usr/bin/passwd\n"),
        file("usr/bin/passwd", b"x", mode=0o4755),
        file("tmp/su", b"x", mode=0o4755),
    )
    found = inspected(image)
    assert [place.path for place in finding(found, "setuid").places] == [
        b"usr/bin/passwd"
    ]
    assert [place.path for place in finding(found, "setuid-unpackaged").places] == [
        b"tmp/su"
    ]


def test_world_writable():
    image = layer(
        directory("tmp", mode=0o1777),
        directory("app", mode=0o777),
        file("app/run.sh", b"x", mode=0o777),
        symlink("app/link", "run.sh", mode=0o777),
    )
    said = finding(inspected(image), "world-writable")
    assert sorted(place.path for place in said.places) == [b"app", b"app/run.sh"]


def test_capabilities():
    image = layer(
        file("usr/bin/ping", b"x", xattrs={"security.capability": "\x01\x00\x00\x02"})
    )
    assert ids(inspected(image)) == ["file-capabilities"]


@pytest.mark.parametrize(("version", "ended"), [("10", True), ("13", False)])
def test_the_end_of_the_distribution(version, ended):
    release = (
        f'ID=debian\nVERSION_ID="{version}"\nPRETTY_NAME="Debian GNU/Linux {version}"\n'
    )
    found = inspected(layer(file("etc/os-release", release.encode())))
    assert ids(found) == ["end-of-life"] * ended
    if ended:
        assert finding(found, "end-of-life").message.startswith(
            "Debian GNU/Linux 10 has had no security fixes since "
        )


def test_names_that_a_terminal_would_obey_are_shown_harmless():
    said = finding(
        inspected(layer(file("app/\x1b[31m/.netrc", NETRC))), "secret-in-file"
    )
    assert "\x1b" not in said.message


def test_ignored_paths_are_not_spoken_of():
    image = layer(file("root/.netrc", NETRC), file("app/x", b"x", mode=0o4777))
    assert ids(inspected(image, ignore_paths=("root", "/app/*"))) == []

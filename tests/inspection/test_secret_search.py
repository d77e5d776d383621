"""Secrets by the owner of their file: what packages brought is passed by, all else is found, wherever it lies."""

from __future__ import annotations

import pytest
from images import Made, file, layer, opened, whiteout
from inspection import packaged
from inspection.inspected import TODAY, inspected
from inspection.packaged import written
from inspection.tokens import GITHUB, KEY, TOKENS

from lightship.image.layer import Reading
from lightship.image.read_limits import Limits
from lightship.inspection.inspect_image import inspect
from lightship.inspection.inspection import FindingGroup, Inspection
from lightship.inspection.wanted import WITHOUT_SECRETS

WAYS = pytest.mark.parametrize("compression", ["", "gzip"])
"""Read at any place, and as a stream: both have to give the same."""
SITE = "opt/venv/lib/python3.13/site-packages"
TOKEN, TEST_KEY = GITHUB.encode(), KEY.encode()


def secrets(found: Inspection) -> list[str]:
    """The paths of all findings of secrets in files."""
    return [
        place.path.decode()
        for each in found.findings
        if each.group is FindingGroup.SECRETS
        for place in each.places[:1]
    ]


def found_in(*layers: list[Made], compression: str = "") -> list[str]:
    return sorted(
        secrets(inspected(*(layer(*each) for each in layers), compression=compression))
    )


def packages() -> dict[str, list[Made]]:
    """A package of each manager with a key for its tests, and the path of the key."""
    return {
        "usr/share/a/tests/a.key": packaged.deb(
            "a", {"usr/share/a/tests/a.key": TEST_KEY}
        ),
        "etc/a/default.key": packaged.deb(
            "a", {"etc/a/default.key": TEST_KEY}, conffiles=("etc/a/default.key",)
        ),
        "usr/lib/b/a.key": packaged.distroless("b", {"usr/lib/b/a.key": TEST_KEY}),
        "usr/lib/c/a.key": packaged.apk("c", {"usr/lib/c/a.key": TEST_KEY}),
        "usr/share/f/a.key": packaged.rpm("f", {"usr/share/f/a.key": TEST_KEY}),
        f"{SITE}/d/tests/a.key": packaged.python(
            "d", {"d/tests/a.key": TEST_KEY}, SITE
        ),
        "app/node_modules/e/a.key": packaged.npm(
            "e", {"a.key": TEST_KEY}, "app/node_modules"
        ),
    }


PACKAGES = pytest.mark.parametrize("path", packages())


@WAYS
@PACKAGES
def test_what_a_package_brought_is_no_secret(path, compression):
    assert found_in(packages()[path], compression=compression) == []


@WAYS
@PACKAGES
def test_what_a_package_brought_is_no_secret_where_it_was_removed_later(
    path, compression
):
    removed = [whiteout(path.partition("/")[0]), whiteout("var"), whiteout("lib")]
    assert found_in(packages()[path], removed, compression=compression) == []


@WAYS
@PACKAGES
def test_a_copy_with_another_mode_is_as_it_was_brought(path, compression):
    copied = [written(path, TEST_KEY, mode=0o600)]
    assert found_in(packages()[path], copied, compression=compression) == []


@WAYS
@PACKAGES
def test_a_file_of_a_package_that_was_written_over_in_a_later_layer_is_searched(
    path, compression
):
    changed = [written(path, TEST_KEY + TOKEN)]
    assert found_in(packages()[path], changed, compression=compression) == [path]


@WAYS
@pytest.mark.parametrize(
    "path", [path for path in packages() if "node_modules" not in path]
)
def test_a_file_of_a_package_that_was_changed_in_its_own_layer_is_searched(
    path, compression
):
    entries = [each for each in packages()[path] if each.path != path]
    entries.append(written(path, TEST_KEY + TOKEN))
    assert found_in(entries, compression=compression) == [path]


@WAYS
@PACKAGES
def test_a_file_beside_those_of_a_package_is_searched(path, compression):
    folder = path.rpartition("/")[0].replace("node_modules/e", "node_modules")
    beside = f"{folder}/.env"
    entries = [*packages()[path], written(beside, b"API_TOKEN=q8w7e6r5t4z3u2\n")]
    assert found_in(entries, compression=compression) == [beside]


@WAYS
def test_without_sums_the_layer_and_the_time_of_a_package_tell(compression):
    path = "usr/lib/g/a.key"
    entries = packaged.without_sums("g", {path: TEST_KEY})
    assert found_in(entries, compression=compression) == []
    later = [*entries[1:], written(path, TEST_KEY)]
    assert found_in(later, compression=compression) == [path]
    assert found_in(entries, [file(path, TOKEN)], compression=compression) == [path]


@WAYS
def test_an_upgraded_package_is_no_secret_in_either_version(compression):
    path = "usr/share/a/tests/a.key"
    newer = packaged.deb("a", {path: TEST_KEY + b"\n"})
    assert found_in(packages()[path], newer, compression=compression) == []


@WAYS
def test_a_file_of_alpine_that_is_changed_while_another_package_is_added_is_searched(
    compression,
):
    path = "usr/lib/c/a.key"
    with_another = packaged.apk("c", {path: TEST_KEY})[-1]
    entries = [with_another, written(path, TOKEN)]
    assert found_in(packages()[path], entries, compression=compression) == [path]


TREES = {
    "usr/local/lib/python3.13": ("os.py _weakrefset.py", "test/certdata/keycert.pem"),
    "usr/local/go": (
        "src/runtime/proc.go src/cmd/go/main.go",
        "src/crypto/tls/testdata/key.pem",
    ),
    "usr/local/lib/ruby/3.4.0": ("rubygems.rb optparse.rb", "openssl/test.pem"),
    "usr/local/lib/perl5/5.40.0": ("strict.pm warnings.pm", "IO/test.pem"),
    "usr/local/rustup/toolchains/1.91": (
        "lib/rustlib/components",
        "lib/rustlib/src/test.pem",
    ),
    "root/.cargo/registry/src/index/rustls-0.23.1": (
        "Cargo.toml.orig .cargo-ok",
        "tests/key.pem",
    ),
    "opt/conda": ("conda-meta/history", "lib/python3.13/test/keycert.pem"),
    "srv/vendor": (
        "composer/installed.json autoload.php",
        "guzzle/guzzle/tests/server.key",
    ),
    "root/go": (
        "pkg/mod/cache/lock",
        "pkg/mod/golang.org/x/net@v0.40.0/http2/testdata/key.pem",
    ),
    "usr/local/bundle": (
        "specifications/puma-6.4.gemspec",
        "gems/puma-6.4/test/key.pem",
    ),
    "root/.nuget/packages/x/1.0": (".nupkg.metadata", "contentFiles/test.pem"),
    "usr/local/lib/erlang": (
        "bin/start_erl.data releases/RELEASES",
        "lib/ssl-11/examples/key.pem",
    ),
}


@WAYS
@pytest.mark.parametrize("root", TREES)
def test_a_vendors_tree_is_no_secret_but_what_is_added_to_it(root, compression):
    marks, key = TREES[root]
    entries = [file(f"{root}/{mark}", b"x") for mark in marks.split()]
    entries.append(file(f"{root}/{key}", TEST_KEY))
    assert found_in(entries, compression=compression) == []
    added = f"{root}/{key.rpartition('/')[0]}/own.pem"
    is_of_go_module = "pkg/mod/" in added
    expected = [] if is_of_go_module else [added]
    assert (
        found_in(entries, [file(added, TEST_KEY)], compression=compression) == expected
    )
    assert found_in([file(f"{root}/app/server.key", TEST_KEY)]) == [
        f"{root}/app/server.key"
    ]


def test_what_is_installed_beside_a_standard_library_is_not_part_of_it():
    root = "usr/local/lib/python3.13"
    marks = [file(f"{root}/{mark}", b"x") for mark in ("os.py", "_weakrefset.py")]
    own = f"{root}/site-packages/settings.py"
    assert found_in([*marks, file(own, TOKEN)]) == [own]


# What packages of Python, Debian and npm have that looks like a secret and is none, wherever it lies
LOOKALIKES = {
    "a.py": b"KEY = '-----BEGIN RSA " + b"PRIVATE KEY-----\\n' + body + '-----END'\n",
    "b.js": b"const token = process.env.NPM_TOKEN || 'npm_config_registry_token_value'\n",
    "c.md": b"export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    "d.txt": b"ghp_" + b"x" * 36 + b"\n",
    "e.json": b'{"integrity": "sha512-eyJAKIA4QZJ7WPL2MXK9TRBxoxb-AIzaSyp7TnW2qZx9LkVd4RbYh6"}\n',
    "f.tzdata": b"ASIA/KOLKATA ASIABANGKOK_SINGAPORE " * 40,
    "g.c": b"#define MSG.p7TnW2qZx9LkVd4RbYh6Ms.p7TnW2qZx9LkVd4RbYh6Ms8GcJ3uFa5EoX1ip7TnW2\n",
    "h.pem": b"-----BEGIN CERTIFICATE-----\n" + TEST_KEY.split(b"\n")[1] + b"\n-----END CERTIFICATE-----\n",
    ".env.example": b"API_TOKEN=q8w7e6r5t4z3u2\n",
    ".npmrc": b"//registry.example/:_authToken=${NPM_TOKEN}\n",
    "settings.py": b"SECRET_KEY = os.environ['SECRET_KEY']\n",
}  # fmt: skip


@WAYS
@pytest.mark.parametrize("folder", ["app", "usr/share/x", SITE, "app/node_modules/x"])
def test_what_only_looks_like_a_secret_is_none_wherever_it_lies(folder, compression):
    entries = [file(f"{folder}/{name}", data) for name, data in LOOKALIKES.items()]
    assert found_in(entries, compression=compression) == []


BY_NAME = {
    ".npmrc": "//registry.example/:_authToken={}\n",
    ".netrc": "machine a.test login ci password {}\n",
    ".pypirc": "[pypi]\nusername = ci\npassword = {}\n",
    ".git-credentials": "https://ci:{}@git.test\n",
    ".pgpass": "db.test:5432:app:ci:{}\n",
    ".env": "DB_PASSWORD={}\n",
    "settings.py": "SECRET_KEY = '{}'\n",
    ".docker/config.json": '{{"auths": {{"r.test": {{"auth": "{}"}}}}}}',
    ".kube/config": "users:\n- user:\n    token: {}\n",
}
FOLDERS = (
    "app srv/app opt/app code workspace usr/src/app usr/app usr/share/nginx/html usr/local/bin"
    " usr/local/etc usr/local/app usr/local/src/app usr/local/apache2/htdocs etc/app root home/node"
    " usr/local/tomcat/webapps/ROOT var/www/html var/lib/app var/task var/cache/app var/opt/app lib/app"
    " usr/lib/app usr/local/lib/app usr/libexec/app usr/share/app/tests data sbin/app boot/app"
).split()
BODY = "q8W7e6R5t4Z3u2I1o0P9a8S7"
KEYS = ("tls.key", "server.pem", "id_rsa", "deploy_key", "config.yaml", "nginx.conf")
STORES = {
    "store.p12": b"\x30\x82\0\0",
    "vault.kdbx": b"\3\xd9\xa2\x9a\0",
    ".ssh/id_deploy": b"\1\2",
    ".aws/credentials": b"[default]\n",
    ".htpasswd": b"ci:$apr1$x$y\n",
}


def planted() -> list[tuple[str, bytes]]:
    """Path and content of sixty files with one secret each: every shape, in every usual folder."""
    texts = [("main.js", f"const k = '{token}';\n".encode()) for token in TOKENS]
    texts += [(name, text.format(BODY).encode()) for name, text in BY_NAME.items()]
    texts += [(name, TEST_KEY) for name in KEYS]
    texts += STORES.items()
    texts += [("app.log", f"Authorization: {token}\n".encode()) for token in TOKENS]
    return [
        (f"{FOLDERS[number % len(FOLDERS)]}/{number}/{name}", data)
        for number, (name, data) in enumerate(texts[:60])
    ]


@WAYS
def test_every_planted_secret_is_found_once_also_where_a_later_layer_removes_it(
    compression,
):
    files = planted()
    assert len(files) == 60
    brought = [each for entries in packages().values() for each in entries]
    layers = [
        brought,
        [file(path, data) for path, data in files[0::3]],
        [file(path, data) for path, data in files[1::3]],
        [whiteout(path) for path, _ in files[0::6]],
        [file(path, data) for path, data in files[2::3]],
        [file(path, data, mode=0o600) for path, data in files[1::6]],
        [file(path, b"gone\n") for path, _ in files[2::6]],
    ]
    assert found_in(*layers, compression=compression) == sorted(
        path for path, _ in files
    )


@WAYS
def test_secrets_are_not_looked_for_where_nobody_wants_them(compression):
    files = layer(*(file(path, data) for path, data in planted()))
    image = opened(files, compression=compression, Env=[f"API_TOKEN={BODY}"])
    found = inspect(
        image,
        Reading(WITHOUT_SECRETS, Limits()),
        build=None,
        dockerfile="",
        today=TODAY,
    )
    assert [each for each in found.findings if each.group is FindingGroup.SECRETS] == []
    assert "secrets were not looked for" in found.notes
    assert len(inspected(files, compression=compression).notes) == 0

"""Whose content is looked at while layers are read: databases of packages, possible secrets.

The answer depends on path and size alone, so that it is the same for every source. Looked through
for secrets are:

* by name, wherever they lie, up to 1 MB: `.netrc`, `.npmrc`, `.pypirc`, `.git-credentials` and
  similar, keys (`id_rsa`, `*.pem`, `*.key`, `*.p12`, `*.kdbx`), files of credentials
  (`credentials.json`, `kubeconfig`);
* of all other files those up to 256 kB whose name says that they are text or begins with `.env` or
  `service-account`, and those without an ending up to 16 kB.

Passed by is what the distribution or a package brought: `/usr` (but `/usr/src`, `/usr/local/app`
and `/usr/local/src`), `/lib`, `/bin`, `/sbin`, `/boot`, `/var/lib`, `/var/cache`, `/etc/ssl/certs`
and dpkg's logs for all but the names above, and for those too what lies in directories of packages
(`site-packages`, `node_modules` ...) and, of the system, in tests, examples and documentation: the
keys there are public.
"""

from __future__ import annotations

from lightship.image.owners import DATABASE_ENDS, is_database
from lightship.image.scan import Look, Wanted
from lightship.inspection.secrets import find
from lightship.regex import regex

MOST = 1_000_000  # bytes of a file that has the name of a secret
MOST_TEXT = 256_000  # of any other text
MOST_NAMELESS = 16_000  # of a file whose name has no ending

_NAMES = frozenset(
    b""".netrc _netrc .npmrc .yarnrc .yarnrc.yml .pypirc .git-credentials .gitconfig .pgpass
    .my.cnf .boto .s3cfg .dockercfg .dockerconfigjson .htpasswd id_rsa id_dsa id_ecdsa
    id_ed25519 kubeconfig credentials credentials.json credentials.toml
    application_default_credentials.json secrets.json secrets.yaml secrets.yml
    secrets.toml terraform.tfstate terraform.tfvars pip.conf shadow""".split()
)
_KEYS = frozenset(
    (b".pem", b".key", b".p12", b".pfx", b".ppk", b"kdbx")
)  # the last four bytes of a name
_LAST = _KEYS | frozenset(
    name[-4:] for name in _NAMES
)  # half a million paths are asked for, and few end so
_ENDS = _LAST | DATABASE_ENDS
_STARTS = (
    b".env",
    b"service-account",
    b"service_account",
    b"serviceaccount",
    b"kubeconfig",
)
_SYSTEM = frozenset(
    (
        b"usr/",
        b"lib/",
        b"bin/",
        b"sbin",
        b"boot",
        b"lib6",
        b"lib3",
        b"libx",
        b"proc",
        b"sys/",
        b"dev/",
    )
)
_OF_USR = frozenset((b"src/", b"loca"))
_VAR = (
    b"var/lib/",
    b"var/cache/",
    b"var/log/apt/",
    b"var/log/dpkg",
    b"var/log/alternatives",
    b"etc/ssl/certs/",
)
_OWN_USR = (b"usr/src/", b"usr/local/app/", b"usr/local/src/")
_PACKAGES = regex(
    r"(?:^|/)(?:(?:site|dist)-packages|node_modules|ensurepip|gems|\.cargo/registry|go/pkg/mod|\.git/objects|pkgs)/"
)
_PUBLIC = regex(
    r"/(?:tests?|testdata|testing|examples?|samples?|demos?|fixtures?|docs?|man|locale)/"
)
_TEXT = frozenset(
    b"""bash bat cfg cmd cnf cnf conf config credentials crt csv dockerfile editorconfig env
    gradle go graphql hcl htm html http ini java j2 jinja js json json5 jsonl jsx key kt
    ldif local log lua md mjs cjs pem php pl plist production properties ps1 py rb rc
    rest rs rst scala sh sql staging tf tfstate tfvars tmpl toml tpl ts tsx txt vue xml
    yaml yml zsh development backup bak old orig save""".split()
)


def choose(path: bytes, size: int) -> Look:
    """What is done with a file.

    Called for every file of an image, so the usual answer comes first.
    """
    end = path[-4:]
    is_system = path[:4] in _SYSTEM and not (
        path[4:8] in _OF_USR and path.startswith(_OWN_USR)
    )
    if is_system and end not in _ENDS:
        return Look.PASS
    if is_database(path, size):
        return Look.KEEP
    if size > MOST:
        return Look.PASS
    if end in _LAST and (end in _KEYS or path[path.rfind(b"/") + 1 :] in _NAMES):
        return Look.PASS if _is_public(path) else Look.SEARCH
    if is_system or size > MOST_TEXT:
        return Look.PASS
    return _of_text(path, size)


def _of_text(path: bytes, size: int) -> Look:
    if path.find(b"site-packages/") >= 0 or path.find(b"node_modules/") >= 0:
        return Look.PASS  # nearly all that come here, told apart without an expression
    name = path[path.rfind(b"/") + 1 :]
    stem, dot, ending = name.rpartition(b".")
    if name.startswith(_STARTS):
        return Look.PASS if _is_public(path) else Look.SEARCH
    if dot and stem:
        if ending not in _TEXT and ending.lower() not in _TEXT:
            return Look.PASS
    elif size > MOST_NAMELESS:
        return Look.PASS
    is_passed = path.startswith(_VAR) or _PACKAGES.search(path.decode("latin-1"))
    return Look.PASS if is_passed else Look.SEARCH


def _is_public(path: bytes) -> bool:
    """Whether a file with the name of a secret came with a package that anyone can download."""
    text = path.decode("latin-1")
    if _PACKAGES.search(text):
        return True
    return (
        path[:4] in _SYSTEM
        and not path.startswith(_OWN_USR)
        and _PUBLIC.search(text) is not None
    )


WANTED = Wanted(choose, find)

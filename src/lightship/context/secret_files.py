"""Files that hold secrets, by their names, and what a `.env` says of itself: of a build
context, and of an image.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lightship.regex import regex

NAMES = frozenset(
    (".env", ".netrc", "_netrc", ".pypirc", ".git-credentials", ".pgpass", ".htpasswd")
)
NAMES |= frozenset(
    ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "terraform.tfstate", "kubeconfig")
)
PATHS = frozenset((".aws/credentials", ".docker/config.json", ".kube/config"))
"""Names that say it together with the directory that they are in."""
STORES = (".kdbx", ".p12", ".pfx")
DIRECTORIES = frozenset((".ssh", ".aws", ".azure", ".gnupg", ".kube"))
PUBLIC = frozenset(("authorized_keys", "known_hosts", "config"))  # in those directories
# What keeps an empty directory in a repository
KEEPERS = frozenset((".empty", ".gitkeep", ".keep", ".gitignore", ".placeholder"))
_SAMPLES = frozenset(
    """example examples sample samples template tpl tmpl prototype dist default defaults test
    tests testdata""".split()
)
_SAMPLES |= frozenset(
    "testing e2e ci fixture fixtures docs schema dummy mock mocks".split()
)
# Also within the name of a directory: `integration_tests`
_FOR_TESTS = frozenset(
    "test tests testing testdata e2e fixture fixtures mock mocks".split()
)
_FOR_WORK = frozenset("dev devel development local localhost".split())
_OTHERS = frozenset(
    "js mjs cjs ts mts cts py rb go md pub enc encrypted age gpg sops vault".split()
)
"""Endings of what is code, public or encrypted."""
_PUBLIC_VARIABLES = tuple(
    """VITE_ REACT_APP_ NEXT_PUBLIC_ NUXT_PUBLIC_ VUE_APP_ GATSBY_ EXPO_PUBLIC_ PUBLIC_
    NG_APP_""".split()
)
# At the end of a word of the name: `DBPASSWORD`, but not `TOKENIZER`
_SECRET_WORD = regex(
    r"(?:key|secret|token|pass|passw(?:or)?d|passphrase|passcode|pwd|cred(?:ential)?|auth"
    r"|private|salt|jwt|webhook|dsn|flag)s?(?![a-z])",
    re.IGNORECASE,
)
_ABOUT_SECRET = regex(
    r"_(?:method|mode|type|host|ur[il]|path|file|dir|port|name|algorithm|enabled"
    r"|minutes|seconds|days|ttl|expiry|length|size|rounds|(?:rate_?)?limit|scheme|issuer"
    r"|audience|realm|header|provider|backend|prefix|version|client(?:_id)?)$",
    re.IGNORECASE,
)
# What a sample has in the place of the value
_PLACEHOLDER = regex(
    r"(?:.*[^a-z])?(?:your[\s_-].*|(?:tu|su|seu|sua|votre|dein)_[a-z_]+|(?:change[\s_-]?(?:me|this|it))+(?:[^a-z].*)?)"
    r"|x{3,}|<.*>|\.{3}|(?:.*[_-])?(?:here|aqu[ií])",
    re.IGNORECASE,
)
# Where the secret is, instead of the secret: `./key.pem`, `${HOME}/keys`, `/run/secrets/token.txt`
_PATH = regex(
    r"(?:\$\{?\w+\}?|~|\.{1,2})/[\w.@/-]+|/(?:run|etc|var|opt|app|home|tmp|certs?)/[\w.@/-]+"
    r"|[\w.@/-]+\.(?:pem|key|crt|cer|json|txt|ya?ml)"
)
# What everybody has on their own machine: `://postgres:postgres@db`, or what is put in when it is
# used: `://$USER:$PASSWORD@db`
_WITH_LOGIN = regex(r"\w[\w+]*://(?P<user>[^/\s:@]*):(?P<password>[^/\s@]*)@.*")
_ON_OWN_MACHINE = regex(r"@(?:localhost|127\.0\.0\.1|\[::1\])(?![\w.-])")
_SHORT = 4  # of a password: it guards nothing that others reach
# Sentry's own documentation says that everybody may know it: it only takes new events
_OF_SENTRY = regex(r"(?:.*_)?SENTRY(?:_\w+)?_DSN|SENTRY_?DSN", re.IGNORECASE)
# What a project is started with on one's own machine: everybody guesses it
_DEFAULT = regex(
    r"(?:pass(?:word|wd)?|secret|key|token|admin|root|guest|user(?:name)?|test|dev|local"
    r"|dummy|fake|example|sample|minioadmin|foo|bar)(?:\d|123|1234)?"
    r"|(?:[a-z]+[_-]){0,4}(?:test|testing|dummy|fake|insecure|example|dev|development|local)"
    r"(?:[_-][a-z]+){0,8}|(?:test|dummy|fake)_?(?:pass(?:word)?|secret|key|token)\d{0,4}!?"
    r"|1234(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?|(?=\d{4})(?P<digits>\d\d?)(?P=digits)+"
    r"|(?:(?:super|some|my|top|very)[_-]?){1,3}secret(?:[_-]?(?:key|token))?"
    r"|sample[_-](?:[a-z]+[_-]?){0,4}\d{0,6}",
    re.IGNORECASE,
)
# A few letters guard nothing that others reach
_OF_DATABASE = regex(
    r"(?:.*_)?(?:db|database|pg|mysql|mariadb|postgres\w*|mongo\w*)_?(?:user_|root_)?"
    r"(?:pass(?:word|wd)?|pwd)",
    re.IGNORECASE,
)
_FEW_LETTERS = regex(rf"[a-z]{{1,{_SHORT}}}")
# What vendors publish for tests: Cloudflare's Turnstile and Google's reCAPTCHA accept them always
_PUBLISHED = regex(r"[123]x0{10,}(?:AA|BB|FF)|6LeIxAcTAAAAA[\w-]+")
# Who signs in, beside the password
_USER = regex(r"(?:.*_)?(?:user(?:name)?|login)", re.IGNORECASE)
# The variable alone: its value comes from where the container is started
_NAME_ALONE = regex(r"[A-Z][A-Z\d_]*")
_PYPI_PASSWORD = regex(
    r"^[ \t]*password[ \t]*[:=][ \t]*\S|://[^/\s:@]*:[^/\s@]+@", re.MULTILINE
)
# The value is put in when it is used
_FROM_OUTSIDE = regex(r"\$\{?\w+(?::?[-?][^}]*)?\}?|\{\{.*\}\}")
_CERTIFICATE = regex(
    r"-----BEGIN CERTIFICATE-----(?P<body>[A-Za-z0-9+/=\s]{1,20000})-----END"
)
# What nobody else answers to, and what `openssl req` fills in for who gives no name
_FOR_NOBODY = regex(
    r"localhost|snakeoil|Internet Widgits|example\.(?:com|net|org)(?![a-z])"
    r"|\.(?:example|invalid|local|test)(?![a-z-])",
    re.IGNORECASE,
)
# Tag, length and text of a commonName (OID 2.5.4.3), and domain names
_COMMON_NAME = regex(r"\x06\x03\x55\x04\x03[\x0c\x13\x14\x16](?P<length>[\x01-\x7f])")
_DOMAIN = regex(r"(?<![\w@.-])(?:[A-Za-z0-9-]{2,63}\.){1,8}[A-Za-z]{2,24}(?![\w.-])")
_WORD = regex(r"[\w*-]+")
_LOOPBACK = regex(r"127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1")
_SETTING = regex(r"(?:true|false|yes|no|none|null|on|off)?", re.IGNORECASE)
_WITH_USER = regex(r"://[^/\s]*@")
# How Google writes the id of a project: `bike-forecast-472820`
_WORDS_AND_NUMBER = regex(r"(?:[a-z]{2,}-){2,6}\d{1,6}")
_RANDOM = regex(r"(?=(?:\D*\d){3})(?=.*[A-Za-z])[^\s./:]{20,}")


def is_sample(above: Iterable[str], name: str) -> bool:
    """Whether a file is an example or for tests, as its name or a directory above it says."""
    folders = [folder.lower() for folder in above]
    words = re.split(r"[._-]", name.lower())
    if not _SAMPLES.isdisjoint((*folders, *words)):
        return True
    return any(
        not _FOR_TESTS.isdisjoint(re.split(r"[._-]", folder)) for folder in folders
    )


def is_for_work(path: str) -> bool:
    """Whether a file is for work on one's own machine, as its path says: `keys/dev_private.key`,
    `.env.local`.
    """
    words = re.split(r"[./_-]", path.lower())
    return not _FOR_WORK.isdisjoint(words)


def is_for_nobody(text: str) -> bool:
    """Whether a certificate of a PEM file is for no real host: it was made to try things.

    That is `localhost`, a domain that RFC 2606 or RFC 6762 reserves, or one word without a dot
    (`CN=postgres`, `CN=*`), which no host of the internet is called.
    """
    from base64 import b64decode  # noqa: PLC0415 - 1 ms, and few contexts have a certificate

    for block in _CERTIFICATE.finditer(text):
        try:
            certificate = b64decode("".join(block["body"].split()))
        except ValueError:
            continue
        text_of_it = certificate.decode("latin-1")
        if _FOR_NOBODY.search(text_of_it) or _names_no_host(text_of_it):
            return True
    return False


def _names_no_host(certificate: str) -> bool:
    """Whether all common names of a certificate are single words or addresses of the machine
    itself, and it has no domain.
    """
    names = [
        certificate[match.end() : match.end() + ord(match["length"])]
        for match in _COMMON_NAME.finditer(certificate)
    ]
    if not names or _DOMAIN.search(certificate):
        return False
    return all(_WORD.fullmatch(name) or _LOOPBACK.fullmatch(name) for name in names)


def is_named_for_secrets(path: str) -> bool:
    """Whether the name of a file in an image says that it holds secrets.

    Its content may say that it does not.
    """
    *above, name = path.split("/")
    if not _is_secret_name(above[-1:], name):
        return False
    is_at_home = above[:1] == ["home"]
    if is_at_home:
        above = above[2:]  # the name of a user says nothing
    return not is_sample(above, name)


def _is_secret_name(parent: Sequence[str], name: str) -> bool:
    """`parent` is the name of the directory that it is in, if it is in one."""
    if name in NAMES or name.endswith(STORES):
        return True
    if "/".join((*parent, name)) in PATHS:
        return True
    is_key = name.startswith("id_") and list(parent) == [".ssh"]
    if not is_key and not name.startswith(".env."):
        return False
    ending = name.rpartition(".")[2]
    return ending not in _OTHERS


def has_index_password(text: str) -> bool:
    """Whether the text of a `.pypirc` has a password."""
    return _PYPI_PASSWORD.search(text) is not None


def is_public_environment(text: str | None) -> bool:
    """Whether no variable looks like a secret: such a framework writes it into the pages, or
    it only sets something, or to what everybody has on their own machine.

    One without a variable holds nothing, or shows in comments what can be set.
    """
    if text is None:
        return False
    users: set[str] = set()
    passwords: list[str] = []
    for line in text.splitlines():
        row = line.strip().removeprefix("export ")
        if not row or row.startswith("#") or _NAME_ALONE.fullmatch(row):
            continue
        name, equals, value = row.partition("=")
        if not equals:
            return False  # it is no file of variables
        name, value = name.strip(), value.strip(" \"'")
        if _USER.fullmatch(name):
            users.add(value)
        elif _may_be_secret(name, value):
            passwords.append(value)
    # A password that is the name of the user is one that everybody guesses
    return users.issuperset(passwords)


def _may_be_secret(name: str, value: str) -> bool:
    if name.startswith(_PUBLIC_VARIABLES) or _SETTING.fullmatch(value):
        return False
    if _FROM_OUTSIDE.fullmatch(value) or _PLACEHOLDER.fullmatch(value):
        return False
    if _PATH.fullmatch(value) or _has_guessed_login(value):
        return False
    if _PUBLISHED.fullmatch(value) or _OF_SENTRY.fullmatch(name):
        return False
    if _DEFAULT.fullmatch(value) or _is_named_after_service(name, value):
        return False
    if _repeats_name(name, value):
        return False
    if _OF_DATABASE.fullmatch(name) and _FEW_LETTERS.fullmatch(value):
        return False
    is_named = _SECRET_WORD.search(name) and not _ABOUT_SECRET.search(name)
    if is_named or _WITH_USER.search(value):
        return True
    if _WORDS_AND_NUMBER.fullmatch(value):
        return False
    return _RANDOM.fullmatch(value) is not None


def _has_guessed_login(address: str) -> bool:
    """Whether the password in an address is the user's name, a default, or a variable."""
    login = _WITH_LOGIN.fullmatch(address)
    if login is None:
        return False
    password = login["password"]
    if password == login["user"]:
        return True
    # Such a server is the one on the developer's own machine; a real password may be meant, too
    if len(password) <= _SHORT and _ON_OWN_MACHINE.search(address):
        return True
    guessed = (_DEFAULT, _PLACEHOLDER, _FROM_OUTSIDE)
    return any(form.fullmatch(password) for form in guessed)


def _is_named_after_service(name: str, value: str) -> bool:
    """Whether the value is a word of the name: `POSTGRES_PASSWORD=postgres`."""
    return len(value) > 2 and value.lower() in name.lower().split("_")


def _repeats_name(name: str, value: str) -> bool:
    """Whether most words of the value are those of the name: `SITE_API_SECRET=site_secret`."""
    words = re.split(r"[_-]", value.lower())
    own = name.lower().split("_")
    repeated = [word for word in words if word in own]
    return len(repeated) > 1 and 2 * len(repeated) > len(words)

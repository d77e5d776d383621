"""What curl and wget fetch, and where they put it (curl(1), wget(1), busybox's wget)."""

from __future__ import annotations

from dataclasses import field

from lightship.record import record
from lightship.shell.specs import written
from lightship.shell.tree import Command
from lightship.shell.words import Word

NAMES = ("curl", "wget")
_SCHEMES = ("http://", "https://", "ftp://")
# Letters and options that take a value: what follows them is not a URL
_CURL_LETTERS = frozenset("AbCcDdEeFHhKmoPQrTtUuwXxYyz")
_CURL_VALUES = frozenset(
    """--user-agent --cookie --cookie-jar --continue-at --dump-header --data --data-binary
    --data-raw --data-urlencode --json --cert --key --cacert --capath --referer --form --header
    --config --max-time --connect-timeout --output --output-dir --range --upload-file --user
    --write-out --request --proxy --retry --retry-delay --retry-max-time --limit-rate --speed-limit
    --speed-time --time-cond --resolve --interface --ciphers --tls-max --max-redirs --stderr
    --socks5 --noproxy --proto --proto-redir --create-file-mode""".split()
)
_WGET_LETTERS = frozenset("aABDeGiIloOPQRtTUwX")
_WGET_VALUES = frozenset(
    """--output-document --output-file --append-output --directory-prefix --tries --timeout
    --header --user-agent --post-data --post-file --user --password --http-user --http-password
    --input-file --execute --wait --limit-rate --ca-certificate --level --accept --reject
    --cut-dirs --progress --waitretry --dns-timeout --connect-timeout --read-timeout --method
    --body-data --quota --domains --referer --secure-protocol --retry-on-http-error""".split()
)
_WITH_VALUE = {
    "curl": (_CURL_LETTERS, _CURL_VALUES),
    "wget": (_WGET_LETTERS, _WGET_VALUES),
}
# Options by which certificates are not checked, and that name the output
_UNCHECKED = {
    "curl": ("k", "--insecure"),
    "wget": ("--no-check-certificate",),
}
_OUTPUT = {
    "curl": ("o", "--output"),
    "wget": ("O", "--output-document"),
}
# Of wget: one option, not two letters
_TWO_LETTERS = ("nv", "nc")
_STDOUT = ("-", "/dev/stdout")


@record
class Fetch:
    """One command that fetches.

    `options` are its letters and long options, without values. `urls` are its operands. `output` is
    the file that it names; empty where the name is that of the URL (`saves`), or all goes to
    stdout.
    """

    command: Command
    options: frozenset[str]
    urls: tuple[Word, ...]
    output: str
    saves: bool

    @property
    def takes_any_certificate(self) -> bool:
        """Whether an option turns the check of certificates off."""
        return not self.options.isdisjoint(_UNCHECKED[self.command.name])

    def target(self, url: str) -> str:
        """The name of the file that `url` goes to; empty for stdout."""
        if not self.saves:
            return ""
        if self.output:
            return self.output
        path, _, _ = url.partition("?")
        _, _, name = path.rstrip("/").rpartition("/")
        return name


@record(eq=False)
class _Given:
    """What a command line gives: options, URLs, and the values of options with their words."""

    options: set[str] = field(default_factory=set)
    urls: list[Word] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)


def read_fetch(command: Command) -> Fetch | None:
    """What a command of curl or wget fetches; None for any other."""
    if command.name not in NAMES:
        return None
    given = _given(command)
    output = ""
    for option in _OUTPUT[command.name]:
        if option in given.values:
            output = given.values[option]
            break

    saves = output != "/dev/null"
    if _goes_to_stdout(command, given, output):
        saves = False
        file = _redirect(command)
        if file is not None:
            output = written(file)
            saves = True
    return Fetch(
        command,
        frozenset(given.options),
        tuple(given.urls),
        output,
        saves,
    )


def _given(command: Command) -> _Given:
    given = _Given()
    words = iter(command.args)
    for word in words:
        text = written(word)
        if text == "-" or not text.startswith("-"):
            given.urls.append(word)
            continue
        name, value = _option(command.name, text, given.options)
        if not name:
            continue
        if value is not None:
            given.values[name] = value
            continue
        after = next(words, None)
        if after is not None:
            given.values[name] = written(after)
    return given


def _goes_to_stdout(command: Command, given: _Given, output: str) -> bool:
    """Whether what is fetched is printed; wget saves it unless it is told otherwise."""
    if output:
        return output in _STDOUT
    if command.name == "wget":
        return False
    return given.options.isdisjoint({"O", "--remote-name"})


def _option(tool: str, text: str, options: set[str]) -> tuple[str, str | None]:
    """The option in a word that takes a value, and the value where it stands in the word.

    All options in the word go to `options`.
    """
    letters, long_options = _WITH_VALUE[tool]
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        options.add(name)
        if name not in long_options:
            return "", None
        return name, value if equals else None

    if text[1:3] in _TWO_LETTERS:
        options.add(text[1:3])
        return "", None
    for at, letter in enumerate(text[1:], 2):
        options.add(letter)
        if letter in letters:
            value = text[at:].removeprefix("=")
            return letter, value or None
    return "", None


def _redirect(command: Command) -> Word | None:
    """The file that its output is redirected to."""
    target = None
    for redirect in command.redirects:
        is_output = redirect.operator in (">", ">>", ">|")
        if is_output and redirect.fd in (None, 1):
            target = redirect.target
    return target


def is_url(text: str) -> bool:
    """Whether it begins as the URL of a file on the network does."""
    return text.lower().startswith(_SCHEMES)

"""What curl and wget fetch, and where they put it (curl(1), wget(1), busybox's wget)."""

from __future__ import annotations

from lightship.record import record
from lightship.shell.specs import written
from lightship.shell.tree import Command
from lightship.shell.words import Word

NAMES = ("curl", "wget")
_SCHEMES = ("http://", "https://", "ftp://")
# Letters and options that take a value: what follows them is none of the URLs.
_CURL_LETTERS = frozenset("AbCcDdEeFHhKmoPQrTtUuwXxYyz")
_CURL_VALUES = frozenset(
    """--user-agent --cookie --cookie-jar --continue-at --dump-header --data --data-binary --data-raw --data-urlencode
    --json --cert --key --cacert --capath --referer --form --header --config --max-time --connect-timeout --output
    --output-dir --range --upload-file --user --write-out --request --proxy --retry --retry-delay --retry-max-time
    --limit-rate --speed-limit --speed-time --time-cond --resolve --interface --ciphers --tls-max --max-redirs
    --stderr --socks5 --noproxy --proto --proto-redir --create-file-mode""".split()
)
_WGET_LETTERS = frozenset("aABDeGiIloOPQRtTUwX")
_WGET_VALUES = frozenset(
    """--output-document --output-file --append-output --directory-prefix --tries --timeout --header --user-agent
    --post-data --post-file --user --password --http-user --http-password --input-file --execute --wait --limit-rate
    --ca-certificate --level --accept --reject --cut-dirs --progress --waitretry --dns-timeout --connect-timeout
    --read-timeout --method --body-data --quota --domains --referer --secure-protocol --retry-on-http-error""".split()
)
_UNCHECKED = {"curl": ("k", "--insecure"), "wget": ("--no-check-certificate",)}
_OUTPUT = {"curl": ("o", "--output"), "wget": ("O", "--output-document")}


@record
class Fetch:
    """One command that fetches. `options` are its letters and long options, without values. `urls` are its operands.

    `output` is the word that names the file; None where the name is that of the URL (`saves`) or all goes to stdout.
    """

    command: Command
    options: frozenset[str]
    urls: tuple[Word, ...]
    output: Word | None
    output_text: str
    saves: bool

    @property
    def takes_any_certificate(self) -> bool:
        """Whether an option turns the check of certificates off."""
        return not self.options.isdisjoint(_UNCHECKED[self.command.name])

    def target(self, url: str) -> str:
        """The name of the file that `url` goes to; empty for stdout."""
        if not self.saves:
            return ""
        return self.output_text or url.partition("?")[0].rstrip("/").rpartition("/")[2]


def read_fetch(command: Command) -> Fetch | None:
    """What a command of curl or wget fetches; None for any other."""
    if command.name not in NAMES:
        return None
    curl = command.name == "curl"
    letters, values = (
        (_CURL_LETTERS, _CURL_VALUES) if curl else (_WGET_LETTERS, _WGET_VALUES)
    )
    options: set[str] = set()
    urls: list[Word] = []
    given: dict[str, tuple[Word, str]] = {}
    words = iter(command.args)
    for word in words:
        text = written(word)
        if not text.startswith("-") or text == "-":
            urls.append(word)
            continue
        name, value = _option(text, letters, values, options)
        if name and value is None:
            after = next(words, None)
            if after is not None:
                given[name] = (after, written(after))
        elif name and value is not None:
            given[name] = (word, value)
    output = next(
        (given[name] for name in _OUTPUT[command.name] if name in given), None
    )
    text = output[1] if output else ""
    stdout = text in ("-", "/dev/stdout") or (
        curl and not output and not options & {"O", "--remote-name"}
    )
    if stdout and (file := _redirect(command)) is not None:
        return Fetch(
            command, frozenset(options), tuple(urls), file, written(file), saves=True
        )
    saves = not stdout and text != "/dev/null"
    return Fetch(
        command,
        frozenset(options),
        tuple(urls),
        output[0] if output else None,
        text,
        saves,
    )


def _option(
    text: str, letters: frozenset[str], values: frozenset[str], options: set[str]
) -> tuple[str, str | None]:
    """The option in a word that takes a value, and the value where it stands in the word; the rest go to `options`."""
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        options.add(name)
        return (name, value if equals else None) if name in values else ("", None)
    if text[1:3] == "nv" or text[1:3] == "nc":
        options.add(text[1:3])
        return "", None
    for at, letter in enumerate(text[1:], 2):
        options.add(letter)
        if letter in letters:
            return letter, text[at:].removeprefix("=") or None
    return "", None


def _redirect(command: Command) -> Word | None:
    """The file that its output is redirected to."""
    targets = [
        each.target
        for each in command.redirects
        if each.operator in (">", ">>", ">|") and each.fd in (None, 1)
    ]
    return targets[-1] if targets else None


def is_url(text: str) -> bool:
    """Whether it begins as the URL of a file on the network does."""
    return text.lower().startswith(_SCHEMES)

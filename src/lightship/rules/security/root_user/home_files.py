"""What a build puts under /root, where no other user can read it."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean
from lightship.regex import regex
from lightship.shell.commands import Command

_HOME = "/root"
_REMOVALS = ("rm", "rmdir", "unlink")
# Calls and commands that fetch models or data into the home directory
_DOWNLOADS = regex(
    r"nltk\.download|SentenceTransformer\(|CrossEncoder\(|TextEmbedding\(|WhisperModel\("
    r"|from_pretrained\(|snapshot_download|hf_hub_download|(?:huggingface-cli|\bhf) +download"
    r"|whisper\.load_model|torch\.hub|easyocr\.Reader|stanza\.download|gensim\.downloader"
    r"|camoufox +fetch|patchright +install|pyppeteer-install|datasets\.load_dataset"
)
# They name another place for it
_PLACES = regex(
    r"--local-dir|--cache-dir|cache_dir *=|cache_folder *=|local_dir *=|download_dir *="
    r"|download_root *=|model_dir *=|nltk\.downloader.* (?:-d|--dir)\b"
)
_PLACE_VARIABLES = (
    "HOME",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "NLTK_DATA",
    "PLAYWRIGHT_BROWSERS_PATH",
    "SENTENCE_TRANSFORMERS_HOME",
    "TORCH_HOME",
    "TRANSFORMERS_CACHE",
    "XDG_CACHE_HOME",
)
_SCRIPTS = (".py", ".sh")
_FETCHER_NAME = regex(r"download|fetch|preload|warm|cache|models?(?:\b|_)")


def fills_home(build: Build, run: Instruction) -> bool:
    """Whether a RUN leaves files under /root that the program may look for."""
    for call in build.commands(of=run):
        if _names_home(call.command):
            return True
    return _downloads(build, run)


def _names_home(command: Command) -> bool:
    if command.name in _REMOVALS:
        return False
    words = list(command.words)
    targets = [item.target for item in command.redirects]
    words += [word for word in targets if word is not None]
    return any(_is_at_home(word.text) for word in words)


def _is_at_home(text: str) -> bool:
    text = text.lstrip("\"'")
    return text.startswith("~") or "/root/" in text or "$HOME" in text


def _downloads(build: Build, run: Instruction) -> bool:
    """Whether models or data land there, since nothing names another place."""
    if _has_other_place(build, run):
        return False
    return any(map(_downloads_home, _texts(build, run)))


def _downloads_home(text: str) -> bool:
    if not _DOWNLOADS.search(text):
        return False
    return _PLACES.search(text) is None


def _has_other_place(build: Build, run: Instruction) -> bool:
    state = build.evaluation.before(run)
    if state is None:
        return False
    env = state.env
    places = [env.get(name) or "" for name in _PLACE_VARIABLES]
    return any(map(_is_elsewhere, places))


def _is_elsewhere(place: str) -> bool:
    if not place.startswith("/"):
        return False
    return not place.startswith(_HOME)


def _texts(build: Build, run: Instruction) -> Iterator[str]:
    """What a RUN says, and the scripts of the project that it runs."""
    yield run.line.text
    for heredoc in run.heredocs:
        yield heredoc.content

    for call in build.commands(of=run):
        for value in call.command.values:
            if value and value.endswith(_SCRIPTS):
                yield _script(build, value)


def _script(build: Build, path: str) -> str:
    """The text of a script; where it cannot be read its name stands for what it does."""
    _, _, name = path.rpartition("/")
    text = None
    if build.context is not None:
        below_root = clean(f"/{path}").removeprefix("/")
        text = build.context.read(below_root) or build.context.read(name)
    if text is not None:
        return text
    return "snapshot_download" if _FETCHER_NAME.search(name) else ""

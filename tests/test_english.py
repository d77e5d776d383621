"""What a user reads is plain English: none of these phrases is in messages, help, docs or docstrings.

Readers stumbled over each of them. CONTRIBUTING.md, "English", shows what to write instead.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from source_trees import SOURCE, nodes, statements, tree_of

ROOT = Path(__file__).parent.parent

# In anything that is written: the phrase, and what to write instead
EVERYWHERE = {
    r"\b(?:is|are|was|were) no (?!longer|more\b|later\b|larger\b|slower\b|worse\b)": (
        "say what it is: `invalid size 'x'`, `unknown rule foo`, `is not a regular file`"
    ),
    r"(?<!left )(?<!leave )\bbehind(?![-_])(?! (?:a|the|its) (?:\w+ )?(?:proxy|firewall|load balancer))": "after",
    r"\banew\b": "again; from scratch",
    r"\b(?:put|puts|putting) (?:\w+ )?right\b": "fix",
    r"\b(?:takes?|brings?|brought) (?:[\w.`*]+ ){1,4}along\b": "copies, includes",
    r"\bwho(?:m|so)?ever\b": "anyone who",
    r"\bin whatever version\b|\bwhichever \w+ (?:is|there is)\b": "the latest version",
    r"\bleaves? (?:[\w.`*-]+ ){1,3}away\b|\bleft away\b": "remove, omit",
    r"\b(?:goes|go) past\b": "bypasses",
    r"\b(?:gone|goes|go|going) on with\b|\binstall goes on\b": "continue, resume",
    r"\b(?:was|has|were) begun\b": "was started",
    r"\bis to be (?:said|gone|had)\b": "say it directly",
    r"\b(?:has|have) not (?:the|a|an)\b": "does not have; does not match",
    r"\bline ends?\b(?! (?:after|with))": "line ending",
    r"\bof Windows\b": "CRLF; on Windows",
    r"\bhis (?:other|groups|number|home|name)\b": "its; the user's",
    r"\bfinds no such\b": "cannot find",
    r"\b(?:and|or) the like\b": "and similar",
    r"\bin vain\b": "without effect",
    r"\bpackages of Python\b": "Python packages",
    r"\bimages? of Python\b": "Python image",
    r"\bmade for people\b": "for interactive use",
    r"\bas good as\b": "almost",
    r"\b(?:thereby|thereof|hereby|therein)\b": "plain words",
    r"\ball the same\b": "still, anyway",
    r"\bon the way can\b": "on the network can",
}
# In what a user sees of the program: messages, help, the documentation of rules, pages
FOR_USERS = {
    r"\bis none\b|\bare none\b": "is not one; there are none",
    r"\bof (?:no )?use\b": "useful, useless",
    r"\bsurely\b": "certainly; or say why",
    r"\bno ?body can\b|\bhas nobody to\b": "no one can",
    r"\bnothing of (?:it|them|the)\b|\bNone of it\b": "say what is not",
    r"\bwhat holds\b": "the settings in effect",
    r"\bAt most so (?:much|many)\b|\bso much more\b": "`at most 20 MB more`; `Maximum ...`",
    r"^Of (?:one|both|RUN|each)\b": "name the thing: `Time limit for one build`",
    r"\bstands? (?:in|on|at|beside|there|under|between)\b(?! for)": "is in, is on",
    r"\bonce more\b": "again",
    r"\bis said of\b|\bsaid (?:twice|once)\b": "reported",
}

_FENCE = re.compile(r"^ {0,3}```.*?^ {0,3}```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_THERE = re.compile(
    r"\b[Tt]here\s+(?:often )?(?:is|are|was|were)\b"
)  # "there is no cache" is plain


def prose(text):
    """A text with blanks in place of code and of `there is`; lines keep their numbers."""
    for pattern in (_FENCE, _CODE, _THERE):
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return text


def odd_phrases(text, phrases):
    """Each odd phrase of a text: the lines before it, its words, and what to write instead."""
    for phrase, instead in phrases.items():
        for match in re.finditer(phrase, text):
            yield text.count("\n", 0, match.start()), match[0], instead


def docstrings_of(tree):
    for node in [tree, *statements(tree)]:
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def is_specimen(node):
    """Whether it is `Example(...)` or `regex(...)`, whose strings are not prose."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return is_call and node.func.id in {"Example", "regex"}


def texts_of(path):
    """Every string of a module that may be words: its line, the text, and whether a user sees it."""
    tree = tree_of(path)
    internal = set(docstrings_of(tree))
    if path.is_relative_to(SOURCE / "rules"):
        internal -= {tree.body[0].value}  # the documentation of the rule

    for node in nodes(tree, but=is_specimen):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and " " in node.value:
            yield node.lineno, node.value, node not in internal


# Comments, and strings with a blank in them
_JS_TEXT = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"[^"\n]*\s[^"\n]*"|'[^'\n]*\s[^'\n]*'|`[^`]*\s[^`]*`""",
    re.DOTALL,
)
_JSON_TEXT = re.compile(
    r'(?<="description": )"(?:[^"\\\n]|\\.)*"|(?<="title": )"[^"\n]*"'
)


def pieces_of(path, form):
    """What a form finds in a file: its line, the text, and that a user may see it."""
    text = path.read_text(encoding="utf-8")
    for match in form.finditer(text):
        is_comment = match[0].startswith("/")
        words = match[0].replace("`", "'")  # no code, but a string
        yield text.count("\n", 0, match.start()) + 1, words, not is_comment


def complaints_of(path):
    if path.suffix == ".py":
        texts = texts_of(path)
    elif path.suffix == ".js":
        texts = pieces_of(path, _JS_TEXT)
    elif path.suffix == ".json":
        texts = pieces_of(path, _JSON_TEXT)
    else:
        texts = [(1, path.read_text(encoding="utf-8"), path.name != "ARCHITECTURE.md")]

    for first, text, is_for_users in texts:
        phrases = EVERYWHERE | FOR_USERS if is_for_users else EVERYWHERE
        for lines, words, instead in odd_phrases(prose(text), phrases):
            yield f"{path.relative_to(ROOT)}:{first + lines}: {words!r}; write: {instead}"


ROOMS = sorted(path for path in SOURCE.iterdir() if path.name != "__pycache__")
PAGES = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/practices/*.md"),
    ]
    if path.name != "CONTRIBUTING.md"  # it quotes the phrases
)


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_no_text_of_a_room_has_an_odd_phrase(room):
    kinds = ("*.py", "*.js", "*.json")
    modules = [path for kind in kinds for path in sorted(room.rglob(kind))]
    if not room.is_dir():
        modules = [room]
    complaints = [line for module in modules for line in complaints_of(module)]
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_has_an_odd_phrase(page):
    complaints = list(complaints_of(page))
    assert not complaints, "\n" + "\n".join(complaints)


def test_phrases_are_found_but_not_in_code():
    text = "'x' is no size\nthe install behind it\n`anew` is code\nThere is no cache\n"
    words = [(line, words) for line, words, _ in odd_phrases(prose(text), EVERYWHERE)]
    assert words == [(0, "is no "), (1, "behind")]

"""What starts a workflow, and what its expressions are in each kind of run.

Source: docs.github.com, "Events that trigger workflows", "Contexts reference".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from lightship.builds.ci.ci_build import CiEvent, RunKind
from lightship.builds.ci.github_expression import NotKnown, filled, value_of
from lightship.builds.ci.github_values import GithubContext
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex

T = TypeVar("T")
_LISTS = (
    "branches",
    "branches-ignore",
    "tags",
    "tags-ignore",
    "paths",
    "paths-ignore",
    "types",
)
_BY_EVENT = {
    "pull_request": (RunKind.PULL_REQUEST, RunKind.FORK_PULL_REQUEST),
    "pull_request_target": (RunKind.PULL_REQUEST_TARGET,),
    "merge_group": (RunKind.MERGE_QUEUE,),
    "schedule": (RunKind.SCHEDULE,),
    "workflow_dispatch": (RunKind.DISPATCH,),
    "release": (RunKind.RELEASE,),
    "workflow_call": (RunKind.CALLED,),
}
_OWN, _FORK = "owner/repository", "fork/repository"
_BRANCHES = ("main", "master")
_NAMED_BRANCH = regex(
    r"refs/heads/([\w./-]{1,200})'|ref_name\s{0,9}[!=]=\s{0,9}'([\w./-]{1,200})'"
)
_MOST_BRANCHES = 6
_LONGEST = 20_000  # characters of a text with expressions; nobody writes a longer one
# The run is one of the repository itself, and the steps before went well
_SURE = (
    (regex(r"github\.repository(?:_owner)?\s*==\s*'[^']*'"), "true"),
    (regex(r"'[^']*'\s*==\s*github\.repository(?:_owner)?(?![\w.])"), "true"),
    (regex(r"github\.repository(?:_owner)?\s*!=\s*'[^']*'"), "false"),
    (regex(r"!\s*cancelled\(\s*\)|\b(?:always|success)\(\s*\)"), "true"),
    (regex(r"\b(?:failure|cancelled)\(\s*\)"), "false"),
)
_WHOLE = regex(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")
# What has another value in each run, or is made up here, stays as it is written
_PLAIN = regex(r"\s*github\.(?:ref|ref_name|head_ref|base_ref|repository\w*)\s*")


def events_of(tree: YamlNode) -> tuple[CiEvent, ...]:
    """The events of a workflow, in the order in which they are written."""
    node = tree.entries.get("on")
    if node is None:
        return ()
    if node.text is not None:
        return (CiEvent(node.text, node.line),)
    if node.items:
        return tuple(CiEvent(item.text or "", item.line) for item in node.items)
    return tuple(_event(name, about) for name, about in node.entries.items())


def _event(name: str, node: YamlNode) -> CiEvent:
    lists = [_texts(node.get(key)) for key in _LISTS]
    return CiEvent(name, node.line, *lists)


def _texts(node: YamlNode | None) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(item.text or "" for item in node.items or [node])


@record(eq=False)
class RunValues:
    """A kind of run, and for each branch that it may be on what `github` is then."""

    kind: RunKind
    event: str
    contexts: tuple[GithubContext, ...]


def run_values(
    events: Sequence[CiEvent], known: Mapping[str, Any], text: str
) -> Iterator[RunValues]:
    """Each kind of run that the events start; `known` is what `github` is in all of them.

    `text` is the workflow: a branch that it names may be the default one.
    """
    seen: set[tuple[RunKind, str]] = set()
    for event in events:
        for kind in _kinds(event):
            if (kind, event.name) not in seen:
                seen.add((kind, event.name))
                refs = _refs(kind, event, text)
                contexts = [_github(kind, event.name, ref, known) for ref in refs]
                yield RunValues(kind, event.name, tuple(contexts))


def _kinds(event: CiEvent) -> tuple[RunKind, ...]:
    if event.name != "push":
        return _BY_EVENT.get(event.name, (RunKind.OTHER,))
    kinds = []
    if event.is_for_branches:
        kinds.append(RunKind.PUSH)
    if event.is_for_tags:
        kinds.append(RunKind.TAG)
    return tuple(kinds)


def _refs(kind: RunKind, event: CiEvent, text: str) -> list[str]:
    """The refs that a run may have; the names of branches are guessed from the file."""
    if kind in (RunKind.TAG, RunKind.RELEASE):
        return ["refs/tags/v1.2.3"]
    if kind in (RunKind.PULL_REQUEST, RunKind.FORK_PULL_REQUEST):
        return ["refs/pull/1/merge"]
    if kind is RunKind.MERGE_QUEUE:
        return ["refs/heads/gh-readonly-queue/main/pr-1-0"]
    plain = [name for name in event.branches if not any(c in name for c in "*?[!+")]
    is_plain = kind is RunKind.PUSH and bool(plain)
    names = plain if is_plain else [*_BRANCHES, *_named_branches(text)]
    return [f"refs/heads/{name}" for name in dict.fromkeys(names)][:_MOST_BRANCHES]


@lru_cache(maxsize=4)
def _named_branches(text: str) -> tuple[str, ...]:
    """The branches that a workflow names; every build of it asks."""
    found = (match[1] or match[2] for match in _NAMED_BRANCH.finditer(text))
    return tuple(islice(dict.fromkeys(found), _MOST_BRANCHES))


def _github(
    kind: RunKind, event: str, ref: str, known: Mapping[str, Any]
) -> GithubContext:
    """The context `github` of a run, as far as every run of its kind has it."""
    name = ref.split("/", 2)[2]
    context = GithubContext(known)
    context.update(
        ref=ref,
        ref_name=name,
        ref_type="tag" if ref.startswith("refs/tags/") else "branch",
        repository=_OWN,
    )
    if kind is not RunKind.CALLED:
        context["event_name"] = event
    payload = GithubContext(known.get("event") or {})
    is_pull = kind in (
        RunKind.PULL_REQUEST,
        RunKind.FORK_PULL_REQUEST,
        RunKind.PULL_REQUEST_TARGET,
    )
    if is_pull:
        is_fork = kind is RunKind.FORK_PULL_REQUEST
        repo = GithubContext(fork=is_fork, full_name=_FORK if is_fork else _OWN)
        if kind is RunKind.PULL_REQUEST_TARGET:
            repo = GithubContext()
        head = GithubContext(repo=repo)
        payload["pull_request"] = GithubContext(head=head)
    else:
        context["head_ref"] = ""
        context["base_ref"] = ""
        payload["pull_request"] = None
    payload["release"] = GithubContext() if kind is RunKind.RELEASE else None
    if kind is not RunKind.DISPATCH and kind is not RunKind.CALLED:
        payload["inputs"] = None
    context["event"] = payload
    return context


def in_run(
    run: RunValues, values: Mapping[str, Any], ask: Callable[[Mapping[str, Any]], T]
) -> T | None:
    """What `ask` says of the values in such a run; None where it depends on the branch."""
    answers = each_in_run(run, values, ask)
    is_one = all(answer == answers[0] for answer in answers)
    return answers[0] if is_one and answers else None


def each_in_run(
    run: RunValues, values: Mapping[str, Any], ask: Callable[[Mapping[str, Any]], T]
) -> list[T]:
    """What `ask` says on each branch that the run may be on."""
    return [ask({**values, "github": context}) for context in run.contexts]


def condition(text: str, values: Mapping[str, Any]) -> bool | None:
    """Whether an `if:` holds; None where that is not known."""
    if len(text) > _LONGEST:
        return None
    whole = _WHOLE.fullmatch(text.strip())
    inner = whole[1] if whole is not None else text
    try:
        if "${{" in inner:
            return _truth(text_in(inner, values))
        value = value_of(sure(inner), values)
    except UnknownValueError:
        return None
    return None if isinstance(value, NotKnown) else _truth(value)


def _truth(value: Any) -> bool:
    return bool(value) and value not in ("0", "false")


def sure(text: str) -> str:
    """An expression with what is sure in a run of the repository itself."""
    for pattern, value in _SURE:
        text = pattern.sub(value, text)
    return text


def text_in(text: str, values: Mapping[str, Any]) -> str:
    """A text with its expressions. An UnknownValueError where one is not known."""
    return filled(_WHOLE.sub(lambda match: f"${{{{{sure(match[1])}}}}}", text), values)


def as_far_as_known(text: str, values: Mapping[str, Any]) -> str:
    """A text with those of its expressions that are known; the others stand as they are."""
    if "${{" not in text or len(text) > _LONGEST:
        return text

    def one(inner: str) -> str:
        as_written = f"${{{{ {inner.strip()} }}}}"
        if _PLAIN.fullmatch(inner):
            return as_written
        try:
            return text_in(as_written, values)
        except UnknownValueError:
            return as_written

    return _WHOLE.sub(lambda match: one(match[1]), text)


def switch_in(text: str, values: Mapping[str, Any]) -> bool | None:
    """An input that is on or off; None where that is not known."""
    known = as_far_as_known(text, values).strip().lower()
    if "${{" in known:
        return None
    return known in ("true", "1")

"""The owner or mode as COPY takes it, and the RUN that makes the owner."""

from __future__ import annotations

from lightship.base_images.lifetimes import official_name
from lightship.base_images.reference import read_reference
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.moves import GiveUp
from lightship.facts.files.mode_changes import is_before
from lightship.facts.users.accounts import ROOT, groups
from lightship.regex import regex
from lightship.rules.context.ownership_changed_after_copy.case import Case
from lightship.shell.mode_bits import octal

_OWNER = regex(r"[\w.$\{\}-]+(?::[\w.$\{\}-]*)?")
_VARIABLE = regex(r"\$\{?(\w+)\}?")
# Accounts that official images have
_OF_IMAGES = {"node": "node", "nginx": "nginx", "php": "www-data", "httpd": "www-data"}
_WRITABLE_BY_ALL = 0o002


def mode_of(case: Case) -> str:
    text = case.change.to.value or ""
    mode = octal(text)
    # Docker 26 ignores symbols, and what everyone may write is wrong in another way
    if mode is None or mode & _WRITABLE_BY_ALL:
        raise GiveUp
    return text


def owner_of(case: Case) -> str:
    """The owner with a group: without one COPY would take the group of the same number."""
    text = case.change.to.text.strip("\"'")
    if not _OWNER.fullmatch(text):
        raise GiveUp
    for name in _VARIABLE.findall(text):
        _check_variable(case, name)

    user, colon, group = text.partition(":")
    if group:
        return text
    if colon:
        account = case.account(user)
        if account is None or not account.own_group:
            raise GiveUp
        return f"{user}:{user}"
    if not all(item.copying.from_context for item in case.items):
        raise GiveUp
    return f"{user}:0"


def _check_variable(case: Case, name: str) -> None:
    """Each COPY must know the variable."""
    for item in case.items:
        before = item.copying.before
        if before is None or name not in before.env:
            raise GiveUp


def maker_of(case: Case, owner: str) -> Instruction | None:
    """The RUN that makes the user or the group, whichever comes last.

    None where both are there without a RUN.
    """
    before = case.build.evaluation.before(case.run)
    known = before.env if before is not None else {}
    expanded = _VARIABLE.sub(lambda name: known.get(name[1], ""), owner)
    user, _, group = expanded.partition(":")
    numeric = user.isdecimal() and group.isdecimal()
    if "$" in owner and not numeric:
        raise GiveUp

    last = None
    for maker in (_maker_of_user(case, user), _maker_of_group(case, group)):
        if maker is None:
            continue
        if last is None or maker.first_line > last.first_line:
            last = maker
    return last


def _maker_of_user(case: Case, name: str) -> Instruction | None:
    if name.isdecimal() or name in ROOT:
        return None
    account = case.account(name)
    if account is not None:
        return _shipped(case, account.maker)
    _check_image(case, name)
    return None


def _maker_of_group(case: Case, name: str) -> Instruction | None:
    if name.isdecimal() or name in ROOT:
        return None
    account = case.account(name)
    if account is not None and account.own_group:
        return _shipped(case, account.maker)
    for group in groups(case.build):
        if group.name == name and group.call.instruction in case.build.shipped:
            return _shipped(case, group.call.instruction)
    _check_image(case, name)
    return None


def _check_image(case: Case, name: str) -> None:
    """Give up unless the base image has an account of that name."""
    base = case.build.evaluation.root(case.build.lineage[0]).name
    image = read_reference(base)
    if isinstance(image, str):
        raise GiveUp
    if _OF_IMAGES.get(official_name(image) or "") != name:
        raise GiveUp


def _shipped(case: Case, maker: Instruction) -> Instruction:
    """Give up unless the account is made before the command, or with it."""
    if maker is case.run or is_before(case.build, maker, case.run):
        return maker
    raise GiveUp

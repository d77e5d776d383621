"""Whole screens as text, beside golden files. LIGHTSHIP_UPDATE_SNAPSHOTS=1 writes them anew."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.asyncio

SCREENS = {
    "start": (),
    "layer_2": ("up",),
    "aggregated": ("ctrl+a",),
    "tree": ("tab", "down", "down"),
    "closed": ("tab", "ctrl+space", "down"),
    "by_name_without_attributes": ("tab", "ctrl+o", "ctrl+b"),
    "changes_only": ("tab", "ctrl+u"),
    "waste_only": ("tab", "ctrl+w"),
    "filtered": ("slash", *"*.py"),
    "packages": ("2", "down"),
    "findings": ("3",),
    "waste": ("4",),
    "text": ("slash", *"main", "enter", "down", "enter"),
    "hexadecimal": ("slash", *"data.bin", "enter", "down", "enter"),
    "extract": ("slash", *"main", "enter", "down", "ctrl+e"),
    "help": ("question_mark",),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_the_screen_is_as_it_was_looked_at(image, explore, shows, snapshot, name):
    async with explore(image, *SCREENS[name]) as (app, _):
        snapshot(name, shows(app))


async def test_a_narrow_terminal_shows_what_fits(image, explore, shows, snapshot):
    async with explore(image, "tab", size=(80, 24)) as (app, _):
        snapshot("narrow", shows(app))

"""Pictures for docs/images: pages in Debian's Chromium, light and dark, on a desk and on a phone.

    scripts/screenshots.py docs/images report.html [more.html or more.svg ...]

Each is drawn as `NAME-light.png`, `NAME-dark.png` and `NAME-phone.png`; an .svg, as the viewer exports it, once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, sync_playwright

# The one without a window first: each page takes it a third of the time
PROGRAMS = ("chromium-headless-shell", "chromium")
# What a browser would else do on its own: start a sandbox, which root may not, and ask the network for updates.
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SHAPES = {
    "light": (1200, 1400, "light"),
    "dark": (1200, 1400, "dark"),
    "phone": (375, 812, "light"),
}


def program() -> str:
    """The path of Debian's Chromium; empty where there is none."""
    paths = filter(None, map(which, PROGRAMS))
    return next(paths, "")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def pictures(
    browser: Browser, source: Path, folder: Path, *, whole: bool = False
) -> Iterator[Path]:
    """Draw a page, or an .svg at its own size."""
    if source.suffix == ".svg":
        yield picture(
            browser, source, folder / f"{source.stem}.png", (1200, 800, "dark")
        )
        return
    for name, shape in SHAPES.items():
        yield picture(
            browser, source, folder / f"{source.stem}-{name}.png", shape, whole=whole
        )


def picture(
    browser: Browser,
    source: Path,
    target: Path,
    shape: tuple[int, int, str],
    *,
    whole: bool = False,
) -> Path:
    """One picture: `shape` is width and height in pixels, and the colour scheme; `whole` for all of a long page."""
    width, height, scheme = shape
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        device_scale_factor=1,
    )
    page.route(
        lambda url: not url.startswith("file:"), lambda route: route.abort()
    )  # an .svg names fonts elsewhere
    page.goto(source.resolve().as_uri())
    page.wait_for_timeout(700)  # until what moves stands still
    if source.suffix == ".svg":
        width, height = page.evaluate(
            "() => [document.rootElement.viewBox.baseVal].flatMap((b) => [b.width, b.height])"
        )
        page.set_viewport_size({"width": round(width), "height": round(height)})
    page.screenshot(path=target, full_page=whole)
    page.close()
    return target


def main() -> int:
    """Read arguments, draw, say what was drawn."""
    parser = argparse.ArgumentParser(
        description="Draw pages and exported screens as pictures."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument(
        "--whole", action="store_true", help="all of a long page, not its first screen"
    )
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for source in options.sources:
            for target in pictures(
                browser, source, options.folder, whole=options.whole
            ):
                print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What README.md and docs/tour.md show of the commands is what they print, at the date that examples are judged at."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def orders(project):
    """The example as the demo copies it."""
    shutil.copytree(ROOT / "examples" / "orders", project, dirs_exist_ok=True)
    return project


def outputs(page: str, command: str) -> Iterator[str]:
    """What a page shows below `$ command`, up to the next command or the end of the block."""
    for block in page.split("```")[1::2]:
        for shown in block.split("\n$ ")[1:]:
            line, _, output = shown.partition("\n")
            if line == command:
                yield output.rstrip("\n")


def holds(shown: str, printed: str) -> None:
    """The shown parts stand in what was printed, one after the other; `…` stands between them."""
    parts = f"{shown}\n".split("…\n")
    assert any(parts)
    start = 0
    for part in parts:
        text = part.rstrip("\n")
        place = printed.find(text, start)
        assert place >= 0, f"not printed here:\n{text}\nbut:\n{printed[start:]}"
        start = place + len(text)


def test_lint_in_short(run, orders):
    [shown] = outputs(README, "lightship lint")
    result = run("lint")
    holds(shown, result.stdout + result.stderr)


def test_lint(run, orders):
    [shown] = outputs(TOUR, "lightship lint")
    result = run("lint")
    assert (result.stdout + result.stderr).rstrip("\n") == shown


def test_fix_and_what_it_leaves(run, orders):
    [shown] = outputs(TOUR, "lightship fix --unsafe-fixes")
    result = run("fix", "--unsafe-fixes")
    assert result.stderr.rstrip("\n") == shown
    fixed = TOUR.partition("What that leaves:\n\n```dockerfile\n")[2].partition("```")[
        0
    ]
    assert (orders / "Dockerfile").read_text(encoding="utf-8") == fixed
    assert run("lint").exit_code == 0


@pytest.mark.parametrize(
    "command", ["cache replay --commits 40", "cache advise --commits 40"]
)
def test_the_history_of_the_demo(run, orders, command):
    script = ROOT / "scripts" / "demo_history.py"
    subprocess.run([sys.executable, script, orders], check=True, timeout=60)
    [shown] = outputs(TOUR, f"lightship {command}")
    holds(shown, run(*command.split()).stdout)


@pytest.fixture
def images(run, orders, monkeypatch):
    """Both images as the demo makes them where no engine can start."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from demo_images import written

    before = orders / "before"
    shutil.copytree(ROOT / "examples" / "orders", before)
    assert run("fix", "--unsafe-fixes", "--quiet", "Dockerfile").exit_code == 0
    (orders / "before.tar").write_bytes(written(before))
    (orders / "after.tar").write_bytes(written(orders))


def known(run, image):
    """Which vulnerabilities an image has, with their lines."""
    result = run("vulns", image, "--file", "before/Dockerfile", "--format", "json")
    rows = json.loads(result.stdout)["vulnerabilities"]
    return {row["id"]: row["installed"][0]["line"] for row in rows}


def test_the_fix_of_the_demo_removes_a_made_vulnerability(
    run, images, project, monkeypatch
):
    monkeypatch.setenv("LIGHTSHIP_VULNS_DATABASE", str(project / "vulns.sqlite"))
    script = ROOT / "scripts" / "demo_advisories.py"
    subprocess.run([sys.executable, script, "osv"], check=True, timeout=60)
    [told] = outputs(TOUR, "lightship vulns update --from osv")
    assert told.strip() in run("vulns", "update", "--from", "osv").stderr
    before = known(run, "before.tar")
    assert before["CVE-2026-00002"] == "before/Dockerfile:11"
    assert before.keys() - known(run, "after.tar").keys() == {"CVE-2026-00001"}


def test_the_bill_of_the_demo_says_which_line_brought_what(run, images):
    result = run("sbom", "after.tar", "--file", "Dockerfile", "--format", "json")
    rows = {row["name"]: row for row in json.loads(result.stdout)["packages"]}
    lines = Path("Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = lines.index("COPY --from=build /opt/venv /opt/venv")
    assert rows["fastapi"]["line"] == f"Dockerfile:{copied + 1}"
    assert rows["libc6"]["base"]

"""Which libraries a second stage gets for what the first one has installed."""

from __future__ import annotations

import pytest
from judged import findings


@pytest.mark.parametrize(
    ("wanted", "has_openmp"), [("autogluon.tabular>=1.0", True), ("flask==3.1", False)]
)
def test_requirements_are_read_where_they_are_copied_from(wanted, has_openmp):
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\n"
        "RUN apt-get update && apt-get install -y gcc libpq-dev && rm -rf /var/lib/apt/lists/*\n"
        "COPY backend/requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
        'COPY backend/ .\nCMD ["python", "app.py"]\n'
    )
    requirements = f"psycopg2==2.9.10\n{wanted}\n"
    files = {
        "backend/requirements.txt": requirements,
        "backend/app.py": "import psycopg2\n",
    }
    [finding] = findings("build-tools-in-final-stage", text, files)
    edits = "".join(edit.text for edit in finding.fix.edits)
    assert "libpq5" in edits
    assert ("libgomp1" in edits) is has_openmp

"""When server-on-loopback reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize("path", ["config/development/web.env", "compose.yml"])
def test_gunicorn_listens_everywhere_where_a_file_sets_its_port(path):
    text = f'{PYTHON}EXPOSE 80\nCMD ["gunicorn", "shop:app"]'
    line = "PORT=80\n" if path.endswith("env") else "      PORT: 80\n"
    assert said("server-on-loopback", text, {"shop.py": ""})
    assert said("server-on-loopback", text, {"shop.py": "", path: line}) == []

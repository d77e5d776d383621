"""When development-server reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

from lightship.repository_facts import MountedVolume

MANAGE = """\
import sys
import uvicorn
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
if "--fastapi" in sys.argv:
    uvicorn.run("shop:app", reload=True)
"""


@pytest.mark.parametrize(
    ("command", "is_told"), [("migrate", False), ("runserver", True), ("", True)]
)
def test_a_command_of_manage_py_starts_no_server_of_another(command, is_told):
    text = f"FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD python manage.py {command}"
    assert bool(said("development-server", text, {"manage.py": MANAGE})) is is_told


def test_files_that_the_host_mounts_over_the_image_change():
    text = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD uvicorn --reload shop:app"
    for target, is_told in [("/app", False), ("/data", True)]:
        volumes = (MountedVolume(target, from_host=True),)
        told = said("development-server", text, volumes=volumes)
        assert bool(told) is is_told

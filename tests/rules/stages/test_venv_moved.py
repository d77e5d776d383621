"""When venv-moved reports something, and when it is silent."""

from __future__ import annotations

from judged import said


def test_an_environment_whose_program_is_given_to_python_may_be_moved():
    text = (
        "FROM python:3.13-slim AS build\nRUN python -m venv /venv\n"
        "RUN /venv/bin/pip install a\nFROM python:3.13-slim\n"
        'COPY --from=build /venv /app\nENTRYPOINT ["/app/bin/python", "/app/bin/shop"]\n'
        'CMD ["--hosts", "0.0.0.0"]'
    )
    assert said("venv-moved", text) == []
    assert said("venv-moved", text.replace('/app/bin/python", "', ""))

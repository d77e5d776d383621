"""Laws of plans, on compose files made by chance: whatever a file says, a plan is safe to start."""

from __future__ import annotations

import json

from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from proof.services.plans import plan_of

SECRET = "live-credential-4711"
NAMES = st.sampled_from(["web", "db", "cache", "migrate", "worker", "proxy"])
TEXTS = st.sampled_from(
    [
        "",
        "x",
        "${TOKEN}",
        "${TOKEN:-a}",
        "${TOKEN:?}",
        "$$HOME",
        "${",
        "postgres://db/x",
        "cache",
    ]
)
PLACES = st.sampled_from(["/app", "/app/", "/", "/data", "/etc/x.conf", "relative", ""])
SOURCES = st.sampled_from(
    [
        ".",
        "./src",
        "..",
        "/etc",
        "~",
        "./.env",
        ".env",
        "named",
        "/var/run/docker.sock",
        "$X",
        "",
    ]
)
VOLUMES = st.one_of(
    st.builds("{}:{}".format, SOURCES, PLACES),
    PLACES,
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["bind", "volume", "tmpfs", "npipe"]),
            "source": SOURCES,
            "target": PLACES,
        },
    ),
)
CONDITIONS = st.fixed_dictionaries(
    {
        "condition": st.sampled_from(
            ["service_started", "service_healthy", "service_completed_successfully"]
        )
    }
)
COMMANDS = st.sampled_from(
    ["manage.py migrate", "gunicorn x", "", "'", ["sh", "-c", "exit"], [], None]
)
SERVICES = st.fixed_dictionaries(
    {},
    optional={
        "build": st.sampled_from([".", "./other", {"context": "."}, None, 3]),
        "image": st.sampled_from(
            ["postgres:17", "redis", "nginx", "shop", "${X}", "A B", ""]
        ),
        "command": COMMANDS,
        "entrypoint": COMMANDS,
        "environment": st.one_of(
            st.dictionaries(st.sampled_from(["A", "TOKEN", "DB_HOST"]), TEXTS),
            st.lists(st.builds("{}={}".format, NAMES, TEXTS)),
            st.just(["TOKEN"]),
        ),
        "env_file": st.sampled_from(
            [".env", ["a.env", ".env"], [{"path": ".env"}], "../x"]
        ),
        "volumes": st.lists(VOLUMES, max_size=4),
        "ports": st.lists(
            st.sampled_from(["80:80", "8000", 99999, "x", "1-2:1-2", {"target": 5}])
        ),
        "depends_on": st.one_of(st.lists(NAMES), st.dictionaries(NAMES, CONDITIONS)),
        "links": st.lists(NAMES),
        "profiles": st.lists(st.sampled_from(["a", "b"])),
        "network_mode": st.sampled_from(["host", "none", "service:db", "bridge"]),
        "healthcheck": st.sampled_from(
            [
                {"test": "x"},
                {"test": ["CMD", "x"]},
                {"disable": True},
                {"test": []},
                None,
            ]
        ),
        "secrets": st.lists(
            st.sampled_from(["key", {"source": "key", "target": "k"}, {}])
        ),
        "configs": st.lists(st.sampled_from(["key", "none"])),
        "privileged": st.booleans(),
    },
)
COMPOSE = st.fixed_dictionaries(
    {"services": st.dictionaries(NAMES, SERVICES)},
    optional={
        "secrets": st.just({"key": {"file": "./.env"}}),
        "configs": st.just({"key": {"file": "./.env"}}),
        "volumes": st.just({"named": {"external": True}}),
    },
)


@settings(max_examples=share_of(400))
@given(COMPOSE)
def test_a_plan_can_be_started_and_has_nothing_of_the_developers(compose):
    # JSON is YAML
    files = {"compose.yaml": json.dumps(compose), ".env": f"TOKEN={SECRET}\n"}
    plan = plan_of(files, private=[".env"])
    if plan is None:
        return
    assert SECRET not in repr(plan)

    before: set[str] = set()
    for service in plan.services:
        assert service.name not in before
        assert set(service.waits_for) <= before, "what is awaited was started"
        before.add(service.name)
    assert set(plan.app.waits_for) <= before

    for service in (plan.app, *plan.services):
        for target in (*service.volumes, *service.tmpfs):
            assert target.startswith("/")
        for file in service.files:
            assert file.path.startswith("/")
        assert all(isinstance(value, str) for value in service.environment.values())
        words = (*(service.command or ()), *(service.entrypoint or ()))
        assert all(isinstance(word, str) for word in words)


@settings(max_examples=share_of(200))
@given(st.text(max_size=200))
def test_whatever_a_compose_file_holds_is_no_traceback(text):
    below_a_service = f"services:\n  web:\n    build: .\n    {text}\n"
    for content in (text, below_a_service):
        plan = plan_of({"compose.yaml": content})
        targets = () if plan is None else tuple(plan.app.volumes)
        assert all(target.startswith("/") for target in targets)

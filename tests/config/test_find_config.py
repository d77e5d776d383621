from __future__ import annotations

import pytest

from lightship.config.config_keys import Config, keys
from lightship.config.find_config import config_for, load
from lightship.errors import ConfigError
from lightship.lint.finding import Severity


@pytest.fixture(autouse=True)
def fresh():
    config_for.cache_clear()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_nearest_file_wins_and_nothing_is_merged(tmp_path):
    outer = write(tmp_path / "lightship.toml", 'ignore = ["all"]\n')
    inner = write(
        tmp_path / "a/pyproject.toml", '[tool.lightship]\nselect = ["default"]\n'
    )
    (tmp_path / "a/b").mkdir()
    (tmp_path / "c").mkdir()
    assert config_for(str(tmp_path / "a/b")).source == inner
    assert config_for(str(tmp_path / "a/b")).ignore == ()
    assert config_for(str(tmp_path / "c")).source == outer


def test_a_pyproject_without_our_table_is_passed_by(tmp_path):
    write(tmp_path / "a/pyproject.toml", "[tool.other]\nx = 'tool.lightship'\n")
    assert config_for(str(tmp_path / "a")) == Config()


def test_lightship_toml_is_preferred_to_its_neighbour(tmp_path):
    write(tmp_path / "pyproject.toml", "[tool.lightship]\nunsafe-fixes = true\n")
    own = write(tmp_path / "lightship.toml", "")
    assert config_for(str(tmp_path)).source == own


def test_every_key(tmp_path):
    config = load(
        write(
            tmp_path / "lightship.toml",
            """
            select = ["buildkit"]
            extend-select = ["unused-ignore"]
            ignore = ["StageNameCasing"]
            severity = { StageNameCasing = "error" }
            fail-on = "none"
            unsafe-fixes = true
            per-file-ignores = { "tests/*" = ["all"], "*.dev" = ["unused-ignore"] }
            exclude = ["vendor/"]
            build-args = { A = "b" }
            target = "c"
            max-size = "500MB"
            max-waste = "10%"
            min-efficiency = 0.9
            max-increase = 1000
            deny = ["root", "secret-in-file"]
            ignore-path = ["var/cache/**"]
            """,
        )
    )
    assert config.select == ("buildkit",)
    assert config.severity == {"StageNameCasing": Severity.ERROR}
    assert config.fail_on is None
    assert config.unsafe_fixes
    assert config.build_args == {"A": "b"}
    assert (config.max_size, config.max_waste, config.min_efficiency) == (
        "500MB",
        "10%",
        "0.9",
    )
    assert (config.max_increase, config.deny, config.ignore_path) == (
        "1000",
        ("root", "secret-in-file"),
        ("var/cache/**",),
    )
    assert config.requests(str(tmp_path / "tests/Dockerfile.dev"))[0].ignore == (
        "StageNameCasing",
        "all",
        "unused-ignore",
    )
    assert config.requests(str(tmp_path / "Dockerfile"))[0].ignore == (
        "StageNameCasing",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nignroe = []", ":2: unknown key 'ignroe'; did you mean ignore?"),
        ("zzz = 1", ":1: unknown key 'zzz'; there are select, "),
        ("ignore = 'x'", ":1: ignore must be a list of strings"),
        ("ignore = [1]", ":1: ignore must be a list of strings"),
        ("fail-on = 'fatal'", ":1: fail-on must be one of error, warning, info, style, none"),
        ("unsafe-fixes = 'yes'", ":1: unsafe-fixes must be true or false"),
        ("severity = { x = 'none' }", ":1: severity must be one of error, warning, info, style"),
        ("severity = 'error'", ":1: severity must be a table"),
        ("target = 1", ":1: target must be a string"),
        ("\nmax-size = '5 parsecs'", ":2: max-size is invalid: invalid size '5 parsecs'"),
        ("max-size = true", ":1: max-size must be a string or a number"),
        ("min-efficiency = 2", ":1: min-efficiency is invalid: invalid share '2'"),
        ("deny = ['rot']", ":1: deny is invalid: unknown finding 'rot': did you mean root?"),
        ("deny = 'root'", ":1: deny must be a list of strings"),
        ("ignore-path = ['[z-a]']", ":1: ignore-path is invalid: invalid path pattern"),
        (
            'select = [\n"all",\n"unused-ignor"\n]',
            ":3: unknown rule, alias or theme 'unused-ignor': did you mean unused-ignore?",
        ),
        ("[per-file-ignores]\nx = ['nonsense']", ":2: unknown rule, alias or theme 'nonsense'"),
        ("a = ", ": Invalid value"),
        ('a = "\xff"', ": "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, message):
    path = tmp_path / "lightship.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as error:
        load(str(path))
    assert str(error.value).startswith(f"{path}{message}")


def test_every_key_has_its_documentation():
    import tomllib

    for key, name in keys().items():
        metadata = Config.__dataclass_fields__[name].metadata
        assert metadata["about"].endswith(".")
        assert key in tomllib.loads(f"{key} = {metadata['example']}")


def test_the_examples_are_valid(tmp_path):
    rows = [
        f"{key} = {Config.__dataclass_fields__[name].metadata['example']}"
        for key, name in keys().items()
    ]
    loaded = load(write(tmp_path / "lightship.toml", "\n".join(rows)))
    assert loaded.source == str(tmp_path / "lightship.toml")


HADOLINT = """
failure-threshold: error
ignored: [DL3024, SC2086, DL3008]
override:
  error: [DL4000]
  style: [DL9999]
trustedRegistries: [docker.io]
"""


def test_hadolints_configuration_is_read_where_there_is_none_of_ours(tmp_path):
    path = write(tmp_path / ".hadolint.yaml", HADOLINT)
    config = config_for(str(tmp_path))
    assert config.source == path
    assert config.fail_on is Severity.ERROR
    assert "SC2086" not in config.ignore
    assert "DL9999" not in config.severity


def test_ours_wins_over_hadolints_however_far_up(tmp_path):
    write(tmp_path / "a/.hadolint.yaml", HADOLINT)
    own = write(tmp_path / "lightship.toml", "")
    assert config_for(str(tmp_path / "a")).source == own


@pytest.mark.parametrize(
    "text", ["a: [", "- a", "\x01", "override: 1", "ignored: 1", "override: {error: 1}"]
)
def test_a_hadolint_configuration_that_is_none(tmp_path, text):
    with pytest.raises(ConfigError):
        load(write(tmp_path / ".hadolint.yaml", text))


def test_an_empty_one_is_fine(tmp_path):
    path = write(tmp_path / ".hadolint.yml", "# nothing\n")
    assert load(path) == Config(source=path)

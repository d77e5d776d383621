"""Programs that start a command of an environment: of a Python project, or of another language.

Read in 2026 in the sources and manuals of the programs: Poetry 2.5, pipenv, PDM 2.29, Hatch 1.18,
Rye, uv, pipx 1.18, coverage 7, conda, mamba 2, pixi, Bundler 2, npm 11, pnpm, Yarn and Bun; mise
2026, direnv 2.
"""

from __future__ import annotations

from lightship.shell.starter import ENVIRONMENT, Starter, options

_UV_VALUES = """
    --extra --no-extra --group --no-group --only-group --no-editable-package --env-file -w
    --with --with-editable --with-requirements --package --python-platform --index
    --default-index -i --index-url --extra-index-url -f --find-links --index-strategy
    --keyring-provider -P --upgrade-package --upgrade-group --resolution --prerelease
    --prerelease-package --fork-strategy --exclude-newer --exclude-newer-package
    --no-sources-package --reinstall-package --link-mode -C --config-setting
    --config-settings-package --no-build-isolation-package --no-build-package
    --no-binary-package --cache-dir --refresh-package -p --python --color --allow-insecure-host
    --directory --project --config-file --torch-backend
"""
_UVX_VALUES = f"{_UV_VALUES} --from -c --constraints -b --build-constraints --overrides"
_COVERAGE_VALUES = """
    --concurrency --context --data-file --include --omit --source --source-pkgs --save-signal
    --debug --rcfile
"""
_CONDA_VALUES = "-n --name -p --prefix --cwd"
_MAMBA_VALUES = f"""
    {_CONDA_VALUES} -a --attach -r --root-prefix -e --env --label --rc-file --log-level
    --relocate-prefix --cacert-path --platform
"""
_PIXI_VALUES = """
    -e -m -p -s -w --environment --manifest-path --platform --script --workspace --auth-file
    --concurrent-downloads --concurrent-solves --config-file --pinning-strategy
    --pypi-keyring-provider --tls-root-certs
"""
PYTHON_ENVIRONMENTS = (
    Starter(
        "poetry",
        ENVIRONMENT,
        subcommand=("run",),
        values=options("-C --directory -P --project"),
        is_python=True,
    ),
    Starter(
        "pipenv",
        ENVIRONMENT,
        subcommand=("run",),
        values=options("--python --pypi-mirror"),
        is_python=True,
    ),
    Starter(
        "pdm",
        ENVIRONMENT,
        subcommand=("run",),
        values=options(
            "-p -c --project --config --env --env-file --working-dir --venv"
        ),
        query=options("-l -j --list --json"),
        is_python=True,
        runs_files=True,
    ),
    Starter(
        "hatch",
        ENVIRONMENT,
        subcommand=("run",),
        values=options("-e -p --env --project --data-dir --cache-dir --config"),
        is_python=True,
    ),
    Starter(
        "rye",
        ENVIRONMENT,
        subcommand=("run",),
        values=options("--pyproject"),
        query=options("-l --list"),
        is_python=True,
    ),
    Starter(
        "uv",
        ENVIRONMENT,
        subcommand=("run",),
        values=options(_UV_VALUES),
        is_python=True,
        runs_files=True,
    ),
    Starter(
        "uv",
        ENVIRONMENT,
        subcommand=(
            "tool",
            "run",
        ),
        values=options(_UVX_VALUES),
        is_python=True,
        fetches=True,
    ),
    Starter(
        "uvx", ENVIRONMENT, values=options(_UVX_VALUES), is_python=True, fetches=True
    ),
    Starter(
        "pipx",
        ENVIRONMENT,
        subcommand=("run",),
        values=options("--spec --with --python --pip-args --index-url -i --backend"),
        is_python=True,
        fetches=True,
    ),
    Starter(  # it takes a file or a module, and never a command
        "coverage",
        ENVIRONMENT,
        subcommand=("run",),
        values=options(_COVERAGE_VALUES),
        is_python=True,
        runs_files=True,
    ),
    Starter("conda", ENVIRONMENT, subcommand=("run",), values=options(_CONDA_VALUES)),
    Starter("mamba", ENVIRONMENT, subcommand=("run",), values=options(_MAMBA_VALUES)),
    Starter(
        "micromamba", ENVIRONMENT, subcommand=("run",), values=options(_MAMBA_VALUES)
    ),
    Starter("pixi", ENVIRONMENT, subcommand=("run",), values=options(_PIXI_VALUES)),
)

_NPM_VALUES = """
    -p --package -w --workspace --prefix --cache --userconfig --globalconfig --registry
    --loglevel --node-options --script-shell --tag
"""
_PNPM_VALUES = """
    -C --dir -F --filter --filter-prod --package --allow-build --loglevel --reporter
    --workspace-concurrency --resume-from --stream
"""
_MISE_VALUES = """
    -C -E -j --cd --env --jobs --allow-env --allow-net --allow-read --allow-write
"""
OTHER_ENVIRONMENTS = (
    *(
        Starter(
            "mise",
            ENVIRONMENT,
            subcommand=(subcommand,),
            values=options(_MISE_VALUES),
            scripts=options("-c --command"),
            dashes=True,
        )
        for subcommand in ("exec", "x")
    ),
    Starter("direnv", ENVIRONMENT, subcommand=("exec",), operands=1),
    Starter(
        "bundle",
        ENVIRONMENT,
        subcommand=("exec",),
        values=options("--gemfile -r --retry"),
    ),
    Starter(
        "npx",
        ENVIRONMENT,
        values=options(_NPM_VALUES),
        scripts=options("-c --call"),
        fetches=True,
    ),
    *(
        Starter(
            "npm",
            ENVIRONMENT,
            subcommand=(subcommand,),
            values=options(_NPM_VALUES),
            query=options("-c --call"),
            fetches=True,
        )
        for subcommand in ("exec", "x")
    ),
    Starter(
        "pnpm",
        ENVIRONMENT,
        subcommand=("exec",),
        values=options(_PNPM_VALUES),
        query=options("-c --shell-mode"),
    ),
    Starter(
        "pnpm",
        ENVIRONMENT,
        subcommand=("dlx",),
        values=options(_PNPM_VALUES),
        query=options("-c --shell-mode"),
        fetches=True,
    ),
    Starter(
        "pnpx",
        ENVIRONMENT,
        values=options(_PNPM_VALUES),
        query=options("-c --shell-mode"),
        fetches=True,
    ),
    Starter("yarn", ENVIRONMENT, subcommand=("exec",), values=options("--cwd")),
    Starter(
        "yarn",
        ENVIRONMENT,
        subcommand=("dlx",),
        values=options("--cwd -p --package"),
        fetches=True,
    ),
    Starter("bunx", ENVIRONMENT, values=options("-p --package"), fetches=True),
    Starter(
        "bun",
        ENVIRONMENT,
        subcommand=("x",),
        values=options("-p --package"),
        fetches=True,
    ),
)

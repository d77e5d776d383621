"""Compose and bake files, for which `docker_answers.json` holds what docker itself makes of them.

`python tests/builds/docker_cases.py` asks docker again: `docker-compose config` and `docker buildx bake
--print`, which need no engine.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

ANSWERS = Path(__file__).with_name("docker_answers.json")
# fmt: off
# A case: its files, and those that compose is given, in order
COMPOSE: dict[str, tuple[dict[str, str], list[str]]] = {
    "short": ({"compose.yaml": "services:\n  a:\n    build: ./x\n"}, ["compose.yaml"]),
    "nocontext": (
        {"compose.yaml": "services:\n  a:\n    build:\n      dockerfile: D\n"},
        ["compose.yaml"],
    ),
    "numbers": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: .\n"
            "      args: {A: 3.10, B: 3.0, C: true, D: 08, E: 1e3, F: 0x10, G: '3.10', H: "
            "1_000, I: yes, J: .5, K: 12345678, L: 1.0e10}\n"
        },
        ["compose.yaml"],
    ),
    "numbers2": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: .\n"
            "      args: {A: 010, B: 0o10, C: +5, D: -3, E: 1e-7, F: 123456789.5, G: On, "
            "H: FALSE, I: ~, J: 1., K: 1000000.5, L: 0.00001234}\n"
        },
        ["compose.yaml"],
    ),
    "lists": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: .\n"
            "      args: [A=1, B, 'C=x=y', D=]\n"
        },
        ["compose.yaml"],
    ),
    "override": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: .\n"
            "      args: {A: 1, B: 2}\n"
            "      platforms: [linux/amd64]\n"
            "  b:\n"
            "    image: x\n",
            "o.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      target: dev\n"
            "      args: [B=3]\n"
            "      platforms: [linux/arm64, linux/amd64]\n"
            "  b:\n"
            "    build: ./b\n",
        },
        ["compose.yaml", "o.yaml"],
    ),
    "override_short": (
        {
            "compose.yaml": "services:\n  a:\n    build: ./x\n",
            "o.yaml": "services:\n  a:\n    build:\n      dockerfile: D\n",
        },
        ["compose.yaml", "o.yaml"],
    ),
    "override_short2": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: x\n"
            "      dockerfile: D\n"
            "      args: {A: 1}\n",
            "o.yaml": "services:\n  a:\n    build: ./y\n",
        },
        ["compose.yaml", "o.yaml"],
    ),
    "reset": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    image: i\n"
            "    build:\n"
            "      context: x\n"
            "      args: {A: 1}\n",
            "o.yaml": "services:\n  a:\n    build: !reset null\n",
        },
        ["compose.yaml", "o.yaml"],
    ),
    "reset_args": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: x\n"
            "      args: {A: 1}\n"
            "      target: t\n",
            "o.yaml": "services:\n  a:\n    build:\n      args: !reset {}\n      target: !reset null\n",
        },
        ["compose.yaml", "o.yaml"],
    ),
    "override_tag": (
        {
            "compose.yaml": "services:\n  a:\n    build:\n      context: x\n      args: {A: 1}\n",
            "o.yaml": "services:\n  a:\n    build:\n      args: !override {B: 2}\n",
        },
        ["compose.yaml", "o.yaml"],
    ),
    "override_tag2": (
        {
            "compose.yaml": "services:\n  a:\n    build:\n      context: x\n      args: {A: 1}\n",
            "o.yaml": "services:\n  a:\n    build: !override {context: y}\n",
        },
        ["compose.yaml", "o.yaml"],
    ),
    "extends": (
        {
            "compose.yaml": "services:\n"
            "  base:\n"
            "    build:\n"
            "      context: .\n"
            "      args: {A: 1}\n"
            "  a:\n"
            "    extends: base\n"
            "    build: {target: t}\n"
            "  c:\n"
            "    extends: {service: a}\n"
            "    build: {args: {A: 9, Z: 1}}\n"
        },
        ["compose.yaml"],
    ),
    "extends_file": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    extends: {file: sub/base.yml, service: b}\n"
            "    build: {target: t}\n",
            "sub/base.yml": "services:\n  b:\n    build: {context: ./x, dockerfile: ../D}\n",
        },
        ["compose.yaml"],
    ),
    "extends_file_nocontext": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    extends: {file: sub/base.yml, service: b}\n",
            "sub/base.yml": "services:\n  b:\n    build: {dockerfile: D}\n",
        },
        ["compose.yaml"],
    ),
    "extends_env": (
        {
            "compose.yaml": "services:\n  a:\n    extends: {file: sub/base.yml, service: b}\n",
            ".env": "T=top\n",
            "sub/.env": "T=sub\n",
            "sub/base.yml": "services:\n  b:\n    build: {context: ., target: $T}\n",
        },
        ["compose.yaml"],
    ),
    "include": (
        {
            "compose.yaml": "include: [sub/compose.yaml]\nservices:\n  a:\n    build: .\n",
            "sub/compose.yaml": "services:\n  b:\n    build: ./x\n",
        },
        ["compose.yaml"],
    ),
    "include_env": (
        {
            "compose.yaml": "include:\n  - path: sub/c.yaml\n    env_file: e.env\n",
            ".env": "T=top\nU=up\n",
            "e.env": "T=e\nV=v\n",
            "sub/.env": "T=sub\n",
            "sub/c.yaml": "services:\n  b:\n    build: {context: ., target: '$T-${U}-${V:-none}'}\n",
        },
        ["compose.yaml"],
    ),
    "include_env2": (
        {
            "compose.yaml": "include:\n  - sub/c.yaml\n",
            ".env": "T=top\n",
            "sub/.env": "T=sub\nS=s\n",
            "sub/c.yaml": "services:\n  b:\n    build: {context: ., target: '$T-${S}'}\n",
        },
        ["compose.yaml"],
    ),
    "include_dir": (
        {
            "compose.yaml": "include:\n"
            "  - path: [sub/c.yaml, sub/o.yaml]\n"
            "    project_directory: other\n",
            "sub/c.yaml": "services:\n  b:\n    build: ./x\n",
            "sub/o.yaml": "services:\n  b:\n    build: {target: t}\n",
            "other/k": "",
        },
        ["compose.yaml"],
    ),
    "interp": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: ${D:-.}\n"
            "      target: ${T-x}\n"
            "      args: {A: '${E:-${T:-deep}}', B: '$$X', C: '${E-unset}', F: '${N:+yes}', "
            "G: '${Q:+yes}', H: 'a${Q}b$Q', I: '${Q:-a}b${Z:-c-d}', J: '${Z:-{x}}', K: "
            "'100%', L: '$ 5 $1'}\n",
            ".env": "Q=q\nE=\n",
        },
        ["compose.yaml"],
    ),
    "dotenv": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: .\n"
            "      args: {A: $A, B: $B, C: $C, D: $D, E: $E, F: $F, G: $G, H: $H, I: $I, J: "
            "$J}\n",
            ".env": "A=1 # c\n"
            "export B='x y'\n"
            'C="l1\\nl2 $A"\n'
            "D: yaml\n"
            "E=a#b\n"
            "F='single $A'\n"
            "G=$A-${B}\n"
            "  H=  sp  \n"
            'I="a\\"b"\n'
            "J=${Z:-def}\n",
        },
        ["compose.yaml"],
    ),
    "anchors": (
        {
            "compose.yaml": "x-b: &b\n"
            "  context: .\n"
            "  args: &args {A: 1}\n"
            "services:\n"
            "  a:\n"
            "    build:\n"
            "      <<: *b\n"
            "      target: t\n"
            "      args:\n"
            "        <<: *args\n"
            "        B: 2\n"
            "  c:\n"
            "    build: *b\n"
        },
        ["compose.yaml"],
    ),
    "mergelist": (
        {
            "compose.yaml": "x-1: &o {context: a, target: o}\n"
            "x-2: &t {context: b, dockerfile: D}\n"
            "services:\n"
            "  a:\n"
            "    build:\n"
            "      <<: [*o, *t]\n"
        },
        ["compose.yaml"],
    ),
    "contexts": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: .\n"
            "      additional_contexts: {x: ./y, i: 'docker-image://a', g: "
            "'https://github.com/a/b.git'}\n"
            "  b:\n"
            "    build:\n"
            "      context: .\n"
            "      additional_contexts: [x=../y, 's=service:a']\n"
        },
        ["compose.yaml"],
    ),
    "inline": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build:\n"
            "      context: .\n"
            "      dockerfile_inline: |\n"
            "        FROM a\n"
            "        RUN echo $$X ${Y:-y}\n"
        },
        ["compose.yaml"],
    ),
    "profiles": (
        {"compose.yaml": "services:\n  a:\n    profiles: [dev]\n    build: .\n"},
        ["compose.yaml"],
    ),
    "envargs": (
        {
            "compose.yaml": "services:\n  a:\n    build:\n      context: .\n      args: [X, Y]\n",
            ".env": "X=1\n",
        },
        ["compose.yaml"],
    ),
    "docs": (
        {
            "compose.yaml": "services:\n"
            "  a:\n"
            "    build: {context: ., args: {A: 1}}\n"
            "---\n"
            "services:\n"
            "  a:\n"
            "    build: {target: x}\n"
        },
        ["compose.yaml"],
    ),
    "emptybuild": (
        {"compose.yaml": "services:\n  a:\n    image: x\n    build: {}\n"},
        ["compose.yaml"],
    ),
}
BAKE: dict[str, dict[str, str]] = {
    "simple": {"docker-bake.hcl": 'target "default" {\n  dockerfile = "D"\n}\n'},
    "labels": {
        "docker-bake.hcl": 'target "_b" { labels = { a = "1", b = "1", c = "1" } }\n'
        'target "default" {\n'
        '  inherits = ["_b"]\n'
        '  labels = { b = "2", c = null, "d.e" = 3, f = "" }\n'
        "}\n"
    },
    "vars": {
        "docker-bake.hcl": 'variable "T" { default = "x" }\n'
        'target "default" {\n'
        "  args = {\n"
        '    A = "${T}-1"\n'
        "    B = T\n"
        '    C = "a$${T}b"\n'
        "    D = null\n"
        "    E = 1\n"
        "    F = true\n"
        "    G = 2.50\n"
        "  }\n"
        "}\n"
    },
    "inherits": {
        "docker-bake.hcl": 'target "_b" {\n'
        '  context = "x"\n'
        '  args = { A = "1", B = "2" }\n'
        '  platforms = ["linux/amd64"]\n'
        "}\n"
        'target "a" {\n'
        '  inherits = ["_b"]\n'
        '  args = { B = "3" }\n'
        "}\n"
        'target "c" {\n'
        '  inherits = ["a", "_b"]\n'
        '  target = "t"\n'
        "}\n"
        'group "default" { targets = ["a", "c"] }\n'
    },
    "matrix": {
        "docker-bake.hcl": 'target "app" {\n'
        '  name = "app-${tgt}-${replace(v, ".", "-")}"\n'
        "  matrix = {\n"
        '    tgt = ["a", "b"]\n'
        '    v = ["1.0", "2.0"]\n'
        "  }\n"
        "  target = tgt\n"
        "  args = { V = v }\n"
        "}\n"
        'group "default" { targets = ["app"] }\n'
    },
    "matrix2": {
        "docker-bake.hcl": 'target "app" {\n'
        '  name = "app-${item.n}"\n'
        "  matrix = {\n"
        '    item = [{ n = "x", v = 1 }, { n = "y", v = 2 }]\n'
        "  }\n"
        "  args = { V = item.v }\n"
        "}\n"
        'group "default" { targets = ["app-x","app-y"] }\n'
    },
    "functions": {
        "docker-bake.hcl": 'function "tag" {\n'
        "  params = [n, v]\n"
        '  result = "${n}:${v}"\n'
        "}\n"
        'function "all" {\n'
        "  params = [a]\n"
        "  variadic_params = rest\n"
        '  result = join(",", concat([a], rest))\n'
        "}\n"
        'target "default" {\n'
        "  args = {\n"
        '    A = tag("x", "y")\n'
        '    B = all("1", "2", "3")\n'
        '    C = upper("ab")\n'
        '    D = replace("a.b.c", ".", "-")\n'
        '    E = trimprefix("v1.2", "v")\n'
        '    F = join(",", ["a", "b"])\n'
        '    G = split(",", "a,b")[1]\n'
        '    H = format("%s-%03d", "x", 7)\n'
        '    I = length(["a","b"])\n'
        '    J = coalesce("", "z")\n'
        '    K = notequal("a", "b") ? "y" : "n"\n'
        '    L = equal("a","a") && true ? 1 : 0\n'
        '    M = substr("hello", 1, 3)\n'
        '    N = sha256("x")\n'
        '    O = regex_replace("a1b22", "[0-9]+", "-")\n'
        '    P = lookup({a="1"}, "a", "d")\n'
        "    Q = add(1, 2)\n"
        "    R = 7 / 2\n"
        "    S = 7 % 4 * 2\n"
        '    U = lower(title("foo bar"))\n'
        '    V = jsonencode({a = [1, "b"]})\n'
        '    W = base64encode("hi")\n'
        '    X = element(["a","b"], 3)\n'
        "    Y = -3 + 5\n"
        "  }\n"
        "}\n"
    },
    "for": {
        "docker-bake.hcl": 'variable "L" { default = ["1", "2"] }\n'
        'target "default" {\n'
        '  platforms = [for p in ["amd64", "arm64"]: "linux/${p}"]\n'
        '  args = { for i in L : "K${i}" => upper("v${i}") }\n'
        "}\n"
    },
    "heredoc": {
        "docker-bake.hcl": 'target "default" {\n'
        "  dockerfile-inline = <<EOT\n"
        "FROM alpine\n"
        'RUN echo $HOME "a\\b"\n'
        "EOT\n"
        "}\n"
        'target "b" {\n'
        "  dockerfile-inline = <<-EOT\n"
        "    FROM alpine\n"
        "      RUN x\n"
        "    EOT\n"
        "}\n"
        'group "default" { targets = ["default", "b"] }\n'
    },
    "comments": {
        "docker-bake.hcl": "# c\n"
        "// d\n"
        "/* e\n"
        "f */\n"
        'target "default" { # x\n'
        '  context = "." // y\n'
        "  args = { # z\n"
        '    A = "1" # w\n'
        "    # v\n"
        '    B = "2",\n'
        "  }\n"
        "}\n"
    },
    "conditional": {
        "docker-bake.hcl": 'variable "R" { default = "" }\n'
        'target "default" {\n'
        '  dockerfile = "" == R ? "D" : "E"\n'
        '  target = R != "" ? R : "t"\n'
        "}\n"
    },
    "refs": {
        "docker-bake.hcl": 'target "a" {\n'
        '  dockerfile = "A.D"\n'
        '  args = { X = "1" }\n'
        "}\n"
        'target "default" {\n'
        "  dockerfile = target.a.dockerfile\n"
        "  args = target.a.args\n"
        "}\n"
    },
    "json": {
        "docker-bake.json": '{"variable": {"T": {"default": "x"}}, "group": {"default": {"targets": '
        '["a"]}}, "target": {"a": {"dockerfile": "D", "args": {"A": "${T}1", "B": '
        '"2"}, "inherits": ["b"]}, "b": {"context": "c"}}}'
    },
    "override": {
        "docker-bake.hcl": 'target "a" {\n'
        '  args = {A = "1", B = "2"}\n'
        '  tags = ["x"]\n'
        "}\n"
        'group "default" { targets = ["a"] }\n',
        "docker-bake.override.hcl": 'target "a" {\n  args = { B = "3" }\n  target = "t"\n}\n',
    },
    "compose": {
        "docker-compose.yml": "services:\n"
        "  a:\n"
        "    build:\n"
        "      context: ./x\n"
        "      args: {A: 1}\n"
        "  b:\n"
        "    image: y\n"
        "    build: .\n",
        "docker-bake.hcl": 'target "a" {\n  platforms = ["linux/arm64"]\n  args = { B = "2" }\n}\n',
    },
    "contexts": {
        "docker-bake.hcl": 'target "base" { dockerfile = "B" }\n'
        'target "default" {\n'
        "  contexts = {\n"
        '    b = "target:base"\n'
        '    i = "docker-image://alpine"\n'
        '    d = "../x"\n'
        '    e = "./y"\n'
        "  }\n"
        "}\n"
    },
    "groups": {
        "docker-bake.hcl": 'group "default" { targets = ["g", "c"] }\n'
        'group "g" { targets = ["a", "b"] }\n'
        'target "a" {}\n'
        'target "b" {}\n'
        'target "c" {}\n'
    },
    "attrs": {"docker-bake.hcl": 'X = "1"\ntarget "default" { args = { A = X } }\n'},
    "splat": {
        "docker-bake.hcl": 'variable "I" { default = [{n="a"},{n="b"}] }\n'
        'target "default" { args = { A = join(",", I[*].n) } }\n'
    },
    "varchain": {
        "docker-bake.hcl": 'variable "A" { default = "x" }\n'
        'variable "B" { default = "${A}y" }\n'
        'variable "C" { default = upper(B) }\n'
        'target "default" { args = { C = C } }\n'
    },
    "multiline": {
        "docker-bake.hcl": 'target "default" {\n'
        "  args = {\n"
        '    A = join("-", [\n'
        '      "a",\n'
        '      "b",\n'
        "    ])\n"
        "  }\n"
        "  platforms = [\n"
        '    "linux/amd64",\n'
        '    "linux/arm64"\n'
        "  ]\n"
        "}\n"
    },
    "try": {
        "docker-bake.hcl": 'variable "V" { default = "1.2.3" }\n'
        'target "default" { args = { A = try(split(".", V)[5], "none") , B = '
        "can(upper(V)) } }\n"
    },
    "title": {
        "docker-bake.hcl": 'target "default" { args = { A = title("hello wORLD-from_docker don\'t 3x"), '
        'B = title("") } }\n'
    },
    "novar": {
        "docker-bake.hcl": 'variable "V" {}\ntarget "default" { args = { A = V, B = "x${V}" } }\n'
    },
}
_SET = {
    "docker-bake.hcl": 'target "base" { args = { A = "1", B = "2" } }\n'
    'target "web" {\n  inherits = ["base"]\n  context = "app"\n  args = { B = "3" }\n}\n'
    'target "worker" { platforms = ["linux/amd64"] }\n'
    'target "default" { contexts = { a = "./a" } }\n'
}
# A case: its files, and the words that bake is given
SET: dict[str, tuple[dict[str, str], list[str]]] = {
    "set_args": (_SET, ["web.args.A=x", "web.args.C=a=b,c", "base.args.B=parent"]),
    "set_parent": (_SET, ["base.args.A=parent", "base.context=lib"]),
    "set_pattern": (_SET, ["w*.args.A=all", "*.target=prod", "web.dockerfile=a/b.Dockerfile"]),
    "set_platforms": (_SET, ["*.platform=linux/arm64", "web.platform=linux/s390x"]),
    "set_contexts": (_SET, ["default.contexts.b=docker-image://alpine", "default.contexts.a=x"]),
    "set_others": (_SET, ["*.tags=a:b", "web.labels.x=y", "*.no-cache=true", "*.output=type=oci"]),
}
# fmt: on
BAKE_KEYS = {
    "context",
    "dockerfile",
    "dockerfile-inline",
    "target",
    "args",
    "platforms",
    "contexts",
    "labels",
}


# Compose files that bake reads with `-f`, in this order, for the options of their services
BAKED = {
    "options": (
        {
            "a.yml": """\
services:
  web.app:
    image: acme/web:1
    build:
      context: .
      tags: [acme/web:latest]
      cache_from: [acme/web:cache, 'type=gha,scope=web']
      cache_to: ['type=gha,mode=max,scope=web']
      x-bake:
        cache-to: ['type=registry,ref=acme/web:cache']
        output: [type=registry]
        tags: [acme/web:x]
  job:
    image: acme/job:1
    build: {context: .}
  db:
    image: postgres
""",
        },
        ("a.yml",),
    ),
    "merged": (
        {
            "a.yml": """\
x-build: &build
  context: .
  cache_from: ['type=local,src=/tmp/a']
services:
  web:
    image: acme/web
    build: {<<: *build, cache_to: ['type=inline']}
""",
            "b.yml": """\
services:
  web:
    build:
      cache_from: ['type=registry,ref=${HOST:-ghcr.io}/web']
      tags: [acme/web:b]
""",
        },
        ("a.yml", "b.yml"),
    ),
}
OPTION_KEYS = ("cache-from", "cache-to", "output", "tags")


def write(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def ask(folder, *command):
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(done.stdout.replace(str(folder), "ROOT"))


def compose_answer(folder, order):
    files = [word for path in order for word in ("-f", path)]
    config = ask(
        folder, "docker-compose", *files, "--profile", "*", "config", "--format", "json"
    )
    return {name: service.get("build") for name, service in config["services"].items()}


def bake_answer(folder, *words):
    names = ask(folder, "docker", "buildx", "bake", "--print", *words)["target"]
    return {
        name: {key: value for key, value in target.items() if key in BAKE_KEYS}
        for name, target in names.items()
    }


def baked_answer(folder, order):
    files = [word for path in order for word in ("-f", path)]
    names = ask(folder, "docker", "buildx", "bake", "--print", *files)["target"]
    return {
        name: {key: target.get(key, []) for key in OPTION_KEYS}
        for name, target in names.items()
    }


def main():
    answers = {"compose": {}, "bake": {}, "set": {}, "baked": {}}
    with tempfile.TemporaryDirectory() as top:
        for name, (files, order) in COMPOSE.items():
            folder = Path(top, "compose", name)
            write(folder, files)
            answers["compose"][name] = compose_answer(folder, order)
        for name, files in BAKE.items():
            folder = Path(top, "bake", name)
            write(folder, files)
            answers["bake"][name] = bake_answer(folder)
        for name, (files, given) in SET.items():
            folder = Path(top, "set", name)
            write(folder, files)
            words = [word for item in given for word in ("--set", item)]
            answers["set"][name] = bake_answer(
                folder, "web", "worker", "default", *words
            )
        for name, (files, order) in BAKED.items():
            folder = Path(top, "baked", name)
            write(folder, files)
            answers["baked"][name] = baked_answer(folder, order)
    ANSWERS.write_text(json.dumps(answers, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

"""A specimen of every token that has a shape, put together here so that no scanner takes one for real."""

from __future__ import annotations

MIXED = "p7TnW2qZx9LkVd4RbYh6Ms8GcJ3uFa5EoX1i"
LETTERS = "pTnWqZxLkVdRbYhMsGcJuFaEoXiQmNvKtB"
HEX = "9f3c7a1e5b2d8046fe91c3a7b5d2e804"
GITHUB = "gh" + f"p_{MIXED}"
KEY = (
    "-----BEGIN RSA "
    f"PRIVATE KEY-----\n{MIXED}{MIXED}\n{MIXED}\n-----END RSA PRIVATE KEY-----\n"
)
TOKENS = (
    GITHUB,
    "git" + f"hub_pat_{MIXED[:22]}_{MIXED}{MIXED[:23]}",
    "AKI" + "A4QZJ7WPL2MXK9TRB",
    "ASI" + "A7WPL2MXK9TRB4QZJ",
    "AWS_SECRET_ACCESS_KEY=" + MIXED + "/+aB",
    "aws_secret_access_key = " + MIXED[:30] + "/+aB" + MIXED[:6],
    "glpa" + "t-Zk8Lq2WvXr5TnYb7HdGs",
    "glagen" + f"t-{MIXED}{MIXED}",
    "GR134" + f"8941{MIXED[:24]}",
    "xox" + "b-918273645546-482917364508-kqmztwvlpxrybndhsjgfcrae",
    "xap" + f"p-1-A7WPL2MXK9T-918273645546-{HEX}{HEX}",
    "https://hooks.slack.com/services/" + f"T1A2B3C4D/B5E6F7G8H/{MIXED[:24]}",
    "sk_" + "live_kQ3mZ8tW1vL6pX9rY2bN5dHs",
    "S" + f"G.{MIXED[:22]}.{MIXED}{MIXED[:7]}",
    "pyp" + f"i-AgEIcHlwaS5vcmc{MIXED}{MIXED}",
    "sk" + f"-proj-{MIXED[:24]}T3BlbkFJ{MIXED[:24]}",
    "sk" + f"-ant-api03-{MIXED}{MIXED}{MIXED[:20]}",
    "sq0" + f"atp-{MIXED[:22]}",
    "AccountKey=" + f"{MIXED}{MIXED}{MIXED[:14]}==",
    "7918273645" + f":AA{MIXED[:33]}",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJyb2xlIjoiY2kifQ.p7TnW2qZx9LkVd4RbYh6Ms8GcJ3uFa5E",
    "AIz" + f"a{MIXED[:35]}",
    "GOCSP" + f"X-{MIXED[:28]}",
    "hf" + f"_{LETTERS}",
    "dck" + f"r_pat_{MIXED[:27]}",
    "do" + f"p_v1_{HEX}{HEX}",
    "np" + f"m_{MIXED}",
    "rubygem" + f"s_{HEX}{HEX[:16]}",
    "shpa" + f"t_{HEX}",
    "hv" + f"s.{MIXED[:30]}",
    "gls" + f"a_{MIXED[:32]}_{HEX[:8]}",
    "AGE-SECRET-KE" + "Y-1" + "QZPRY9X8GF2TVDW0S3JN54KHCE6MUA7L" + "QZPRY9X8GF2TVDW0S3JN54KHCE",
    "PMA" + f"K-{HEX[:24]}-{HEX}{HEX[:2]}",
)  # fmt: skip

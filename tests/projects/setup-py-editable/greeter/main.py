import sys
from pathlib import Path

import humanize


def main():
    text = Path(__file__).with_name("greeting.txt").read_text()
    print(text.format(name=sys.argv[1], number=humanize.ordinal(len(sys.argv[1]))), end="")

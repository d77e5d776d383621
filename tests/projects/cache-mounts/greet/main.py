import sys

import humanize


def main():
    name = sys.argv[1]
    print(f"Hello {name}, the {humanize.ordinal(len(name))}")

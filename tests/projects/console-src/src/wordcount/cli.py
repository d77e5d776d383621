"""Counts the words of its argument."""

from collections import Counter

import click
from tabulate import tabulate


@click.command()
@click.option("--top", type=int, default=3, show_default=True, help="How many words to show.")
@click.argument("text")
def main(top: int, text: str) -> None:
    """Count the words of TEXT."""
    click.echo(tabulate(Counter(text.split()).most_common(top), headers=["word", "times"]))

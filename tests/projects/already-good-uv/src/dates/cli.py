import click
from dateutil.relativedelta import relativedelta


@click.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("months", type=int)
def main(day, months):
    """Say which DAY it is some MONTHS later."""
    click.echo((day + relativedelta(months=months)).date().isoformat())

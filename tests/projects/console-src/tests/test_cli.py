from click.testing import CliRunner

from wordcount.cli import main


def test_counts():
    assert "b        2" in CliRunner().invoke(main, ["b a b"]).output

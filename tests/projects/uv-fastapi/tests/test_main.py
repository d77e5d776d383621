from app.main import listing


def test_listing():
    assert listing() == []

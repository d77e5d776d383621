from poems.web import app


def test_index():
    assert app.test_client().get("/").json == {"poems": 2}

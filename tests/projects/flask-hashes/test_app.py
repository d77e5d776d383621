from hello.app import app


def test_hello():
    assert app.test_client().get("/?name=x").text == "Hello, x!\n"

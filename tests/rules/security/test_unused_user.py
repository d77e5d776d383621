"""When unused-user reports something, and when it is silent."""

from __future__ import annotations

from judged import findings

CMD = 'CMD ["/app/server"]'


def test_a_number_may_be_that_of_the_user_who_was_made():
    text = f"RUN useradd dask\nUSER {{}}\n{CMD}"
    assert findings("unused-user", text.format(1000)) == []
    assert findings("unused-user", text.format(10001))


def test_several_users_of_one_run_are_people():
    text = f"RUN useradd -u 1111 alice{{}}useradd -u 1112 bob\nUSER 10001\n{CMD}"
    assert findings("unused-user", text.format(" && ")) == []
    assert len(findings("unused-user", text.format("\nRUN "))) == 2

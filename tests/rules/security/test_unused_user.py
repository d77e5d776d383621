"""When unused-user reports something, and when it is silent."""

from __future__ import annotations

from judged import findings

CMD = 'CMD ["/app/server"]'


def test_a_number_may_be_that_of_the_user_who_was_made():
    text = f"RUN useradd dask\nUSER {{}}\n{CMD}"
    assert findings("unused-user", text.format(1000)) == []
    assert findings("unused-user", text.format(10001))

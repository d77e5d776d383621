"""Made lines of ignore files, and names that they may take: what Go reads in a pattern, much of it by accident."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = (
    *("a", "b", "ab", "aab", "a.b", ".a", "abc", "A", "é", "\udcff", "a\nb", "\ufffd", "a*", "[a]", "!a", "a b"),
    *("-", "a\\"),
)  # fmt: skip
PARTS = (
    *("a", "b", "ab", ".a", "a.b", "é", "\udcff", "\ufffd", "*", "*", "**", "**", "?", "a*", "*b", "a*b", "a?"),
    *("*a*b", "*a*a*", "[ab]", "[^a]", "[^/a]", "[a-b]*", "[+-9]", "[\\w]", "[!a]", "*.[ab]", "??", "*?", "a**"),
    *("**b", "a**b", "\\*", "\\[a]", "\\w", "\\d*", "a|b", "|", "a{2}b", "a{0,3}b", "a{1,}*", "^", "$", "."),
    *("\\.a", "(a)", "+", "é*", "\udcff*", "[\udcff]", "*\ufffd", "[[:alpha:]]*", "\\pL", "\\ba", "a\\b", "a\\Qb"),
    *("[^\\x00-\\x{10FFFF}]", "a]", "a\\\\", "\\a", "x*y*z", "*?b?*", "[a", "-"),
)  # fmt: skip
LINES = st.builds(
    lambda sign, lead, parts, tail: sign + lead + "/".join(parts) + tail,
    st.sampled_from(("", "", "", "!", "!")),
    st.sampled_from(("", "", "", "/", "**/", "**")),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=4),
    st.sampled_from(("", "", "", "/", "/*", "/**", "/*/**", "**", "*")),
)
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)

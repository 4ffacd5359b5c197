"""Where to go on after signing in: a path of our own, never another site."""

from __future__ import annotations

import pytest

from crm.core.web import safe_next


@pytest.mark.parametrize(
    "target", ["/harbor/organize/", "/account/?lang=es", "/harbor/organize/organizations/?kind=union&q=a"]
)
def test_a_path_of_ours_is_kept(target):
    assert safe_next(target, "/account/") == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "https://evil.example/", "//evil.example", "/\\evil.example", "/.//evil.example",
        "/%2f/evil.example",
        "/a/..//evil.example", "evil.example", "/a\nb", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_anything_else_gives_the_default(target):
    assert safe_next(target, "/account/") == "/account/"

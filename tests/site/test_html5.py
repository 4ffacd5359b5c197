"""Pages are read as html5lib reads them, and every fault is found."""

from __future__ import annotations

from xml.etree.ElementTree import tostring

import html5lib
import pytest

from tests.html5 import read_page, skeleton
from tests.pages import check_once
from tests.plain_html import read_plain

PAGE = '<!doctype html>\n<html lang="en"><head><title>A &amp; B</title></head><body>{}</body></html>'
SOUND = [
    '<p class="a">One<br>two <b>three</b></p>',
    '<a href="/?a=1&amp;b=2" data-x="">go</a>',
    "<input\n  name=\"a\" value='single' required disabled>",
    "<P CLASS=plain>capitals</P>",
    '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
    "<textarea>\n<b>not bold</b></textarea><script>if (a < b) {}</script>",
    "<!-- a comment --><table><tbody><tr><td>1</table>",
    # What is not closed, or stands in what is implied.
    "<ul><li>One<li>Two</ul><dl><dt>a<dd>b</dl><select><option>a<option>b</select>",
    "<table><tr><td>1</td></tr></table><p>One<ul><li>a</li></ul>",
    '<svg viewBox="0 0 1 1"><title>a</title><path d="M0 0"/></svg><p>b</p>',
    # As our templates write.
    '<p>a &amp; b&nbsp;c &#39;d&#39;<br><a href="/?a=1&amp;b=2"><b>e</b></a></p>\n<pre>\n x\n</pre>',
    '<table>\n<caption>a</caption> <thead><tr><th scope="col">b</th></tr></thead>\n<tbody></tbody></table>',
    '<form><select name="a"><optgroup label="b"><option selected>c</option></optgroup></select></form>',
    "<dl><div><dt>a</dt><dd>b</dd></div></dl><textarea>\r\na &lt; b</textarea><textarea>\n</textarea>",
    '<svg viewBox=\'0 0 1 1\' stroke-width="2"><use href="#a"/><g><path d="M0 0"></path></g></svg>',
    '<script type="application/json">{"a": "b &amp; c"}</script>',
]
FAULTY = {
    '<p class="a" class="b">': "duplicate-attribute",
    "<p>One</b></p>": "unexpected-end-tag",
    "<div><p>One</div></p>": "unexpected-end-tag",
    "<b><p>One</b></p>": "adoption-agency",
    '<p title="a"id="b">': "unexpected-character-after-attribute-value",
    '<p title="a&nbsp">': "named-entity-without-semicolon",
    "<p>a & b &nosuch;</p>": "expected-named-entity",
    "<p title=a\"b>": "unexpected-character-in-unquoted-attribute-value",
    '<p "a">': "invalid-character-in-attribute-name",
    "<table><p>One</p></table>": "unexpected-start-tag-implies-table-voodoo",
    "<a href=\"/\">one<a href=\"/\">two</a></a>": "unexpected-start-tag-implies-end-tag",
    "<p>One<div>two</div></p>": "unexpected-end-tag",
    "<h2>One<h3>two</h3></h2>": "unexpected-start-tag",
    "<form><form></form></form>": "unexpected-start-tag",
    "<button><button></button></button>": "unexpected-start-tag-implies-end-tag",
    "<table><tbody><tr><td>1</td><p>2</p></tr></tbody></table>": "unexpected-start-tag-implies-table-voodoo",
    "<select><b>One</b></select>": "unexpected-start-tag-in-select",
    "<div/>": "non-void-element-with-trailing-solidus",
    '</p class="a">': "attributes-in-end-tag",
    "<p title=\"never closed>": "eof-in-attribute-value-double-quote",
    "<p>\0</p>": "invalid-codepoint",
    "<p title=\"\0\">": "invalid-codepoint",
    "< p>": "expected-tag-name",
}  # fmt: skip


def as_html5lib(page: str) -> tuple[bytes, list[str]]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    return tostring(tree), [f"{where}: {code} {data}" for where, code, data in parser.errors]


@pytest.mark.parametrize("body", SOUND)
def test_a_sound_page_is_read_alike(body):
    tree, faults = read_page(PAGE.format(body))
    assert (tostring(tree), faults) == as_html5lib(PAGE.format(body))
    assert faults == []


@pytest.mark.parametrize("body", FAULTY)
def test_a_fault_is_found_where_it_is(body):
    tree, faults = read_page(PAGE.format(body))
    assert (tostring(tree), faults) == as_html5lib(PAGE.format(body))
    assert any(FAULTY[body] in fault for fault in faults)


def test_pages_as_our_templates_write_them_are_plain(visitor, coalition):
    for address in ("/login", "/harbor/", "/harbor/calendar"):
        page = visitor.get(address).text
        plain = read_plain(page)
        assert plain is not None
        assert (tostring(plain), []) == as_html5lib(page)


SAME_TAGS = {
    '<p class="a">One</p>': '<p class="b c">Another day\n> night</p>',
    '<a href="/?a=1&amp;b=" title="x">go</a>': '<a href="/?a=1&amp;b=" title="y">come</a>',
}
OTHER_TAGS = {
    "<p>One</p>": ("<p>\0</p>", "<p>&no;</p>", "<p>One</b></p>", "<p>\x1f</p>", "<p>One</p>< p>"),
    '<p title="a">': ('<p title="&nbsp">', '<p title="a"id="b">', '<p title="\0">'),
}  # fmt: skip


@pytest.mark.parametrize("body", SAME_TAGS)
def test_other_words_are_no_other_page(body):
    assert skeleton(PAGE.format(body)) == skeleton(PAGE.format(SAME_TAGS[body]))


@pytest.mark.parametrize("body", OTHER_TAGS)
def test_a_fault_shows_beside_a_sound_page_that_was_seen(body):
    check_once(PAGE.format(body))
    for faulty in OTHER_TAGS[body]:
        with pytest.raises(AssertionError, match="not HTML5"):
            check_once(PAGE.format(faulty))


def test_an_id_that_comes_twice_is_found_on_a_page_of_tags_that_were_seen():
    check_once(PAGE.format('<p id="a"></p><p id="b"></p>'))
    with pytest.raises(AssertionError, match=r"ids twice: .'c'"):
        check_once(PAGE.format('<p id="c"></p><p id="c"></p>'))

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.snapshot import Link
from scrapers.text import clean, html_to_text, links, markdown_to_text

PAGE = """<!doctype html><html><head><title>Unseen</title><style>p{}</style></head><body>
<h1>Rules</h1><p>Be kind.<br>Always <b>be</b> k<i>in</i>d.</p>
<ol start=3><li>One<li><p>Two</p><ul><li>sub</ul><li>Three</ol>
<div style="display: none">hidden</div><p hidden>hidden</p><template>hidden</template><script>alert(1)</script>
<table><tr><td>a<td>b<tr><td>c</table><pre>x
 y</pre>"""
TEXT = """Rules

Be kind.
Always be kind.

3. One
4. Two
  - sub
5. Three

a b
c

x
y"""


def test_structure_is_kept_and_what_is_hidden_is_dropped():
    assert html_to_text(PAGE) == TEXT


def test_markdown_keeps_lists_and_lines_and_drops_embedded_scripts():
    text = markdown_to_text(
        "# Rules\n\n1. Be **kind**\nalways\n2. No [advice](http://a.example)\n\n<script>alert(1)</script>\n\n* a\n  * b"
    )
    assert text == "Rules\n\n1. Be kind\nalways\n2. No advice\n\n- a\n  - b"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a&#8238;b\u202ec\u200bd", "abcd"),
        ("<p>one</p>two", "one\n\ntwo"),
        ("I <3 you &amp; me", "I <3 you & me"),
        ("<?xml version='1.0' encoding='latin-1'?><p>\u00fc", "\u00fc"),
        ("", ""),
        ("<a>x</a><!-- c -->y", "xy"),
    ],
)
def test_single_cases(html: str, text: str):
    assert html_to_text(html) == text


@pytest.mark.parametrize("depth", [300, 10_000])
def test_no_nesting_hides_what_comes_after(depth: int):
    assert html_to_text("<div>" * depth + "deep" + "</div>" * depth + "<p>after") == "deep\n\nafter"


@given(st.text(), st.text(alphabet="<>/abp=\"' &;!-\n", max_size=300))
def test_any_text_is_read(text: str, tags: str):
    assert not set(html_to_text(text + tags)) & set("\x00\u202e\u200b\x1b")
    markdown_to_text(text + tags)
    links(text + tags, "https://a.example/")


@given(
    st.lists(
        st.sampled_from(["<script>SECRET</script>", "<style>SECRET</style>", "<p>", "</div>", "<ul><li>", "x"]),
        max_size=20,
    )
)
def test_scripts_and_styles_never_come_out(parts: list[str]):
    text = html_to_text("".join(parts))
    assert "SECRET" not in text
    assert "<" not in text


@pytest.mark.parametrize(
    "hostile",
    ["<p>Hello <b>world</b>.</p>" * 20_000, "<" * 100_000, "<li>" * 100_000, "<b>" * 100_000],
)
def test_half_a_megabyte_is_quick(hostile: str):
    begun = time.perf_counter()
    html_to_text(hostile)
    assert time.perf_counter() - begun < 5  # a fifth of a second on an idle machine


@pytest.mark.parametrize("hostile", ["![[](" * 10_000, "> " * 25_000, "*a " * 16_000])
def test_hostile_markdown_ends(hostile: str):
    begun = time.perf_counter()
    markdown_to_text(hostile)
    assert time.perf_counter() - begun < 10


def test_links_are_absolute_single_and_safe():
    html = """<base href="/x/"><a href="y"> Z <b>q</b></a><a href="y">again</a><a href="javascript:alert(1)">j</a>
    <a href=" java\tscript:x">j</a><a href="tel:988">988</a><a href="http://[bad">n</a><a hidden href="/h">h</a>
    <a href="/i" title="Home"><img src="i"></a>"""
    assert links(html, "https://a.example/") == (
        Link("https://a.example/x/y", "Z q"),
        Link("tel:988", "988"),
        Link("https://a.example/i", "Home"),
    )


def test_clean_makes_one_line():
    assert clean(" a\n\u202eb\t c ") == "a b c"

"""Addresses as people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.errors import AddressRefused, ScrapersError
from scrapers.refs import GroupRef
from scrapers.registry import resolve
from scrapers.urls import Address, Url

REFUSED = {
    "": "empty_address",
    "   \u200b ": "empty_address",
    "file:///etc/passwd": "scheme_not_allowed",
    "ftp://forum.example/": "scheme_not_allowed",
    "javascript:alert(1)": "scheme_not_allowed",
    "data:text/html,hello": "scheme_not_allowed",
    "https://user:secret@forum.example/": "credentials_in_address",
    "https://user@forum.example/": "credentials_in_address",
    "https://" + "a" * 3000 + ".example/": "address_too_long",
    "http://": "not_an_address",
    "https://exa%20mple.org/": "not_an_address",
    "https://exa mple.org/": "several_addresses",
    "a support group": "address_not_recognised",
    "we use Node.js/React, e.g. and/or": "address_not_recognised",
    "https://forum.example/a https://forum.example/b": "several_addresses",
    "https://forum.example/a\nhttps://forum.example/b": "several_addresses",
    "r/calm, r/quiet": "several_addresses",
    "https://forum.example/circles/of-the-\nnorth": "broken_address",
    "https://archive.ph/AbCd1": "short_link",
    "https://chat.example/#/groups/7": "page_needs_script",
}

SAME = {
    "https://forum.example/rules": [
        "forum.example/rules",
        "//forum.example/rules",
        "HTTPS://FORUM.EXAMPLE:443/rules",
        "  <https://forum.example/rules>  ",
        "https://forum.example/a/../rules",
        "https://forum.example/rules?utm_source=x&fbclid=y",
        "https://web.archive.org/web/20200101000000id_/https://forum.example/rules",
        "https://web.archive.org/web/2020/https://web.archive.org/web/2019/https://forum.example/rules",
        "https://forum.exa\u00admple/rules",
        "https://forum.example/%72ules?mc_cid=a&msclkid=b&mibextid=c&__cft__[0]=d&pk_campaign=e",
        "Read this: https://forum.example/rules, please",
        "(see https://forum.example/rules)",
        '[Rules](https://forum.example/rules "our rules").',
        "*https://forum.example/rules*",
        "“https://forum.example/rules”…",
        "web.archive.org/web/https:/forum.example/rules",
        "https://forum-example.cdn.ampproject.org/v/s/forum.example/rules",
    ],
    "https://forum.example/index.php?topic=7;board=6.0": [
        "https://forum.example/index.php?PHPSESSID=a;topic=7;board=6.0&s=b"
    ],
    "https://forum.example/index.php?/forum/5-caf%C3%A9/": [
        "https://forum.example/index.php?/forum/5-caf%c3%a9/&utm_medium=x"
    ],
    "https://forum.example/a_(b)": ["(https://forum.example/a_(b))", "https://forum.example/a_(b)."],
    "https://xn--bcher-kva.example/": ["bücher.example", "https://BÜCHER.example/", "https://b%C3%BCcher.example/"],
}


@pytest.mark.parametrize("pasted", REFUSED)
def test_what_is_no_address_is_refused_by_name(pasted: str):
    with pytest.raises(AddressRefused) as refusal:
        resolve(pasted)
    assert refusal.value.code == REFUSED[pasted]
    assert refusal.value.message
    assert refusal.value.remedy


@pytest.mark.parametrize(("href", "pasted"), [(href, text) for href, texts in SAME.items() for text in texts])
def test_spellings_of_one_address_are_one(href: str, pasted: str):
    url = Address.parse(pasted).url
    assert url is not None
    assert url.href == href


@given(st.text(max_size=200))
def test_anything_pasted_resolves_or_is_refused_by_name(pasted: str):
    try:
        ref = resolve(pasted)
    except ScrapersError as error:
        assert error.code
        assert error.remedy
    else:
        assert isinstance(ref, GroupRef)


@given(
    st.from_regex(r"https://[a-z]{1,10}\.example(/[a-zA-Z0-9._~%-]{0,10}){0,4}(\?[a-z]=[a-z0-9]{0,5})?", fullmatch=True)
)
def test_the_normal_form_is_its_own_normal_form(text: str):
    href = Url.parse(text).href
    assert Url.parse(href).href == href


@given(
    st.from_regex(
        r"https://[a-z]{1,9}\.example(/[a-zA-Z0-9._~%@:!$',;()*-]{0,9}){0,4}(\?[a-z/&;=%20!.,)]{0,20})?(#[a-z]{0,5})?",
        fullmatch=True,
    )
)
def test_a_canonical_address_has_the_key_that_it_came_from(text: str):
    try:
        ref = resolve(text)
    except AddressRefused:
        return
    again = resolve(ref.canonical_url)
    assert (again, again.canonical_url) == (ref, ref.canonical_url)


def test_a_group_has_the_id_that_its_key_has():
    """The vector was computed with sha256sum: `printf 'web:forum.example' | sha256sum`."""
    assert GroupRef("web", "forum.example", "https://forum.example/").id == "36ceaa67e00c46e9"


@pytest.mark.parametrize(
    ("path", "folders"),
    [
        ("", ["/"]),
        ("/forum", ["/forum/", "/"]),
        ("/forum//a.php?t=1", ["/forum/a.php/", "/forum/", "/"]),
        ("/a/b/c/d/e/f/g", ["/a/b/c/d/e/", "/a/b/c/d/", "/a/b/c/", "/a/b/", "/a/", "/"]),
    ],
)
def test_the_folders_of_a_page_are_told_from_the_nearest(path, folders):
    assert list(Url.parse(f"https://calm.example{path}").folders) == folders

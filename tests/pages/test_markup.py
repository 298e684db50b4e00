import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.pages import markup
from stance.pages.markup import clean_text, html_to_text


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("", ""),
        ("plain  words\nhere", "plain words here"),
        ("<p>One.</p>\n<p>Two,<br />\nlines.</p>", "One.\n\nTwo,\nlines."),
        ("<p>One.</p><p></p><p>&nbsp;</p><p>Two.</p>", "One.\n\nTwo."),
        ("<div>One</div><div>Two</div>", "One\n\nTwo"),
        ("Fish &amp; chips &lt;3 &#8220;quoted&#8221; &hellip; &eacute;", "Fish & chips <3 “quoted” … é"),
        ("caf&#101;&#769;", "café"),
        ('See <a href="https://example.org/?a=1&b=2">the map</a>, <em>please</em>', "See the map, please"),
        ('<a href="x" title="a > b">link</a> behind', "link behind"),
        ("<a title='a > b' href=x>link</a> behind", "link behind"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<blockquote><p>Said</p><p>before</p></blockquote><p>No.</p>", "> Said\n>\n> before\n\nNo."),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n\n> > b\n\nc"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ('<img alt="A tram" src="t.jpg"> <img class="wp-smiley" alt=":-)"> <img alt="😀">', ":-) 😀"),
        ("<script>x = '<p>';</script>a<style>b{}</style><!-- c <p> -->", "a"),
        ("a<button>Reply</button><svg><title>t</title></svg><noscript><img></noscript>b", "ab"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a &#10; b &#0; c", "a b � c"),
        ("bell\x07 nul\x00 tab\there", "bell nul tab here"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<p>cut off <a href='x", "cut off"),
    ],
)
def test_the_words_that_a_reader_would_copy(fragment, text):
    assert html_to_text(fragment) == text


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("One.\n\nTwo,\nlines.", "One.\n\nTwo,\nlines."),
        ("One.\r\n\r\nTwo <b>big</b>,\r\nlines.", "One.\n\nTwo big,\nlines."),
        ("One,<br />\ntwo.<br/>three", "One,\ntwo.\nthree"),
        ("a\n<blockquote>b\nc</blockquote>\nd", "a\n\n> b\n> c\n\nd"),
    ],
)
def test_line_breaks_of_stored_comments_are_kept_on_demand(fragment, text):
    assert html_to_text(fragment, line_breaks=True) == text


def test_the_quick_way_and_the_general_way_agree():
    quick = '<p>Fish &amp; <em>chips</em><br>\nand a <a href="x">map</a></p>\n<p>Two  spaces,\ttab.</p>'
    general = quick.replace("<em>", "<em><wbr>")
    assert html_to_text(quick) == html_to_text(general) == "Fish & chips\nand a map\n\nTwo spaces, tab."


@given(st.text())
def test_any_text_gives_tidy_text(fragment):
    text = html_to_text(fragment)
    assert unicodedata.is_normalized("NFC", text)
    assert text == text.strip("\n")
    assert "\n\n\n" not in text
    assert "  " not in text
    assert "\0" not in text


@given(st.text(alphabet=st.characters(blacklist_characters="<&\r", blacklist_categories=["Cs", "Cc"])))
def test_words_without_markup_stay(words):
    expected = " ".join(unicodedata.normalize("NFC", words).split())
    assert " ".join(html_to_text(f"<p>{words}</p><hr>").split()) == expected


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<a ",
        '<a "',
        "<a ='",
        "<!--",
        "<script>",
        "<",
        "</",
        "<blockquote>",
        "<svg>",
        "&#1",
        "<a '\"",
        "<p> ",
        "<b>x",
    ],
)
def test_broken_markup_takes_linear_time(piece):
    fragment = piece * (1_000_000 // len(piece))
    start = time.process_time()
    html_to_text(fragment)
    assert time.process_time() - start < 3


def test_clean_text_composes_and_drops_control_characters():
    assert clean_text("cafe\u0301\x07\nline") == "café\nline"


SIGNS = [
    "<p>",
    "</p>",
    "<em>",
    '<a href="x&amp;">',
    "</a>",
    "<br />\n",
    "\n",
    "\n\n",
    "  ",
    "word",
    "&amp;",
    "&",
    "&#10;",
]
SIGNS += [
    "&#13;",
    "&lt;b&gt;",
    "<",
    "e\u0301",
    "\xa0",
    "<li>",
    "</li>",
    "<blockquote>",
    "<!-- x -->",
    "&am",
    "p;",
    '<h1\nid="3">',
]


@given(st.lists(st.sampled_from(SIGNS), max_size=8).map("".join))
def test_simple_fragment_with_lines_is_read_as_any_other(fragment):
    shortly = html_to_text(fragment, line_breaks=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "_simple_lines", lambda fragment: None)
        assert html_to_text(fragment, line_breaks=True) == shortly

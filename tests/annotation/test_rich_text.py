"""The renderer of item texts: what it shows, and that no text can make it emit anything else."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.rich_text import TAGS, Mark, direction_of, find_visible, rich_html, visible_spans

# Without line ends other than \n: a browser makes one of them all.
SIGNS = st.text(alphabet="*_`[]()#>-+.1 ab\n<&\"'مe\u0301🙂\u202e\u200d", max_size=60)
ATTRIBUTES = {"class", "hidden", "dir", "value", "data-numbers"}


class Reader(HTMLParser):
    """Tags, attributes, text and hidden text of a piece of HTML; tags must nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[tuple[str, bool]] = []
        self.text = ""
        self.shown = ""
        self.marked: list[tuple[int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        names = {name for name, _ in attrs}
        self.attributes |= names
        self.open.append((tag, "hidden" in names))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(tag == "mark" for tag, _ in self.open):
            self.marked.append((len(self.text), len(self.text) + len(data)))
        self.text += data
        if not any(is_hidden for _, is_hidden in self.open):
            self.shown += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@settings(max_examples=300, deadline=None)
@given(SIGNS)
def test_rendering_of_any_text_keeps_every_character_and_no_other_tag(source: str) -> None:
    found = read(rich_html(source))
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert found.text == source
    assert found.shown == "".join(source[start:end] for start, end in visible_spans(source))


@settings(max_examples=200, deadline=None)
@given(SIGNS, st.integers(0, 60), st.integers(1, 30))
def test_marks_in_any_text_cover_what_is_visible_of_their_passage(source: str, start: int, n: int) -> None:
    end = min(start + n, len(source))
    found = read(rich_html(source, [Mark(start, end, 1)]))
    assert found.text == source
    covered = {at for begin, stop in found.marked for at in range(begin, stop)}
    visible = {at for begin, stop in visible_spans(source) for at in range(begin, stop)}
    assert covered == visible & set(range(start, end))


@settings(max_examples=200, deadline=None)
@given(SIGNS, st.integers(0, 60), st.integers(1, 30))
def test_words_copied_from_the_page_are_found_in_the_source(source: str, start: int, n: int) -> None:
    shown = read(rich_html(source)).shown
    quote = shown[start : start + n].strip()
    if not quote:
        return
    place = find_visible(source, quote)
    assert place is not None
    inside = "".join(
        source[max(begin, place[0]) : min(stop, place[1])]
        for begin, stop in visible_spans(source)
        if begin < place[1] and stop > place[0]
    )
    assert inside.split() == quote.split()


def tidy(source: str) -> str:
    return rich_html(source).replace(' class="rich__sign"', "")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("so **very** tired", "so <span hidden>**</span><strong>very</strong><span hidden>**</span> tired"),
        ("*sighs* ok", "<span hidden>*</span><em>sighs</em><span hidden>*</span> ok"),
        ("`a*b*`", "<span hidden>`</span><code>a*b*</code><span hidden>`</span>"),
        (
            "***x***",
            (
                "<span hidden>**</span><strong><span hidden>*</span><em>x</em><span hidden>*</span></strong>"
                "<span hidden>**</span>"
            ),
        ),
        ("# One\ntwo", '<span hidden># </span><strong class="rich__heading">One</strong>\ntwo'),
        ("> a\n> b", "<blockquote><span hidden>&gt; </span>a\n<span hidden>&gt; </span>b</blockquote>"),
        (
            "Try:\n- a\n- b",
            "Try:\n<ul><li><span hidden>- </span>a\n</li><li><span hidden>- </span>b</li></ul>",
        ),
        ("3. c", '<ol><li value="3"><span hidden>3. </span>c</li></ol>'),
        (
            "```\n<b>\n```",
            "<span hidden>```\n</span><pre><code>&lt;b&gt;\n</code></pre><span hidden>```</span>",
        ),
        (
            "[me](javascript:alert)",
            (
                '<span hidden>[</span><span class="rich__link">me</span><span hidden>]</span>'
                '<span class="rich__address" dir="ltr">(javascript:alert)</span>'
            ),
        ),
    ],
)
def test_formatting_is_shown_with_its_signs_hidden(source: str, html: str) -> None:
    assert tidy(source) == html


@pytest.mark.parametrize(
    "source",
    [
        "f***ing s***",
        "2 * 3 * 4 and 2*3*4",
        "snake_case_name",
        "**open",
        "* ",
        "#hashtag",
        "1) one",
        "```\nunclosed",
        "****",
        r"\*not\*",
        "[words] (address)",
        "[a]( b )",
        "-no list",
    ],
)
def test_text_that_only_looks_formatted_is_left_as_it_is(source: str) -> None:
    assert rich_html(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "**<img src=x onerror=alert(1)>**",
        "[<b>x</b>](javascript:alert`1`)",
        "- <!-- note",
        "`</code><script>`",
        '"><svg/onload=alert(1)>',
        "&lt;script&gt; &#60;",
    ],
)
def test_markup_in_a_text_is_shown_as_text(source: str) -> None:
    found = read(rich_html(source))
    assert found.tags <= TAGS
    assert found.text == source
    assert "href" not in found.attributes


def test_direction_override_has_no_effect_and_stays_in_the_source() -> None:
    assert tidy("safe\u202eelif") == "safe<span hidden>\u202e</span>elif"


def test_nested_points_are_lists_of_their_own_and_keep_their_numbers() -> None:
    html = tidy("1. a\n   - b\n2. c\n   more")
    assert [part.split(">")[0] for part in html.split("<") if part.startswith(("ol", "ul", "li"))] == [
        "ol",
        'li value="1"',
        'ul class="rich__deep"',
        "li",
        "ol",
        'li value="2"',
    ]


def test_mark_across_bold_and_points_is_parted_and_numbered_once() -> None:
    html = rich_html("is **so** hard\n- rest", [Mark(0, 9, 4, weight=2)])
    assert html.startswith('<mark class="evidence evidence--2">is </mark>')
    assert '<strong><mark class="evidence evidence--2" data-numbers="4">so</mark></strong>' in html
    assert html.count("data-numbers") == 1


def test_marks_over_each_other_show_the_heavier_and_both_numbers() -> None:
    html = rich_html("abcdef", [Mark(0, 4, 1, weight=1), Mark(2, 4, 2, weight=3)])
    assert html == (
        '<mark class="evidence evidence--1">ab</mark>'
        '<mark class="evidence evidence--3" data-numbers="1 2">cd</mark>ef'
    )


@pytest.mark.parametrize("sign", ["*a ", "_a ", "`", "[a](", "**a ", "> ", "- ", "```\n", "**a* "])
def test_long_text_of_signs_takes_steps_in_proportion_to_its_length(sign: str) -> None:
    source = sign * (100_000 // len(sign))
    assert read(rich_html(source)).text == source


@pytest.mark.parametrize(
    ("text", "direction"), [("مرحبا hello", "rtl"), ("hello مرحبا", "ltr"), ("123 …", "rtl")]
)
def test_direction_is_that_of_the_first_letter_that_has_one(text: str, direction: str) -> None:
    assert direction_of(text, "rtl") == direction

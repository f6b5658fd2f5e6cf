"""The little markup of guidelines, consent and support texts."""

from __future__ import annotations

import pytest

from annotation.templatetags.prose import prose


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One.\nTwo.\n\nThree.", "<p>One.<br>Two.</p><p>Three.</p>"),
        ("# A\n## B\n### C", "<h3>A</h3><h3>B</h3><h4>C</h4>"),
        ("- a\n- **b**", "<ul><li>a</li><li><strong>b</strong></li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("Before:\n- a\nafter", "<p>Before:</p><ul><li>a</li></ul><p>after</p>"),
        ("2 * 3 and **open", "<p>2 * 3 and **open</p>"),
    ],
)
def test_prose_turns_markup_into_html(text: str, html: str) -> None:
    assert prose(text) == html


@pytest.mark.parametrize("text", ["<script>x</script>", "- <b>x</b>", "## <i>x</i>", "**<u>x</u>**", 'a"b'])
def test_prose_escapes_everything_else(text: str) -> None:
    html = prose(text)
    for tag in ("<script", "<b>", "<i>", "<u>", '"'):
        assert tag not in html

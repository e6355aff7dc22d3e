import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from sesec_analysis.editions.documents.screen import letters
from sesec_analysis.figures import style

LINE = '<text style="font-size: 10px; {look}" x="1">{words}</text>'


def picture(*lines: tuple[str, str]) -> str:
    drawn = "".join(LINE.format(look=look, words=words) for look, words in lines)
    return f'<svg role="img"><title>A title</title>{drawn}</svg>'


def fonts(svg: str) -> dict[str, TTFont]:
    rule = r"font-family:'(.*?)';font-weight:(\w+);src:url\(data:font/woff;base64,([^)]*)\)"
    found = re.findall(rule, svg)
    assert {family for family, _, _ in found} == {style.FAMILY}
    return {weight: TTFont(io.BytesIO(base64.b64decode(data))) for _, weight, data in found}


def test_with_letters__brings_the_letters_of_each_weight_and_no_others():
    made = fonts(
        letters.with_letters(picture(("", "– ≥ 10%"), ("font-weight: 700", "A &amp; ▼ ế")))
    )
    assert {weight: set(map(chr, font.getBestCmap())) for weight, font in made.items()} == {
        "normal": set("– ≥10%"),
        "bold": set("A& ▼ế"),
    }


def test_with_letters__takes_signs_that_the_font_lacks_from_another():
    made = letters.with_letters(picture(("", "a ●")))
    assert made.count("@font-face") == 2
    assert made.count("font-family:'DejaVu Sans'") == 1


@pytest.mark.parametrize("svg", [picture(("", "Words"), ("font-weight: bold", "More")), picture()])
def test_with_letters__adds_rules_and_nothing_else(svg):
    made = letters.with_letters(svg)
    assert re.sub(r"<style>@font-face.*?</style>", "", made) == svg
    assert made == letters.with_letters(svg)  # the same bytes each time

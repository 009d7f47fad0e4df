"""Equations of Word and of web pages come out as LaTeX."""

import pytest
from lxml import etree

from storage.converter.equations import UNKNOWN, latex

OMML = "http://schemas.openxmlformats.org/officeDocument/2006/math"
X, TWO = "<r><t>x</t></r>", "<r><t>2</t></r>"


def of_word(inside: str) -> str:
    # Attributes have the same namespace there; what is looked at is their value.
    return latex(etree.fromstring(f'<oMath xmlns="{OMML}">{inside}</oMath>'))


@pytest.mark.parametrize(
    ("omml", "written"),
    [
        (X, "x"),
        (f"<f><fPr/><num>{X}</num><den>{TWO}</den></f>", r"\frac{x}{2}"),
        (f"<sSup><e>{X}</e><sup>{TWO}</sup></sSup>", "x^{2}"),
        (f"<sSub><e>{X}</e><sub>{TWO}</sub></sSub>", "x_{2}"),
        (f"<sSubSup><e>{X}</e><sub>{TWO}</sub><sup>{X}</sup></sSubSup>", "x_{2}^{x}"),
        (f"<rad><deg/><e>{X}</e></rad>", r"\sqrt{x}"),
        (f"<rad><deg>{TWO}</deg><e>{X}</e></rad>", r"\sqrt[2]{x}"),
        (f'<nary><naryPr><chr val="∑"/></naryPr><sub>{TWO}</sub><sup/><e>{X}</e></nary>', r"\sum_{2} x"),
        (f'<d><dPr><begChr val="["/><endChr val="]"/></dPr><e>{X}</e></d>', "[x]"),
        (f'<acc><accPr><chr val="→"/></accPr><e>{X}</e></acc>', r"\vec{x}"),
        (
            f"<m><mr><e>{X}</e><e>{TWO}</e></mr><mr><e>{TWO}</e><e>{X}</e></mr></m>",
            r"\begin{matrix}x & 2 \\ 2 & x\end{matrix}",
        ),
        (f"<func><fName><r><t>sin</t></r></fName><e>{X}</e></func>", "sin x"),
        (f"<unheardOf><e>{X}</e></unheardOf>", "x"),
    ],
)
def test_equations_of_word(omml: str, written: str) -> None:
    assert rf"\({written}\)" == of_word(omml)


@pytest.mark.parametrize(
    ("mathml", "written"),
    [
        ("<mfrac><mi>x</mi><mn>2</mn></mfrac>", r"\frac{x}{2}"),
        ("<mrow><msup><mi>x</mi><mn>2</mn></msup><mo>≤</mo><mn>9</mn></mrow>", "x^{2}≤9"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>2</mn></msqrt>", r"\sqrt{x+2}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", r"\sum_{i}^{n}"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", r"\bar{x}"),
        ("<semantics><mi>x</mi><annotation encoding='application/x-tex'>\\alpha</annotation></semantics>", r"\alpha"),
    ],
)
def test_equations_of_web_pages(mathml: str, written: str) -> None:
    assert rf"\({written}\)" == latex(etree.fromstring(f"<math>{mathml}</math>"))


def test_what_has_no_words_is_named_an_equation_and_depth_costs_nothing() -> None:
    assert UNKNOWN == of_word("")
    assert UNKNOWN == of_word("<f><num>" * 100 + "</num></f>" * 100)

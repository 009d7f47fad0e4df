"""Equations of Word (OMML) and of web pages (MathML) → LaTeX. Both nest alike, so one table of forms serves both."""

from collections.abc import Callable
from typing import Any

UNKNOWN = "[equation]"
DEEPEST = 60
_LEAVES = ("t", "mi", "mn", "mo", "mtext", "ms")
_LEFT_OUT = ("annotation", "annotation-xml", "mspace", "mphantom")
_PROPERTIES = "Pr"
_TEX = ("application/x-tex", "TeX", "LaTeX")
_OPERATORS = {"∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∮": r"\oint", "⋃": r"\bigcup", "⋂": r"\bigcap"}
_ACCENTS = {
    **dict.fromkeys("^ˆ\u0302", "hat"),
    **dict.fromkeys("~˜\u0303", "tilde"),
    **dict.fromkeys("¯‾_\u0304\u0305", "bar"),
    **dict.fromkeys("˙\u0307", "dot"),
    **dict.fromkeys("¨\u0308", "ddot"),
    **dict.fromkeys("→⃗\u20d7", "vec"),
}
_UNSEEN = {**dict.fromkeys(range(0x2061, 0x2065)), 0xA0: " "}

Parts = list[str]


def latex(element: Any) -> str:
    r"""In \( and \), as pages for MathJax have it; where nothing can be read, a mark that it was there."""
    stated = (note for note in element.iter("{*}annotation") if note.get("encoding") in _TEX)
    note = next(stated, None)
    found = _latex(element, DEEPEST) if note is None else "".join(note.itertext())
    words = " ".join(found.split())
    return rf"\({words}\)" if words else UNKNOWN


def _latex(element: Any, depth: int) -> str:
    name = _name(element)
    if name in _LEAVES:
        text = "".join(element.itertext()).translate(_UNSEEN)
        return _OPERATORS.get(text.strip(), text)
    children = [child for child in element if _is_part(child)] if depth else []
    parts = [_latex(child, depth - 1) for child in children]
    form = _FORMS.get(name)
    try:
        return form(parts, element) if form else "".join(parts)
    except IndexError:
        return "".join(parts)


def _is_part(child: Any) -> bool:
    return isinstance(child.tag, str) and _name(child) not in _LEFT_OUT and not _name(child).endswith(_PROPERTIES)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _stated(element: Any, name: str, default: str = "") -> str:
    """What the properties of an element of Word say."""
    found = next(element.iterfind(f"{{*}}{_name(element)}Pr/{{*}}{name}"), None)
    return default if found is None else next(iter(found.values()), "")


def _fraction(parts: Parts, _: Any) -> str:
    return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"


def _raised(parts: Parts, _: Any) -> str:
    return f"{parts[0]}^{{{parts[1]}}}"


def _lowered(parts: Parts, _: Any) -> str:
    return f"{parts[0]}_{{{parts[1]}}}"


def _both(parts: Parts, _: Any) -> str:
    return f"{parts[0]}_{{{parts[1]}}}^{{{parts[2]}}}"


def _over(parts: Parts, element: Any) -> str:
    accent = _ACCENTS.get(parts[1].strip())
    return rf"\{accent}{{{parts[0]}}}" if accent else _raised(parts, element)


def _accent(parts: Parts, element: Any) -> str:
    return rf"\{_ACCENTS.get(_stated(element, 'chr', '^'), 'hat')}{{{parts[0]}}}"


def _root(parts: Parts, _: Any) -> str:
    degree, under = parts[0], parts[1]
    return rf"\sqrt[{degree}]{{{under}}}" if degree.strip() else rf"\sqrt{{{under}}}"


def _large(parts: Parts, element: Any) -> str:
    sign = _stated(element, "chr", "∫")
    low, high = (f"{mark}{{{part}}}" if part else "" for mark, part in zip("_^", parts[:2], strict=True))
    return f"{_OPERATORS.get(sign, sign)}{low}{high} {parts[2]}"


def _fenced(parts: Parts, element: Any) -> str:
    left, right = _stated(element, "begChr", "("), _stated(element, "endChr", ")")
    return left + _stated(element, "sepChr", "|").join(parts) + right


def _written_fences(parts: Parts, element: Any) -> str:
    between = element.get("separators", ",")[:1].join(parts)
    return f"{element.get('open', '(')}{between}{element.get('close', ')')}"


def _matrix(parts: Parts, _: Any) -> str:
    rows = r" \\ ".join(parts)
    return rf"\begin{{matrix}}{rows}\end{{matrix}}"


def _matrix_row(parts: Parts, _: Any) -> str:
    return " & ".join(parts)


_FORMS: dict[str, Callable[[Parts, Any], str]] = {
    **dict.fromkeys(("f", "mfrac"), _fraction),
    **dict.fromkeys(("sSup", "msup", "limUpp"), _raised),
    **dict.fromkeys(("sSub", "msub", "limLow", "munder"), _lowered),
    **dict.fromkeys(("sSubSup", "msubsup", "munderover"), _both),
    **dict.fromkeys(("m", "mtable", "eqArr"), _matrix),
    **dict.fromkeys(("mr", "mtr"), _matrix_row),
    "mover": _over,
    "acc": _accent,
    "bar": lambda parts, _: rf"\bar{{{parts[0]}}}",
    "rad": _root,
    "mroot": lambda parts, _: rf"\sqrt[{parts[1]}]{{{parts[0]}}}",
    "msqrt": lambda parts, _: rf"\sqrt{{{''.join(parts)}}}",
    "nary": _large,
    "d": _fenced,
    "mfenced": _written_fences,
    "sPre": lambda parts, _: f"{{}}_{{{parts[0]}}}^{{{parts[1]}}}{parts[2]}",
    "func": lambda parts, _: f"{parts[0]} {parts[1]}",
}

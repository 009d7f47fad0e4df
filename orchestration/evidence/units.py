"""What a number counts, where that is money, a share, a size or a measure: ten of one is not ten of another.

Only what is certain is told apart. A number without a unit may have any, and so may a word that stands for two.
"""

import re

_WORDS = {
    "%": "% percent pct",
    "points": "point points pp ppt",
    "$": "$ us$ usd dollar dollars",
    "€": "€ eur euro euros",
    "£": "£ gbp pound pounds sterling",
    "¥": "¥ jpy yen",
    "cny": "¥ cny rmb yuan",
    "₹": "₹ inr rupee rupees",
    "chf": "chf franc francs",
    "bit": "bit bits",
    "B": "byte bytes",
    "kB": "kb kib kilobyte kilobytes",
    "MB": "mb mib megabyte megabytes",
    "GB": "gb gib gigabyte gigabytes",
    "TB": "tb tib terabyte terabytes",
    "PB": "pb pib petabyte petabytes",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "m": "metre metres meter meters",
    "km": "km kilometre kilometres kilometer kilometers",
    "mile": "mile miles mi",
    "foot": "foot feet ft",
    "gram": "gram grams mg",
    "kg": "kg kilogram kilograms kilo kilos",
    "lb": "lb lbs pound pounds",
    "t": "ton tons tonne tonnes",
    "°C": "°c celsius",
    "°F": "°f fahrenheit",
    "kW": "kw kilowatt kilowatts",
    "MW": "mw megawatt megawatts",
    "GW": "gw gigawatt gigawatts",
    "kWh": "kwh",
    "MWh": "mwh",
    "GWh": "gwh",
    "time": "ms sec secs second seconds minute minutes hour hours day days week weeks month months year years",
}
_UNITS: dict[str, frozenset[str]] = {
    word: frozenset(unit for unit, words in _WORDS.items() if word in words.split())
    for word in " ".join(_WORDS.values()).split()
}
_BEFORE = re.compile(r"(?:(us\$|[$€£¥₹])|\b(usd|eur|gbp|jpy|cny|rmb|inr|chf))\s?$", re.IGNORECASE)
_BEHIND = re.compile(
    r"[\s-]*(?:(?:hundred|thousand|million|billion|trillion|k|m|mn|bn)\b[\s-]*)?"
    r"(?:(?P<points>(?:%|per\s?cent(?:age)?|pct|basis)[\s-]*points?\b)|(?P<share>%|per\s?cent\b)"
    r"|(?:u\.?s\.?[\s-]+)?(?P<word>[$€£¥₹]|°\s?[cf]\b|[^\W\d_]+))",
    re.IGNORECASE,
)


def units_of(text: str, start: int, end: int) -> frozenset[str]:
    """Of the number that stands there in the text; empty where nobody can tell."""
    if before := _BEFORE.search(text, max(0, start - 5), start):
        return _UNITS[(before[1] or before[2]).lower()]
    behind = _BEHIND.match(text, end)
    if not behind:
        return frozenset()
    if behind["points"]:
        return _UNITS["points"]
    if behind["share"]:
        return _UNITS["%"]
    return _UNITS.get(re.sub(r"\s", "", behind["word"]).lower(), frozenset())

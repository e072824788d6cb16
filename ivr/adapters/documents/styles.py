"""Whether a reader sees text of this style: CSS declarations, colours, and how far apart two colours are."""

import re
from collections.abc import Mapping
from typing import Final

Colour = tuple[float, float, float, float]
"Red, green, blue and how much it covers, 0..1."

BLACK: Final[Colour] = (0.0, 0.0, 0.0, 1.0)
WHITE: Final[Colour] = (1.0, 1.0, 1.0, 1.0)

LEAST_CONTRAST: Final = 1.2
"Of text and what lies behind it (WCAG 2: 1 is none, 21 black on white). Below it nobody reads; 4.5 is good."
TINY_PT: Final = 3.0
"Below this size nobody reads text."
FAR_PX: Final = 500.0
"How far off the page something must be put to be out of sight."

_NAMED: Final = {
    "black": "000", "white": "fff", "red": "f00", "green": "008000", "blue": "00f", "yellow": "ff0", "gray": "808080",
    "grey": "808080", "silver": "c0c0c0", "navy": "000080", "snow": "fffafa", "ivory": "fffff0", "azure": "f0ffff",
    "whitesmoke": "f5f5f5", "ghostwhite": "f8f8ff", "floralwhite": "fffaf0", "mintcream": "f5fffa",
    "aliceblue": "f0f8ff", "lavenderblush": "fff0f5", "seashell": "fff5ee", "linen": "faf0e6", "beige": "f5f5dc",
    "gainsboro": "dcdcdc", "lightgray": "d3d3d3", "lightgrey": "d3d3d3", "orange": "ffa500", "teal": "008080",
    "purple": "800080", "maroon": "800000", "darkblue": "00008b", "darkgray": "a9a9a9", "darkgrey": "a9a9a9",
}  # fmt: skip
_FUNCTION: Final = re.compile(r"(rgba?|hsla?)\(([^)]*)\)")
_LENGTH: Final = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|vh|cm|mm|in|ex|ch|pc)?")
_PX: Final = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "vw": 12.0, "vh": 8.0, "cm": 37.8, "mm": 3.78,
              "in": 96.0, "ex": 8.0, "ch": 8.0, "pc": 16.0, "": 1.0}  # fmt: skip

_NO_CLIP: Final = ("", "auto", "none")


def colour(text: str) -> Colour | None:
    """Read a CSS colour; None for one that is not known here."""
    word = text.strip().lower()
    if word == "transparent":
        return (0.0, 0.0, 0.0, 0.0)
    called = _FUNCTION.search(word)
    if called:
        return _called(called[1], re.findall(r"-?\d*\.?\d+%?", called[2]))
    bare = word.split()[0].removeprefix("#") if word else ""
    digits = _NAMED.get(bare, bare if word.startswith("#") else "")
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8) or not re.fullmatch("[0-9a-f]+", digits):
        return None
    values = [int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2)]
    return (values[0], values[1], values[2], values[3] if len(values) == 4 else 1.0)


def over(front: Colour, back: Colour) -> Colour:
    """What is seen when one colour lies over another, which covers."""
    part = front[3]
    mixed = [part * one + (1 - part) * other for one, other in zip(front[:3], back[:3], strict=True)]
    return (mixed[0], mixed[1], mixed[2], 1.0)


def contrast(front: Colour, back: Colour) -> float:
    """The contrast of text and what lies behind it, 1..21."""
    light, dark = sorted((_luminance(over(front, back)), _luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def declarations(text: str) -> dict[str, str]:
    """Read `name: value; …`, as in a style attribute."""
    found: dict[str, str] = {}
    for part in re.sub(r"/\*(?:.*?\*/|.*\Z)", "", text, flags=re.DOTALL).split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return found


def pixels(text: str) -> float | None:
    """A CSS length in pixels, a percentage as of 100 pixels; None when it is none."""
    found = _LENGTH.match(text.strip())
    if not found:
        return None
    return float(found[1]) * (1.0 if found[2] == "%" else _PX[found[2] or ""])


def unseen(style: Mapping[str, str]) -> str:
    """Why nobody sees an element of this style, whatever lies within; "" when they do."""
    if style.get("display") == "none":
        return "display: none"
    opacity = pixels(style.get("opacity", ""))
    if opacity is not None and opacity * (0.01 if style["opacity"].endswith("%") else 1) < 0.1:
        return "opacity near 0"
    if _off_the_page(style):
        return "off the page"
    if _cut_to_nothing(style):
        return "cut to nothing"
    return ""


def _off_the_page(style: Mapping[str, str]) -> bool:
    names = ["text-indent", "margin-left", "margin-top"]
    if style.get("position") in ("absolute", "fixed", "relative"):
        names += ["left", "top", "right", "bottom"]
    lengths = [pixels(style.get(name, "")) for name in names]
    lengths += [pixels(each) for each in re.findall(r"translate\w*\(([^,)]*)", style.get("transform", ""))]
    return any(length is not None and abs(length) >= FAR_PX and length < 0 for length in lengths)


def _cut_to_nothing(style: Mapping[str, str]) -> bool:
    clip = style.get("clip", "")
    if clip not in _NO_CLIP and all((pixels(each) or 0) <= 1 for each in re.findall(r"-?[\d.]+\w*", clip)):
        return True
    path = style.get("clip-path", "")
    if re.match(r"inset\((50|100)%|circle\(0|polygon\(0(px)? 0(px)?,\s*0(px)? 0", path):
        return True
    if re.search(r"scale[xy]?\(\s*0(\.0*)?\s*[,)]", style.get("transform", "")):
        return True
    if style.get("overflow") not in ("hidden", "clip"):
        return False
    sizes = [pixels(style.get(name, "")) for name in ("height", "width", "max-height", "max-width")]
    return any(size is not None and size <= 1 for size in sizes)


def _called(name: str, values: list[str]) -> Colour | None:
    if len(values) not in (3, 4):
        return None
    cover = _part(values[3], 1) if len(values) == 4 else 1.0
    if name.startswith("rgb"):
        return (_part(values[0], 255), _part(values[1], 255), _part(values[2], 255), cover)
    light, vivid = _part(values[2], 100), _part(values[1], 100)
    hue = float(values[0].rstrip("%")) / 30 % 12

    def channel(number: int) -> float:
        turned = (number + hue) % 12
        return light - vivid * min(light, 1 - light) * max(-1.0, min(turned - 3, 9 - turned, 1.0))

    return (channel(0), channel(8), channel(4), cover)


def _part(value: str, whole: int) -> float:
    return min(1.0, max(0.0, float(value.rstrip("%")) / (100 if value.endswith("%") else whole)))


def _luminance(shown: Colour) -> float:
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in shown[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

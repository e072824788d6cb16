"""Which languages eSpeak NG speaks, without loading it: its library stays inside the worker.

Source  the `lang` folder of eSpeak NG 1.52's voice data.
"""

from typing import Final

_PRIMARY: Final = frozenset(
    "af am an ar as az ba be bg bn bpy bs ca chr cmn cs cv cy da de el en eo es et eu fa fi fo fr ga gd gn grc gu hak "
    "haw he hi hr ht hu hy hyw ia id io is it ja jbo ka kaa kk kl kn ko kok ku ky la lb lfn lt ltg lv mi mk ml mr ms "
    "mt mto my nb nci ne nl nog om or pa pap pl pt py qdb qu quc qya ro ru sd shn si sjn sk sl smj sq sr sv sw ta te "
    "th ti tk tn tr tt ug uk ur uz vi yue".split()
)
_REGIONAL: Final = {
    "en-us": "en-us", "en": "en-us", "en-gb": "en-gb", "es-419": "es-419", "es-mx": "es-419", "es-us": "es-419",
    "fr-be": "fr-be", "fr-ch": "fr-ch", "pt-br": "pt-br",
}  # fmt: skip
_OTHER_NAMES: Final = {"zh": "cmn", "no": "nb", "iw": "he", "in": "id"}


def voice_code(language: str) -> str | None:
    """eSpeak NG's name of the voice for a BCP 47 tag, or None when it has none."""
    tag = language.lower()
    primary = tag.split("-")[0]
    primary = _OTHER_NAMES.get(primary, primary)
    return _REGIONAL.get(tag) or (primary if primary in _PRIMARY else None)

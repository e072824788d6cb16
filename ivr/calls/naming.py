"""Naming a language: "español, por favor", "do you speak Spanish?", "em português".

A caller who asks for a language says little else. So what is said is such a wish when nothing but its name is left of
it once the words are taken away that anybody asks with; "the app in Spanish" asks about the app.

Source  Names of languages in each language: Unicode CLDR, by the babel library.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.lists import format_list

from ivr.vocabulary.language import LanguageTag

LONGEST: Final = 14
"Words of a wish for a language."

TOLD_IN: Final = ("en", "es", "pt", "fr", "de", "it")
"Languages whose names for languages are known, beside each language's own name for itself."
SPOKEN: Final = (
    "en es pt fr de it nl ca eu gl zh yue ja ko vi th id ms fil hi ur bn pa ta te ar he fa tr ru uk pl cs sk sl hr "
    "sr bs bg mk ro hu el sq lt lv et fi sv nb da is ga cy ht sw am so ka hy az kk uz mn ne si my km lo"
).split()
"Languages that somebody may ask for."
ALIASES: Final = {
    "castellano": "es", "castilian": "es", "espanyol": "es", "espanol": "es", "spanisch": "es", "castelhano": "es",
    "brasileiro": "pt", "brazilian": "pt", "brasileno": "pt", "portugues brasileiro": "pt", "brasilianisch": "pt",
    "ingles": "en", "inglish": "en", "american": "en", "mandarin": "zh", "mandarim": "zh", "cantonese": "yue",
    "cantones": "yue", "farsi": "fa", "holandes": "nl", "flemish": "nl", "tagalog": "fil", "creole": "ht",
    "kreyol": "ht", "norwegian": "nb", "noruego": "nb", "persa": "fa",
}  # fmt: skip
"What else they are called, and how recognisers write it."

_ASKING: Final = frozenset(
    # English
    "i id im we you u can could do does may would will want wish need like prefer rather speak speaks spoke talk "
    "talks speaking talking say continue carry on switch change go back have get is it possible available to in "
    "into the a at of please thanks thank hello hi hey yes yeah no sorry excuse me my let lets us with someone "
    "somebody anyone anybody there who that language option for ok okay only just little bit instead now understand "
    "understands speaker here if don t mind well so and but "
    # Spanish
    "en no hola buenos buenas dias tardes noches por favor gracias puedo puede pueden podemos podria podriamos podrias "
    "quiero quisiera queria prefiero gustaria necesito hablar habla hablas hablo hablan hablamos hable hableme "
    "seguir continuar cambiar cambie cambia el la un una al de usted ustedes alguien que hay quien si perdon "
    "disculpe es posible se lo atender atiende ayuda mejor idioma opcion lengua solo ahora aqui con algo poco "
    "entiende entiendo entiendes sabe y yo "
    # Portuguese
    "ola oi bom boa dia tarde noite obrigado obrigada posso pode podem poderia quero gostaria prefiro preciso falar "
    "fala falo falam falamos fale mudar mude trocar em na o um uma para pra voce voces senhor senhora alguem tem "
    "quem sim nao desculpe possivel atendimento melhor opcao so agora aqui com pouco entende entendo eu e "
    # French
    "bonjour bonsoir s il vous plait svp merci je j tu on nous peux peut puis pouvez pourrais pourrait pouvons "
    "voudrais aimerais veux souhaite prefere parler parle parlez passer changer continuer le l une d est ce "
    "possible quelqu qui oui non pardon desole langue maintenant ici avec peu comprenez comprends y "
    # German
    "hallo guten tag morgen abend bitte danke ich wir sie konnen konnte konnten mochte wurde will gern gerne lieber "
    "sprechen spreche spricht sprecht reden weiter wechseln auf im zu zur die der das ein eine einen auch es gibt "
    "jemand jemanden ja nein entschuldigung moglich sprache nur jetzt hier mit verstehen verstehe etwas bisschen "
    # Italian
    "ciao buongiorno buonasera per favore grazie posso puo possiamo potrei potrebbe vorrei voglio preferisco "
    "parlare parla parli parlo parlate cambiare il di qualcuno che scusi possibile lingua opzione solo ora qui po "
    "capisce capisco"
    .split()
)  # fmt: skip
"Words that anybody asks for a language with, in any of these languages, without their accents."

_CANNOT: Final = re.compile(
    r"\b(?:(?:no|nao|non|not|don t|dont|cannot|can t|cant)\s+(?:se\s+|lo\s+|o\s+|la\s+)?"
    r"(?:speak|understand|hablo|habla|hablamos|entiendo|falo|fala|entendo|parlo|capisco|se)|kein|keine|ne parle)\b"
)
"They say what they do not speak."
_APART: Final = re.compile(r"[^\w]+|_")


def asked_for(text: str) -> LanguageTag | None:
    """The language that is wished for, when that is all these words say."""
    words = _folded(text).split()
    if not words or len(words) > LONGEST or _CANNOT.search(" ".join(words)):
        return None
    names = _names()
    for length in (2, 1):
        for at in range(len(words) - length + 1):
            name = " ".join(words[at : at + length])
            if name in names and all(word in _ASKING for word in (*words[:at], *words[at + length :])):
                return names[name]
    return None


def among(wanted: LanguageTag, languages: tuple[LanguageTag, ...]) -> LanguageTag | None:
    """The one of `languages` that is `wanted`, in whatever variety."""
    primary = wanted.partition("-")[0]
    return next((tag for tag in languages if tag.partition("-")[0] == primary), None)


@lru_cache(maxsize=64)
def listed(languages: tuple[LanguageTag, ...], language: LanguageTag) -> str:
    """Names of languages as they are said in `language`: "inglés, español y portugués"."""
    locale = _locale(language)
    names = [locale.languages.get(tag.partition("-")[0], tag) for tag in languages]
    return str(format_list(names, locale=locale))


def _locale(language: LanguageTag) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language.partition("-")[0])


@lru_cache(maxsize=1)
def _names() -> dict[str, LanguageTag]:
    """What languages are called, to their tags."""
    known: dict[str, LanguageTag] = {}
    for tag in SPOKEN:
        for told_in in (*TOLD_IN, tag):
            name = _locale(LanguageTag(told_in)).languages.get(tag)
            if name:
                known.setdefault(_folded(name), LanguageTag(tag))
    return known | {name: LanguageTag(tag) for name, tag in ALIASES.items()}


def _folded(text: str) -> str:
    """In small letters, without accents and signs."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_APART.sub(" ", "".join(char for char in bare if not unicodedata.combining(char))).split())

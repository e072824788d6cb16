"""Guards on what Whisper writes: endless repetition, and words nobody said.

Source  Repetition by compression ratio: arXiv 2212.04356, section 4.5. The outros are what the model learned from
        subtitles: it writes them over silence, noise and music.
"""

import re
import unicodedata
import zlib
from typing import Final

COMPRESSION_LIMIT: Final = 2.4
"Text that shrinks by more than this repeats itself."

_REPEATS: Final = {1: 6, 2: 5, 3: 4}
"Words in a phrase, to how often in a row is too often; longer phrases: three times."

_LONGEST_PHRASE: Final = 12

_OUTROS: Final = (
    r"thank(s| you)( so much| very much)? for (watching|listening|viewing)( (this|the|my) video)?",
    r"(please )?(like (and|&) )?subscribe( to (my|our|the) channel)?( and .{0,40})?",
    r"(i'?ll |we'?ll )?see you (in the|next) (next )?(video|time|one)",
    r"(sub)?(titles|titled|captions?|captioned) (by|provided by) .{0,60}",
    r"transcri(bed|ption|pt) by .{0,60}",
    r"subt[ií]tulos? (por|realizados por|hechos por|de) .{0,60}",
    r"(muchas )?gracias por (ver|mirar)( el| este)?( v[ií]deo)?",
    r"suscr[ií]bete( al canal)?",
    r"(obrigad[oa] por (assistir|ver)|legendas? (por|pela comunidade|de|feita por) .{0,60})",
    r"inscreva-?se( no canal)?",
    r"sous-titr(es|age)( r[ée]alis[ée]s?)? (par|de|st'?) .{0,60}",
    r"merci d'avoir (regard[ée]|visionn[ée])( cette vid[ée]o)?",
    r"untertitel(ung)? (der|von|im auftrag|des) .{0,60}",
    r"(vielen )?dank f[üu]rs? (zuschauen|zusehen)",
    r"sottotitoli (creati|e revisione|a cura) .{0,60}",
    r"grazie (per|di) (aver guardato|la visione)( il video)?",
    r"(ondertiteld|ondertiteling|ondertitels) (door|ingediend) .{0,60}",
    r"(napisy|tłumaczenie) .{0,60}amara.{0,20}",
    r"(редактор )?субтитр.{0,60}",
    r"(спасибо за просмотр|продолжение следует)",
    r"ご(視聴|清聴)ありがとうございました",
    r"請不吝點贊.{0,30}",
    r"시청해\s?주셔서 감사합니다",
    r".{0,40}amara\.org.{0,40}",
    r"(music|applause|laughter|silence|m[úu]sica|musik|musique|musica)",
)
_OUTRO: Final = re.compile(rf"^(?:{'|'.join(_OUTROS)})$", re.IGNORECASE)
_ALWAYS: Final = re.compile(r"amara\.org|субтитр|sous-titr|untertitel|sottotitoli|ondertitel", re.IGNORECASE)
_SENTENCE_ENDS: Final = re.compile(r"(?<!\bamara)[.!?]+(?:\s+|$)|[。！？]+", re.IGNORECASE)
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")
_WORDS: Final = re.compile(r"\w+")


def is_runaway(text: str) -> bool:
    """Whether `text` repeats itself as no speaker does."""
    data = text.encode()
    if len(data) > 40 and len(data) / len(zlib.compress(data)) > COMPRESSION_LIMIT:
        return True
    return collapsed(text) != text


def collapsed(text: str) -> str:
    """`text` with each phrase that is repeated too often said once; unchanged when there is none."""
    spans = [(match.group().casefold(), match.start(), match.end()) for match in _WORDS.finditer(text)]
    words = [word for word, _, _ in spans]
    for length in range(1, min(_LONGEST_PHRASE, len(words) // 2) + 1):
        limit = _REPEATS.get(length, 3)
        for start in range(len(words) - length * limit + 1):
            phrase = words[start : start + length]
            times = 1
            while words[start + times * length : start + (times + 1) * length] == phrase:
                times += 1
            if times >= limit:
                # The tail of a loop that was cut off in the middle belongs to it.
                rest, tail = words[start + times * length :], 0
                while tail < min(len(rest), length) and rest[tail] == phrase[tail]:
                    tail += 1
                last = start + times * length + tail
                after = text[spans[last][1] :] if last < len(words) else ""
                return collapsed(f"{text[: spans[start + length - 1][2]]} {after}".strip())
    return text


def is_outro(text: str, no_speech: float, confidence: float) -> bool:
    """Whether `text` is a subtitle's closing line rather than a caller's words.

    A caller may well thank for listening: such lines count only when there is doubt that anybody spoke. Credits of
    subtitlers count always: nobody says them on the telephone.
    """
    bare = _EDGES.sub("", unicodedata.normalize("NFC", text))
    sentences = [_EDGES.sub("", part) for part in _SENTENCE_ENDS.split(bare)]
    if not bare or not all(_OUTRO.match(sentence) for sentence in sentences if sentence):
        return False
    return bool(_ALWAYS.search(bare)) or no_speech >= 0.15 or confidence < 0.6


def is_nothing(no_speech: float, confidence: float) -> bool:
    """Whether nobody spoke: the model says so and is unsure of its words, or is as good as guessing."""
    return confidence < 0.1 or (no_speech >= 0.6 and confidence < 0.37)


def is_echo(text: str, hot_words: str) -> bool:
    """Whether `text` is only words it was told to expect."""
    said = {word.casefold() for word in _WORDS.findall(text)}
    return said <= {word.casefold() for word in _WORDS.findall(hot_words)}

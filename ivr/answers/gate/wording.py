"""Words by which the gate reads a sentence, by language: what negates, limits, points back, or only opens it.

Room  Data. All are folded as `ivr.answers.gate.reading.words_of` folds: small letters, no accents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Wording:
    """One language.

    negates   words that turn a claim round.
    limits    words that make it hold only sometimes, in part, or perhaps. What holds one is never trimmed away.
    points    words that a sentence begins with when it speaks of what was said before.
    opens     phrases that only tie a sentence to the one before, and may go.
    acts      what is said to have been done or to be about to be done, as patterns over folded words.
    small     everyday words that tell the language.
    """

    negates: frozenset[str]
    limits: frozenset[str]
    points: frozenset[str]
    opens: tuple[str, ...]
    acts: str
    small: frozenset[str]


WORDINGS: Final[Mapping[str, Wording]] = {
    "en": Wording(
        negates=_set(
            "no not never none nobody nothing neither nor cannot cant dont doesnt didnt isnt arent wasnt werent wont "
            "wouldnt shouldnt couldnt hasnt havent hadnt mustnt neednt without hardly scarcely barely unable refuse "
            "refuses refused deny denies denied fail fails failed lack lacks lacked prohibited forbidden false"
        ),
        limits=_set(
            "if unless until till only except excluding but however although though whereas while provided providing "
            "assuming whether when whenever where otherwise instead rather before after during within from since up "
            "least most more less fewer under over above below between about around approximately nearly almost "
            "roughly perhaps maybe may might could possibly probably likely usually normally generally often "
            "sometimes rarely mostly mainly partly some many few several certain selected allegedly reportedly "
            "supposedly believed claimed thought said according because as than"
        ),
        points=_set(
            "it its he she they them their his her hers him this that these those such former latter both then hence"
        ),
        opens=(
            "however", "therefore", "thus", "moreover", "furthermore", "in addition", "additionally", "also",
            "for example", "for instance", "in fact", "indeed", "in other words", "as a result", "consequently",
            "finally", "meanwhile", "similarly", "likewise", "of course", "please note that", "note that",
            "please note", "and", "so", "well",
        ),
        acts=(
            r"\b(i|we|i have|we have|ive|weve|ill|well|i will|we will|im|were|i am|we are)"
            r"( have| will| am| are| just| now| already| going to)*"
            r" (block(ed|ing)?|cancel(l?ed|l?ing)?|transfer(r?ed|r?ing)?|sen[dt]|sending|refund(ed|ing)?|pa(y|id|ying)"
            r"|chang(e|ed|ing)|updat(e|ed|ing)|creat(e|ed|ing)|open(ed|ing)?|clos(e|ed|ing)|order(ed|ing)?"
            r"|activat(e|ed|ing)|reset|book(ed|ing)?|add(ed|ing)?|remov(e|ed|ing)|delet(e|ed|ing)|register(ed|ing)?"
            r"|report(ed|ing)?|arrang(e|ed|ing)|forward(ed|ing)?|call(ed|ing)?|email(ed|ing)?|text(ed|ing)?"
            r"|approv(e|ed|ing)|confirm(ed|ing)?|verif(y|ied|ying)|process(ed|ing)?|check(ed|ing)?|look(ed|ing)? into"
            r"|connect(ed|ing)?|escalat(e|ed|ing)|notif(y|ied|ying)|promise[ds]?|guarantee[ds]?)\b"
            r"|\b(has|have) been (blocked|cancell?ed|transferred|sent|refunded|paid|changed|updated|created|opened"
            r"|closed|ordered|activated|reset|booked|approved|confirmed|processed|reported)\b"
            r"|\b(your|the) \w+ (is|are) (now|already) \w+ed\b"
        ),
        small=_set(
            "the a an is are was were to of and in for on with you your it that this we our at be can by from or as "
            "if not have has will do does there they he she his her their how what when where who which"
        ),
    ),
    "es": Wording(
        negates=_set(
            "no nunca jamas nadie nada ninguno ninguna ningun ni tampoco sin apenas imposible niega nego falta carece "
            "prohibido prohibida falso falsa"
        ),
        limits=_set(
            "si salvo excepto solo solamente unicamente pero sino aunque mientras cuando hasta desde antes despues "
            "durante dentro siempre mas menos menor mayor entre unos unas alrededor aproximadamente casi quizas "
            "quiza tal puede pueden podria podrian probablemente posiblemente normalmente generalmente "
            "habitualmente menudo veces algunos algunas algun varios varias muchos ciertos determinados segun "
            "porque maximo minimo como que"
        ),
        points=_set(
            "esto esta este estos estas eso esa ese esos esas ello el ella ellos ellas su sus ambos dicho "
            "dicha dichos dichas tal entonces asi"
        ),
        opens=(
            "sin embargo", "por lo tanto", "por tanto", "ademas", "por ejemplo", "de hecho", "en otras palabras",
            "por supuesto", "tambien", "asimismo", "finalmente", "tenga en cuenta que", "y", "pues",
        ),
        acts=(
            r"\b(he|hemos|voy a|vamos a) (ya )?(bloque|cancel|transfer|envi|mand|reembols|pag|cambi|actualiz|cre|abr"
            r"|abiert|cerr|ped|pid|activ|restablec|reserv|anad|quit|elimin|registr|report|organiz|reenvi|llam|aprob"
            r"|confirm|verific|proces|comprob|conect|avis)\w*"
            r"|\b(bloqueare|cancelare|transferire|enviare|mandare|reembolsare|cambiare|actualizare|abrire|cerrare"
            r"|activare|llamare|confirmare|conectare|bloqueamos|cancelamos|enviamos|enviaremos|llamaremos)\b"
            r"|\b(ha|han) sido \w+(ado|ada|ido|ida|ados|adas|idos|idas)\b|\bya esta(n)? \w+(ado|ada|ido|ida)s?\b"
            r"|\b(le|te) (prometo|prometemos|garantizo|garantizamos)\b"
        ),
        small=_set(
            "el la los las un una de del y en para por con que es son su sus se al lo como mas o si no puede usted "
            "esta este hay ser desde hasta cuando donde quien cual"
        ),
    ),
    "pt": Wording(
        negates=_set(
            "nao nunca jamais ninguem nada nenhum nenhuma nem tampouco sem mal impossivel nega negou falta carece "
            "proibido proibida falso falsa"
        ),
        limits=_set(
            "se salvo exceto so somente apenas mas porem embora enquanto quando ate desde antes depois durante dentro "
            "mais menos menor maior entre uns umas cerca aproximadamente quase talvez pode podem poderia poderiam "
            "provavelmente possivelmente normalmente geralmente vezes alguns algumas algum varios varias muitos "
            "certos determinados segundo porque maximo minimo como que caso"
        ),
        points=_set(
            "isto isso esta este estes estas essa esse esses essas aquilo ele ela eles elas seu sua seus suas ambos "
            "tal entao assim"
        ),
        opens=(
            "no entanto", "portanto", "alem disso", "por exemplo", "de fato", "ou seja", "claro", "tambem",
            "finalmente", "observe que", "e", "pois", "entretanto",
        ),
        acts=(
            r"\b(eu |nos )?(ja )?(bloqueei|cancelei|transferi|enviei|mandei|reembolsei|paguei|mudei|alterei|atualizei"
            r"|criei|abri|fechei|pedi|ativei|reservei|registrei|confirmei|verifiquei|processei|liguei|conectei|avisei)"
            r"\b|\b(vou|vamos|estou|estamos) (ja )?(a )?(bloque|cancel|transfer|envi|mand|reembols|pag|mud|alter"
            r"|atualiz|cri|abr|fech|ped|ativ|reserv|registr|confirm|verific|process|lig|conect|avis)\w*"
            r"|\b(bloqueamos|cancelamos|enviamos|enviaremos|ligaremos|reembolsamos|transferimos)\b"
            r"|\b(foi|foram) (bloque|cancel|transfer|envi|reembols|pag|alter|atualiz|cri|abert|fechad|ativ|confirm)\w*"
            r"|\b(prometo|prometemos|garanto|garantimos)\b"
        ),
        small=_set(
            "o a os as um uma de do da dos das e em no na para por com que e sao seu sua se ao nao como mais ou voce "
            "esta este ha ser desde ate quando onde quem qual pode"
        ),
    ),
    "fr": Wording(
        negates=_set(
            "ne n pas jamais rien aucun aucune personne ni sans guere impossible nie refuse manque interdit interdite "
            "faux fausse"
        ),
        limits=_set(
            "si sauf excepte seulement uniquement mais cependant toutefois bien pendant lorsque quand jusqu jusque "
            "depuis avant apres durant dans plus moins entre environ presque peut peuvent pourrait pourraient "
            "probablement normalement generalement souvent parfois certains certaines quelques plusieurs selon car "
            "maximum minimum que comme"
        ),
        points=_set(
            "il elle ils elles ce cela ca ceci cet cette ces son sa ses leur leurs lui tel telle ainsi celui celle ceux"
        ),
        opens=(
            "cependant", "par consequent", "de plus", "en outre", "par exemple", "en fait", "autrement dit",
            "bien sur", "aussi", "enfin", "veuillez noter que", "et", "donc",
        ),
        acts=(
            r"\b(j ai|jai|nous avons|je viens de|nous venons de|je vais|nous allons) (deja )?(bloqu|annul|transf|envoy"
            r"|rembours|pay|chang|modifi|cre|ouv|ferm|command|activ|reserv|ajout|supprim|enregistr|signal|appel|approuv"
            r"|confirm|verifi|trait|connect|avert)\w*|\b(a|ont) ete \w+(e|ee|es|ees|i|is|ie)\b"
            r"|\b(je|nous) (promets|promettons|garantis|garantissons)\b"
        ),
        small=_set(
            "le la les un une des de du et en pour par avec que qui est sont votre vos se au aux ne pas plus ou vous "
            "ce cette il elle dans sur depuis quand comme"
        ),
    ),
    "de": Wording(
        negates=_set(
            "nicht nie niemals niemand nichts kein keine keiner keinem keinen keines weder ohne kaum unmoglich "
            "verweigert verboten falsch fehlt"
        ),
        limits=_set(
            "wenn falls sofern ausser nur lediglich aber jedoch obwohl wahrend wann bis seit vor nach innerhalb ab "
            "mehr weniger mindestens hochstens zwischen etwa ungefahr fast vielleicht kann konnen konnte konnten "
            "wahrscheinlich moglicherweise normalerweise meist meistens oft manchmal einige manche mehrere bestimmte "
            "laut weil maximal minimal als dass"
        ),
        points=_set(
            "es er sie ihr ihre ihren ihrem sein seine seinen diese dieser dieses diesem das dies jene jener "
            "dann beide solche"
        ),
        opens=(
            "jedoch", "daher", "deshalb", "ausserdem", "zudem", "zum beispiel", "tatsachlich", "mit anderen worten",
            "naturlich", "auch", "schliesslich", "bitte beachten sie dass", "und", "also",
        ),
        acts=(
            r"\b(ich|wir) (habe|haben|werde|werden) \w*.*\b(gesperrt|storniert|uberwiesen|gesendet|geschickt|erstattet"
            r"|bezahlt|geandert|aktualisiert|erstellt|eroffnet|geschlossen|bestellt|aktiviert|gebucht|gemeldet"
            r"|angerufen|bestatigt|gepruft|verbunden|sperren|stornieren|uberweisen|senden|schicken|erstatten|andern"
            r"|bestellen|aktivieren|anrufen|verbinden)\b|\b(wurde|wurden) \w+(t|en)\b"
            r"|\b(ich|wir) (verspreche|versprechen|garantiere|garantieren)\b"
        ),
        small=_set(
            "der die das ein eine und in fur mit dass ist sind ihr ihre sie wir zu von bei auf nicht oder wenn wie wo "
            "wer was kann im am den dem des es werden wird"
        ),
    ),
    "it": Wording(
        negates=_set(
            "non mai nessuno nessuna niente nulla ne senza appena impossibile nega rifiuta manca vietato vietata falso "
            "falsa"
        ),
        limits=_set(
            "se salvo eccetto tranne solo soltanto unicamente ma pero tuttavia sebbene mentre quando fino finche da "
            "prima dopo durante entro piu meno tra circa quasi forse puo possono potrebbe potrebbero probabilmente "
            "normalmente generalmente spesso volte alcuni alcune qualche diversi certi secondo perche massimo minimo "
            "che come"
        ),
        points=_set(
            "esso essa essi esse questo questa questi queste quello quella cio lui lei loro suo sua suoi sue "
            "tale cosi entrambi"
        ),
        opens=(
            "tuttavia", "pertanto", "inoltre", "per esempio", "ad esempio", "infatti", "in altre parole",
            "naturalmente", "anche", "infine", "si noti che", "e", "quindi",
        ),
        acts=(
            r"\b(ho|abbiamo) (gia )?(bloccato|annullato|trasferito|inviato|mandato|rimborsato|pagato|cambiato"
            r"|modificato|aggiornato|creato|aperto|chiuso|ordinato|attivato|prenotato|registrato|segnalato|chiamato"
            r"|confermato|verificato|elaborato|collegato|avvisato)\b"
            r"|\b(e|sono) stat[oaie] \w+(ato|ata|ati|ate|ito|ita|uto|uta|so|sa)\b"
            r"|\b(blocchero|annullero|inviero|mandero|rimborsero|chiamero|cambiero|attivero)\b"
            r"|\b(prometto|promettiamo|garantisco|garantiamo)\b"
        ),
        small=_set(
            "il lo la i gli le un una di del della e in per con che e sono suo sua si al non piu o lei questo questa "
            "puo da come quando dove chi quale nel nella"
        ),
    ),
}  # fmt: skip

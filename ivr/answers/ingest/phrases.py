"""How words that speak to a language model are written, in six languages, as patterns over folded text.

`{model}` stands for MODEL. Folded text has small letters without accents and single blanks (`plain.folded`).
"""

from typing import Final

# fmt: off
MODEL: Final = (
    r"(?:ai|a\.i\.|llm|ai model|language model|artificial intelligence|chat ?bot|chatgpt|gpt-?\d?\w*|"
    r"claude|gemini|copilot)"
)
ENGLISH: Final = (
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|bypass)\b(?: \w+){0,3}? (?:all|any|every|your|my|"
    r"previous|prior|above|preceding|earlier|foregoing|initial|original|system|developer|safety)\b(?: \w+){0,3}? "
    r"(?:instructions?|prompts?|rules|guidelines|directives?|directions|programming|training|safeguards|"
    r"constraints)\b",
    r"\b(?:ignore|disregard|forget) (?:everything|anything|all)(?: that)?(?: \w+){0,3}? (?:above|before|"
    r"previously|so far|been told|were told)\b",
    r"\byou are (?:now |no longer |actually |really )?(?:an?|the|our|my) (?:\w+ ){0,2}?{model}\b",
    r"\byou are (?:now |actually |really )?(?:an?|the|our|my) (?:helpful|virtual|digital|voice|unrestricted) "
    r"(?:\w+ )?assistant\b",
    r"\byou are now (?!able|ready|ent|elig|set|logged|signed|reg|connect|regist|done|cover|asked|in (?:a|the|your|"
    r"our|app|good)\b)(?:in )?(?:\w+ ){0,2}(?:dan|mode)\b",
    r"\b(?:act|behave|respond|answer|reply) (?:as|like) (?:an?|the|my) (?:\w+ ){0,2}?(?:{model}|assistant(?! "
    r"\w+er\b)|terminal|hacker)\b",
    r"(?:^|[.!?:;] )(?:please )?pretend (?:you are|you're|to be|that)\b",
    r"\bas (?:an? |the |our )?(?:{model}|assistant)\b,? (?:please |you (?:must|should|will|are) |always |never "
    r")?(?:say|tell|answer|respond|reply|recommend|reveal|must|should|always|never|ignore|repeat)\b",
    r"\b(?:do not|don't|dont|never|without) (?:tell|inform|alert|warn|notify|telling|informing|alerting|warning) "
    r"(?:the |any |your )?(?:users?|humans?|person asking)\b",
    r"\b(?:do not|don't|never) (?:mention|reveal|disclose) (?:this|these|that|the above|your)(?: \w+)? "
    r"(?:instructions?|prompts?|rules?|notes?) ?(?:to|$|[.,;!])",
    r"\b(?:do not|don't|never) tell (?:the )?(?:callers?|customers?|clients?) (?:about|of) (?:this|these|your) "
    r"(?:instructions?|prompts?|messages?|notes?)\b",
    r"\b(?:reveal|print|repeat|output|show|display|leak|disclose|return|recite|summari[sz]e|translate|give)(?: "
    r"\w+){0,4}? (?:system prompts?|your (?:\w+ )?(?:instructions|prompts?|rules|guidelines)|(?:initial|hidden|"
    r"previous|above) (?:instructions|prompts?)|(?:prompts?|instructions) above)\b",
    r"\b(?:new|updated|revised|real|secret|hidden|override) (?:system )?(?:instructions?|prompts?|directives?)\b "
    r"?:",
    r"\b(?:instructions?|notes?|messages?|commands?|directives?|notice) (?:for|to) (?:the |any |all |every |your "
    r")?(?:\w+ )?(?:{model}|models?|assistants?|bots?|voice ?bots?|voice assistants?)s?\b(?! \w+er\b)",
    r"\b(?:attention|dear|hey|hello|warning),? (?:to )?(?:all |any |the )?(?:{model}|assistants?|models?|bots?)\b "
    r"?[,:!.]",
    r"\b(?:if|when|as) you are (?:an? )?(?:\w+ )?{model}\b(?! \w*tool)",
    r"\bany (?:\w+ )?(?:{model}|model|assistant)s? (?:reading|processing|that reads|which reads|summari[sz]ing|"
    r"seeing)\b",
    r"\b(?:if|when|whenever) (?:the |a |any )?users? asks?\b.{0,120}?\b(?:say|answer|reply|respond|tell|recommend|"
    r"claim)\b",
    r"\b(?:tell|convince|persuade|instruct|trick) (?:the |all |every |any )?users? (?:that|to)\b",
    r"\b(?:system|developer) prompts?\b",
    r"\b(?:repeat|print|output|show|reveal|recite|translate|copy|ignore)(?: \w+){0,2}? (?:the "
    r")?(?:instructions? you were"
    r"|(?:text|words|everything|conversation|messages?) (?:above|before this)|above (?:text|words|conversation))\b",
    r"\b(?:start|begin|end|finish) (?:your|every|each|all your) (?:answers?|repl(?:y|ies)|responses?|"
    r"outputs?) (?:with|by)\b",
    r"\bfrom now on,? you(?: are going to|'re going to| will| must| shall| should)? (?:act|be|become|"
    r"pretend|answer|respond|"
    r"reply|speak|say|ignore|behave|roleplay)\b",
    r"\byou are (?:going|about) to (?:pretend|act as|roleplay|immerse)\b|\brole of (?:an?|another) {model}\b",
    r"\b(?:print|output|show|display|reveal|repeat)(?: \w+){0,2}? system (?:message|prompt|configuration|"
    r"instructions?)\b",
    r"\bsystem_?prompts?\b|\b(?:dan|developer|god|jailbreak|unrestricted) mode (?:is )?(?:enabled|activated|on)\b",
    r"\bstop everything\b.{0,40}\bprint\b|\bmy instructions are\b|\bi was instructed to$",
    r"\bdo anything now\b|\bprompt injection (?:follows|begins)\b",
    r"\b(?:end|begin|beginning|start) of (?:the )?(?:context|system (?:prompt|message)|prompt|user input|"
    r"retrieved (?:documents?|passages?))\b",
    r"\byour (?:new |only |real |true )(?:task|role|job|goal|purpose|persona) is (?:now )?(?:to |that )",
)
SPANISH: Final = (
    r"\b(?:ignor(?:a|e|ar|en|es)|olvid(?:a|e|ar|es)|descart(?:a|e|ar)|omit(?:e|a|ir))\b(?: \w+){0,4}? "
    r"(?:instrucciones|indicaciones|directrices|ordenes|reglas|prompts?)(?: \w+){0,3}? (?:anteriores|previas|"
    r"previos|originales|iniciales|del sistema|recibidas|recibiste|de arriba)\b",
    r"\b(?:ignor(?:a|e|ar|en)|olvid(?:a|e|ar))\b(?: todas)?(?: tus| sus| las anteriores| las previas) (?:\w+ "
    r"){0,2}?(?:instrucciones|indicaciones|directrices|reglas)\b",
    r"\b(?:ignor(?:a|e)|olvid(?:a|e)) todo lo (?:anterior|dicho|que te)\b",
    r"\b(?:ahora )?eres (?:ahora )?(?:un|una|el|la) (?:\w+ ){0,2}?(?:ia|inteligencia artificial|modelo de "
    r"lenguaje|chatbot|asistente virtual|asistente de voz)\b",
    r"\bactua como (?:si fueras|un|una) (?:\w+ ){0,2}?(?:ia|asistente|modelo|chatbot|hacker|inteligencia "
    r"artificial)\b",
    r"\bcomo (?:asistente|ia|inteligencia artificial|modelo de lenguaje|un asistente),? (?:di|dile|responde|"
    r"contesta|debes|diga|responda)\b",
    r"\bno (?:se lo )?(?:le )?(?:digas|informes|avises|menciones|reveles)(?: \w+){0,2}? al? (?:el )?(?:usuario|"
    r"humano)\b",
    r"\b(?:revela|muestra|repite|imprime|escribe|dime)(?: \w+){0,3}? (?:tus instrucciones|tu prompt|prompt del "
    r"sistema|instrucciones del sistema|instrucciones iniciales)\b",
    r"\b(?:nuevas? instruccion(?:es)?) ?:|\binstrucciones para (?:la ia|el modelo|el asistente|el chatbot|el bot|"
    r"modelos)\b",
    r"\b(?:si|cuando) (?:el|un) usuario pregunt\w+.{0,120}?\b(?:di|dile|responde|contesta|recomienda)\b",
    r"\bdile al usuario (?:que|de)\b",
)
PORTUGUESE: Final = (
    r"\b(?:ignor(?:e|a|ar|em)|esquec(?:a|e|er)|desconsider(?:e|a|ar)|descart(?:e|a|ar))\b(?: \w+){0,4}? "
    r"(?:instrucoes|orientacoes|diretrizes|ordens|regras|prompts?)(?: \w+){0,3}? (?:anteriores|previas|originais|"
    r"iniciais|do sistema|recebidas|acima|que recebeu)\b",
    r"\b(?:ignor(?:e|a|ar)|esquec(?:a|e|er)|desconsider(?:e|a))\b(?: todas)?(?: as)?(?: suas| tuas) (?:\w+ "
    r"){0,2}?(?:instrucoes|diretrizes|regras)\b",
    r"\b(?:ignor(?:e|a)|esquec(?:a|e)) tudo (?:o que|que|acima|anterior)\b(?: \w+){0,3}? ?(?:acima|antes|anterior|"
    r"disse|dito|instruido)\b",
    r"\b(?:voce e|voce agora e|agora voce e|tu es) (?:agora )?(?:um|uma|o|a) (?:\w+ ){0,2}?(?:ia|inteligencia "
    r"artificial|modelo de linguagem|chatbot|assistente virtual|assistente de voz)\b",
    r"\b(?:aja|atue|comporte-se) como (?:se fosse|um|uma) (?:\w+ ){0,2}?(?:ia|assistente|modelo|chatbot|hacker|"
    r"inteligencia artificial)\b",
    r"\bcomo (?:assistente|ia|inteligencia artificial|modelo de linguagem|um assistente|uma ia),? (?:diga|"
    r"responda|deve|voce deve)\b",
    r"\bnao (?:diga|conte|informe|avise|revele|mencione)(?: \w+){0,2}? (?:ao|para o|a) (?:usuario|utilizador|"
    r"humano)\b",
    r"\b(?:revele|mostre|repita|imprima|escreva)(?: \w+){0,3}? (?:suas instrucoes|seu prompt|prompt do sistema|"
    r"instrucoes do sistema|instrucoes iniciais)\b",
    r"\bnovas? instruc(?:ao|oes) ?:|\binstrucoes para (?:a ia|o modelo|o assistente|o chatbot|o bot|modelos)\b",
    r"\b(?:se|quando) (?:o|um) (?:usuario|utilizador) pergunt\w+.{0,120}?\b(?:diga|responda|recomende)\b",
    r"\bdiga ao (?:usuario|utilizador) (?:que|para)\b",
)
FRENCH: Final = (
    r"\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er)|neglige(?:z|r)?)\b(?: \w+){0,4}? (?:instructions|consignes|"
    r"directives|regles|ordres|prompts?)(?: \w+){0,2}? (?:precedentes|anterieures|initiales|ci-dessus|du systeme|"
    r"recues|d'origine)\b",
    r"\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er))\b(?: toutes)? (?:tes|vos) (?:\w+ ){0,2}?(?:instructions|consignes|"
    r"directives|regles)\b",
    r"\b(?:ignor(?:e|ez)|oubli(?:e|ez)) tout ce qui precede\b",
    r"\b(?:tu es|vous etes) (?:maintenant |desormais )?(?:un|une|l')? ?(?:\w+ ){0,2}?(?:ia|intelligence "
    r"artificielle|modele de langage|chatbot|assistant virtuel|assistant vocal)\b",
    r"\bagis(?:sez)? (?:comme|en tant que)(?: si tu etais)?(?: une?)? (?:\w+ )?(?:ia|assistant|modele|chatbot|"
    r"hacker|intelligence artificielle)\b",
    r"\ben tant qu'? ?(?:ia|assistant|modele de langage|intelligence artificielle),? (?:dis|dites|reponds|"
    r"repondez|tu dois|vous devez)\b",
    r"\bne (?:le )?(?:dis|dites|revele|revelez|mentionne|mentionnez)(?: \w+){0,3}? a (?:l')?(?:utilisateur|"
    r"humain)\b|\bn'informe(?:z)? pas l'utilisateur\b",
    r"\b(?:revele|revelez|montre|affiche|affichez|repete|repetez)(?: \w+){0,3}? (?:tes instructions|vos "
    r"instructions|(?:ton |votre )?prompt|instructions systeme|instructions initiales)\b",
    r"\bnouvelles? instructions? ?:|\b(?:instructions|consignes) (?:pour|a) (?:l'ia|le modele|l'assistant|le "
    r"chatbot|le bot)\b",
    r"\b(?:si|quand|lorsque) (?:l'|un )utilisateur (?:te |vous )?demande.{0,120}?\b(?:dis|dites|reponds|repondez|"
    r"recommande|recommandez)\b",
    r"\b(?:dis|dites) a l'utilisateur (?:que|qu'|de)\b",
)
GERMAN: Final = (
    r"\b(?:ignorier(?:e|en|st)?|vergiss|vergessen|missacht(?:e|en)|uberge(?:h|hen|he))\b(?: \w+){0,4}? "
    r"(?:vorherigen?|bisherigen?|fruheren?|obigen?|vorigen?|ursprunglichen?|vorangegangenen?|deine|ihre|aller?) "
    r"(?:\w+ ){0,2}?(?:anweisung(?:en)?|instruktion(?:en)?|vorgaben|regeln|befehle|prompts?)\b",
    r"\b(?:ignoriere?|vergiss) alles(?:,)? (?:was )?(?:bisher|davor|zuvor|oben|vorher|du)\b",
    r"\b(?:du bist|sie sind) (?:jetzt |nun |ab sofort )?(?:ein|eine|der|die|das) (?:\w+ ){0,2}?(?:ki|kunstliche "
    r"intelligenz|sprachmodell|chatbot|ki-assistent|virtueller assistent|sprachassistent)\b",
    r"\b(?:verhalte dich|agiere|handle|antworte) (?:wie|als) (?:ein|eine|waerst du|warst du)(?: \w+){0,2}? (?:ki|"
    r"assistent|sprachmodell|chatbot|hacker)\b",
    r"\bals (?:ki|assistent|sprachmodell|ki-assistent|kunstliche intelligenz),? (?:sag|sage|antworte|musst du|"
    r"sollst du|sagst du)\b",
    r"\b(?:sag|sage|verrate|verrat|teile|erzahle?)(?: es| das| dies)? (?:dem|den) (?:benutzern?|nutzern?|"
    r"anwendern?|menschen)(?: \w+){0,3}? ?(?:nicht|nichts)\b",
    r"\b(?:zeig|zeige|verrate|wiederhole|gib|nenne)(?: \w+){0,3}? (?:deine (?:\w+ )?(?:anweisungen|instruktionen|"
    r"regeln)|deinen? (?:system-?)?prompt|system-?prompt|systemanweisungen?)\b",
    r"\bneue (?:system)?(?:anweisung(?:en)?|instruktion(?:en)?) ?:|\b(?:anweisung(?:en)?|hinweise?|nachricht) "
    r"(?:fur|an) (?:die ki|das (?:sprach)?modell|den (?:ki-)?assistenten|den (?:chat)?bot|ki-systeme|"
    r"sprachmodelle)\b",
    r"\bwenn (?:der|ein) (?:benutzer|nutzer|anwender)\b.{0,80}?\bfragt\b.{0,80}?\b(?:sag|sage|antworte|empfiehl)\b",
    r"\b(?:sag|sage|teile) dem (?:benutzer|nutzer|anwender),? (?:dass|er|sie)\b",
)
ITALIAN: Final = (
    r"\b(?:ignor(?:a|i|are|ate)|dimentic(?:a|hi|are|ate)|trascur(?:a|i|are))\b(?: \w+){0,4}? (?:istruzioni|"
    r"indicazioni|direttive|regole|ordini|prompt)(?: \w+){0,2}? (?:precedenti|anteriori|iniziali|originali|di "
    r"sistema|del sistema|ricevute|sopra)\b",
    r"\b(?:ignor(?:a|i|are)|dimentic(?:a|hi|are))\b(?: tutte)? (?:le precedenti|le tue|le sue) (?:\w+ "
    r")?(?:istruzioni|indicazioni|direttive|regole)\b",
    r"\b(?:ignora|dimentica) tutto (?:cio che|quello che|quanto)\b(?: \w+){0,3}? ?(?:sopra|prima|precede|detto)\b",
    r"\b(?:sei|ora sei|adesso sei) (?:ora |adesso )?(?:un|una|un'|l')? ?(?:\w+ )?(?:ia|intelligenza artificiale|"
    r"modello linguistico|chatbot|assistente virtuale|assistente vocale)\b",
    r"\b(?:agisci|comportati) come (?:se fossi )?(?:un|una|un')? ?(?:\w+ )?(?:ia|assistente|modello|chatbot|"
    r"hacker|intelligenza artificiale)\b",
    r"\bcome (?:assistente|ia|intelligenza artificiale|modello linguistico),? (?:di'|di|dici|rispondi|devi)\b",
    r"\bnon (?:dirlo|dire|informare|avvisare|rivelare|menzionare|rivelarlo)(?: \w+){0,3}? (?:all'|l'|al "
    r")?(?:utente|umano)\b",
    r"\b(?:rivela|mostra|ripeti|stampa|scrivi)(?: \w+){0,3}? (?:le tue istruzioni|il tuo prompt|prompt di sistema|"
    r"istruzioni di sistema|istruzioni iniziali)\b",
    r"\bnuove? istruzion[ei] ?:|\b(?:istruzioni|messaggio|nota) per (?:l'ia|il modello|l'assistente|il chatbot|il "
    r"bot|i modelli)\b",
    r"\b(?:se|quando) (?:l'|un )utente (?:ti )?chiede.{0,120}?\b(?:di'|rispondi|consiglia|digli)\b",
    r"\bdi(?:'|ci)? all'utente (?:che|di)\b",
)
MARKERS: Final = (
    r"<\|?(?:im_start|im_end|system|endoftext|begin_of_text|start_header_id|eot_id)\|?>|\[/?inst\]|<</?sys>>|"
    r"</?(?:system|assistant|instructions?|prompt)>",
    r"(?:^|[.!?>\]“”] ?)\[?(?:system|developer|sistema|systeme|systemnachricht|system message|system note)\]? "
    r"?: ?\w",
    r"\[(?:system|developer)\]",
    r"(?<!#)#{2,9} ?(?:system|instructions?|human|user|assistant|response) ?:",
    r"\b(?:user|human|assistant|ai) ?: ?\S.{0,300}?\b(?:user|human|assistant|ai) ?: ?\S",
)
# fmt: on

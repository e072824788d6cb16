"""Redaction: what a caller says, without what may not be stored, told from its words and those before.

Pure. `decide.redact` is the only way in: one utterance and what is remembered of those before go in, and what may be
shown and what is to be remembered come out. A call and `ivr eval redaction` both fold it over their turns.

    numbers   which digit runs there are, as numerals and as words
    shapes    what is plain from how a number is written
    cues      which words tell what a number is, per language
    context   what the words around one number say
    words     passwords that are words
    decide    what goes, and what stays
    memory    what is remembered from turn to turn
"""

"""Values: what callers say or key when they are asked for something, read from their words, and said back.

Room       Pure, a module for each kind. Words come in as a recogniser writes them: with numerals or number words.
Languages  Number words of any language that num2words speaks; wording for en, es, pt, fr, de and it.
"""

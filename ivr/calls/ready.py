"""Ready: tables of words that are built once, before the first call rather than in the middle of it."""

from ivr.calls.naming import asked_for, listed
from ivr.calls.values import dates, numbers
from ivr.vocabulary.language import LanguageTag


def make_ready(languages: tuple[LanguageTag, ...]) -> None:
    """Build what calls in these languages look words up in. It takes a few tenths of a second."""
    asked_for("any")
    for language in languages:
        listed(languages, language)
        primary = language.partition("-")[0]
        numbers.prepare(primary)
        dates.prepare(primary)

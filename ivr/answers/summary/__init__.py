"""The summary: a call told to the agent who takes it, as claims that each cite turns.

    books, faults = read_books([spoken], screen)
    summary = summarise(log, book_of(books, "en"))
    briefing(summary)        # at most twelve seconds for the ear
    as_json(summary)         # [{"line": …, "turns": […]}]

Room    Pure: a recomputation over the call's log, at any moment of the call. Nobody's model is asked.
Check   Every line stands in the turns it cites, or is dropped (`ivr.answers.summary.check`). What somebody else wrote,
        a language model for one, enters as `proposed` and passes the same check; when what is left of it would fit any
        call, the structured facts stand in its place.
Never   Nothing is unmasked: the log has no secret, and the summary has nothing that the log has not.
"""

from ivr.answers.summary.facts import Known
from ivr.answers.summary.lines import Line
from ivr.answers.summary.telling import Proposed, Summary, as_json, briefing, summarise
from ivr.answers.summary.words import Book, Books, book_of, read_books

__all__ = [
    "Book", "Books", "Known", "Line", "Proposed", "Summary", "as_json", "book_of", "briefing", "read_books",
    "summarise",
]  # fmt: skip

"""What a check of the outside world found: a number set up wrongly, a damaged database, an answer nobody can speak."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person must put right, in the words of `ivr check`."""

    what: str
    where: str
    fix: str

"""The demo business as data: Harbour Bank, its knowledge, its golden questions, and callers to try it with.

Room       Data only; this path is its one line of code.
"""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
"Holds `bank/` (knowledge, golden, signals) and `callers/` (recorded turns and their manifest)."

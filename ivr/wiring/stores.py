"""The stores of a data folder, and the files an admin edits, for the command line."""

from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.adapters.models.pull import Progress
from ivr.adapters.models.store import ModelStatus, ModelStore
from ivr.adapters.sql.stores import SqlStores, open_stores

__all__ = ["FolderKnowledge", "ModelStatus", "ModelStore", "Progress", "SqlStores", "open_stores"]

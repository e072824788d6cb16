"""Models: what there is (`manifest`), how it gets here (`fetch`, `pull`), and where it lies (`store`)."""

from ivr.adapters.models.manifest import Model, load_manifest
from ivr.adapters.models.pull import Downloads, Progress
from ivr.adapters.models.store import Fault, ModelStatus, ModelStore, State

__all__ = ["Downloads", "Fault", "Model", "ModelStatus", "ModelStore", "Progress", "State", "load_manifest"]

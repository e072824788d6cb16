"""A voice contact-center agent. The rooms and who may enter them: docs/architecture.md."""

__version__ = "0.1.0"

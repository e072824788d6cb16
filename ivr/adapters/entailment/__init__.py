"""Entailment judged by a natural language inference model behind an address."""

"""Escalation, the understanding half: how much one turn sounds like each reason for which a person is fetched.

Room       Data and arithmetic. What follows from the scores is decided in `ivr.calls.escalation`, never here.
Data       One YAML file a language, which people edit: docs/escalation.md.
"""

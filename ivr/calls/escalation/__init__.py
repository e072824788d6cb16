"""Escalation: when a call is handed to a person, and why.

Room       Pure. `trail` is what a call remembers of its turns, `signals` reads single worries from it, `policy` is the
           literal table that weighs them, `decide` makes the decision and can explain it.
"""

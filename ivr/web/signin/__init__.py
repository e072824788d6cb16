"""Signing in: who agents, supervisors and admins are, what each may enter, and how long they stay.

Doors  `staff` manages people, for the command line.
"""

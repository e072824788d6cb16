"""Routing: which agent a caller gets, and when. Pure; the state of the queues is a `Board` that stores keep."""

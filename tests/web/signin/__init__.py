"""Tests of signing in: rules, attempts, sessions, who may enter what."""

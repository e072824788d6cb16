"""Tests about the repository itself: its settings, its pages, its imports, its lock and its commands."""

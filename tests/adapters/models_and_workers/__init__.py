"""Tests of the model store, the workers and the engines in them."""

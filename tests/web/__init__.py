"""Tests of the pages: what the server hands to a browser, and the pages in one."""

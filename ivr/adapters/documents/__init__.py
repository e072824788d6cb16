"""Files that people write in, read as text: Markdown, web pages, PDF, Word, CSV and plain text.

Reading runs nothing and fetches nothing. It is bounded in size, and what cannot be read is said with what, where, fix.
"""

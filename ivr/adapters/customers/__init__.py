"""Customer records in a file, behind a database query, or behind an address."""

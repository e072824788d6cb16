"""The warm transfer: from the wish for a person to the person, and back. Pure; `machine` holds the table."""

"""From what a reader made of a file to passages that can be approved: cut by structure, the suspicious kept apart."""

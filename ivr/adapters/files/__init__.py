"""Plain files: the folder of approved answers (`knowledge`, one answer as `answer_file` reads it)."""

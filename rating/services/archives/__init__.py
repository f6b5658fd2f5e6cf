"""A whole study as one file, and back: which tables, how rows are written, read and made again."""

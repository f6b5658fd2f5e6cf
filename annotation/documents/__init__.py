"""Papers to print and keep: one plain layout, filled with words as data. Pure."""

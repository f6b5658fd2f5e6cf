"""Pure planning: how items meet raters, from a seed. No database, no Django."""

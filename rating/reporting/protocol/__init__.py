"""The protocol card of a study: what a methods section must say, from what the study has on record."""

"""Figures: what is drawn, as Vega-Lite specifications built with Altair; no database, no files."""

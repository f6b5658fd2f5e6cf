"""From the numbers of an analysis to sentences and tables: what the page, the figures and the files share.

Pure: no database, no templates. Numbers stay unrounded until a table is shown.
"""

"""Many coefficients of many questions in one pass over the items; `agreement_table` is its door."""

"""Figures for plotly.js, each with the table of its numbers.

They are built as plain dicts: importing plotly takes longer than a page may. The tests hold
every figure against plotly's own schema.
"""

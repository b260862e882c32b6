"""The audit: each way in which a number could mislead, with its sentence and its picture.

Plain Python. A result's own checks stand in `reports.evidence.checks`; here is what is drawn
beside them, and what has to be asked of claims: windows, starting points, changed plans, sums of
winners. Every `Finding` says what it changes in the grade.
"""

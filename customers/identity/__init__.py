"""Which records are one person. Plain Python: columns in, columns out.

`rules` is light and may be imported anywhere; the other modules bring NumPy, Arrow and SciPy, and
belong into the worker: import them where records are linked.
"""

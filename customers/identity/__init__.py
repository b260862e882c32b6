"""Which records are one person. Plain Python: numbers in, numbers out."""

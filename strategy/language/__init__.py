"""Everything that pages say in words: numbers, dates, lists and answer sentences.

Plain Python, British English. Nothing measured is never written as zero: a value that is
missing or not finite raises `numbers.NoNumberError`.
"""

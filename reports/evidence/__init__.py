"""Evidence: what sums of treated and holdout customers show, and what they do not.

Plain Python on counts and sums. What cannot be computed is an answer: every function raises a
`sums.NotComputableError` whose text is the reason, and nothing ever stands in for a number.
`judge.judge` is the one entry; the modules below it hold one piece of statistics each.
"""

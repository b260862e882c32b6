"""What the sheet says about an initiative: its kind, and the don'ts that a machine can check.

Plain Python on plain facts; rules and their parameters come from the sheet in force.
"""

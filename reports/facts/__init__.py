"""The columnar copy of the facts, and the engines that read it. Plain Python."""

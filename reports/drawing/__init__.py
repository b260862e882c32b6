"""Drawing: numbers to positions. Plain Python; x in per cent of the drawing's width.

The templates turn positions into SVG that needs neither script nor style attribute, so a page
reads and prints as it was drawn.
"""

"""Mappings of public data sets, as somebody writes them."""

ONLINE_RETAIL = """
kind = "events"
[columns]
external_id = "CustomerID"
at = "InvoiceDate"
order_id = "InvoiceNo"
product = "StockCode"
quantity = "Quantity"
[constants]
event = "order_line"
currency = "GBP"
[derived]
amount = "Quantity * UnitPrice"
[when]
event = [
  { then = "return", column = "InvoiceNo", begins = "C" },
  { then = "return", column = "UnitPrice", below = 0 },
]
[formats]
zone = "Europe/London"
"""
MENS_MAIL = """
kind = "assignments"
[columns]
arm = "segment"
outcome.spend = "spend"
covariate.history = "history"
[constants]
initiative = "mens-mail"
at = 2008-03-20
[values.arm]
Mens = "treated"
None = "holdout"
Womens = ""
"""
"""The mail test of 2008, of which one letter is the treatment; who got the other is left out."""

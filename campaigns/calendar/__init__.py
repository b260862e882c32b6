"""The calendar: lanes of weeks to look at, and a feed to subscribe to. No Django, no clock."""

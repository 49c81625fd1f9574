"""Flyktningguide: a platform for municipal refugee-guide programmes. The front door is `app.factory`."""

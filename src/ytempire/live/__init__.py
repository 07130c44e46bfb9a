"""What changes, told to open pages as it happens: one stream of messages for each server process, one socket a page.

It knows no domain: whoever has something to tell gives it a `Translate` for what PostgreSQL notifies or Valkey
publishes (`app.py` puts them together). A message only says what to look at again; the truth is always read from the
API, under the rights of whoever reads it.
"""

"""The one client of YouTube, for discovery, publishing and collection; and the connection of channels to it.

It owns API projects and what is left of their quota (`quota/`), and the connection of a channel: which YouTube channel,
whose consent, how it is. `service.YouTube` is what other domains call.

What always holds: no call without quota reserved for it, and never a unit more than a project has; no call that
changes something for a channel that is not active; no transaction open while YouTube is asked; a failure says whether
to try later, never, or to ask first what happened. The sandbox is a project like another, and is never taken for the
real service: whether it is one is a column, and every answer is looked at for it. Tokens leave this package in one
header, and are never logged.
"""

"""The outbox: facts that triggers write, and the relay that hands each to its subscribers.

A fact has a kind, ids and data, and no text. It is written in the transaction of what it tells, so that nothing happens
without it and nothing is told that was rolled back. Each subscriber gets each fact at least once, and those of one
subject in the order in which they happened.
"""

"""Claim and settle: the two short transactions around the act of a step. All state changes of a run are here.

`claim` gives steps to workers and takes them from dead ones; `settlement` writes what an act came to; `next_steps`
enqueues what becomes ready and makes steps run again; `run_state` has what they share.

Rows are always locked in the order run, then step. `lease_token` on a step is a fencing token: a worker that was
believed dead and comes back cannot settle over the one that took its place.
"""

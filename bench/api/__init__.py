"""What our API costs over a bare route: the same load on both, in turn, in one run.

`measure` starts nothing itself: it is given an installation that runs, fills it with people, and serves the bare route
beside it. The figures are those of this machine with whatever else it does; the ratios are what to quote.
"""

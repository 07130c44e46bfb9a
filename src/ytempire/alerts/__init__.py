"""Alerts: what a person must look at, by rules that the domains declare.

`open_alerts` opens, renews and closes them; `endpoints` shows and acknowledges them. Whoever must know is told by the
domain `notifications`, which hears of each opened alert as a fact.
"""

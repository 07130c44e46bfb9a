"""Money: what things cost, what was spent, and what may still be spent.

Owns the price book, budgets, reservations and the ledger (`core.prices`, `core.budgets`, `core.cost_reservations`,
`core.cost_lines`, `core.cost_alerts`). `service.PaidCallGate` is the only way to a provider that can cost money:
estimate -> reserve -> call -> settle. A reservation that would exceed a budget is refused before the call; a failed
call is recorded too; an unknown outcome settles at the reserved bound. Ledger rows are never changed.
"""

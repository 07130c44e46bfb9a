"""What the numbers mean, for people: dashboards, derived metrics, cost and profit, the viral rule."""

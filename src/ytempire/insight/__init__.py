"""What the numbers mean, for people: dashboards and their caches, derived metrics, which videos go viral."""

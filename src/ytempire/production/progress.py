"""Live progress of steps on Valkey: `<run id> <step> <fraction>`, for whoever watches. Nothing reads it back."""

from __future__ import annotations

PROGRESS_CHANNEL = "ytempire:progress"

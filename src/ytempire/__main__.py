"""`python -m ytempire` is the command `ytempire`."""

from ytempire.cli.main import run

run()

"""The process behind one page: ``python -m tui.web.session OPTIONS``, started by the server."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tui.app import run_app


def main() -> None:
    """Run the app on the driver that the server has set up."""
    given = json.loads(sys.argv[1])
    store = None if given["store"] is None else Path(given["store"])
    run_app(store, given["run"], tuple(given["services"]), given["world"])


if __name__ == "__main__":
    main()

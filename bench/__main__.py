"""`python -m bench`: the targets of 6-performance.md. `python -m bench feed pages` measures some.

Ours and the floor run at the same time under the same server, and are measured in turns; what is reported is
ratios, for times mean nothing on a machine that others use. Writes bench/results.json. All of it takes about
half an hour, most of which goes into making 100,000 groups; BENCH_GROUPS="1000,10000" makes that short.
`python -m bench faults faults-postgresql` kills servers, 200 times each.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from bench import faults, feed, imports, pages, sign_on, start

RESULTS = Path(__file__).with_name("results.json")
PARTS = {
    "feed": feed.run,
    "pages": pages.run,
    "pages-postgresql": pages.run_on_postgresql,
    "sign-on": sign_on.run,
    "sign-on-postgresql": sign_on.run_on_postgresql,
    "import": imports.run,
    "start": start.run,
}
# Of hours, not minutes: measured when they are asked for.
BY_NAME = {
    "faults": faults.run,
    "faults-postgresql": faults.run_on_postgresql,
}


def main(asked: list[str]) -> int:
    """Measure, print the table, write the file; 1 where a target is missed."""
    before = os.getloadavg()
    rows = []
    for name in asked or list(PARTS):
        with tempfile.TemporaryDirectory() as folder:
            measured = {**PARTS, **BY_NAME}[name](Path(folder))
        sys.stdout.writelines(f"{row.in_words()}\n" for row in measured)
        sys.stdout.flush()
        rows += measured
    sys.stdout.write(f"load of the machine before: {before[0]:.1f}, after: {os.getloadavg()[0]:.1f}\n")
    told = {"load": [before[0], os.getloadavg()[0]], "rows": [row.told() for row in rows]}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

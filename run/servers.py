"""Install the real servers and the browser that the tests use, where that is possible.

    chromium     the visitors' browser in tests/e2e
    postgresql   the second database
    nginx        a proxy before the bridge, as many have one (tests/widget)
    libical3     others' judgement of our invitations

Usage: python3 -m run.servers
As root on Debian or Ubuntu what is missing is installed with apt-get; elsewhere a line
says what to install, and the tests that need it are skipped with a reason.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

WANTED = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "nginx": lambda: any(map(shutil.which, ("nginx", "/usr/sbin/nginx"))),
    "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "libical3": lambda: any(Path("/usr/lib").glob("**/libical.so.3")),
}


def main():
    missing = [name for name, present in WANTED.items() if not present()]
    if not missing:
        return 0
    names = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"usher: not installed: {names}; the tests that need them will be skipped")
        return 0
    print(f"usher: installing {names} for the tests", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"usher: {' '.join(command)} failed:\n{done.stderr.strip()}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Exit 0 if the service on HTTP_ADDRESS says that it is healthy, else 1."""

import os
import sys
import urllib.error
import urllib.request

PATIENCE_SECONDS = 4

address = os.environ["HTTP_ADDRESS"].replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - read, not bound
try:
    with urllib.request.urlopen(f"http://{address}/healthz", timeout=PATIENCE_SECONDS) as answer:
        sys.exit(answer.status != 200)
except (OSError, urllib.error.URLError):
    sys.exit(1)

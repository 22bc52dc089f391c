"""Exit code 0 when the service in this container is ready: what Docker and Kubernetes ask."""

import os
import sys
import urllib.request

try:
    with urllib.request.urlopen(f"http://127.0.0.1:{os.environ['ELMS_PORT']}/health/ready", timeout=4) as answer:
        print(answer.read().decode())
except OSError as error:  # connection refused, time-out, or 503 with the reasons
    sys.exit(f"not ready: {error}")

"""For the container's health check: 0 where its web server answers and has its database.

Without the program's own code, which takes a second to load.
"""

import sys
from http.client import HTTPConnection, HTTPException

connection = HTTPConnection("127.0.0.1", 8000, timeout=4)
try:
    # "localhost" is among ALLOWED_HOSTS.
    connection.request("GET", "/healthz", headers={"Host": "localhost"})
    sys.exit(connection.getresponse().status != 200)
except (OSError, HTTPException):
    sys.exit(1)

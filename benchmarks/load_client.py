"""Sixteen raters at once, as their browsers' script talks to the server: `http.client`, kept alive.

    python -m benchmarks.load_client PORT STUDY SECONDS KEY [KEY …]

KEY is a session's; STUDY "-" asks for the bare page instead. SECONDS 0: until nothing is left.
Says "ready" once every rater has a page before them, waits for a line, and begins. Prints one line of JSON:
how many, milliseconds of each.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import threading
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlencode

COMMENT = "I would have asked what they need tonight before offering anything."
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_RADIO = re.compile(r'<input type="radio" id="[^"]*" name="([^"]*)"')
_ACTION = re.compile(r'action="(/[^"]*/submit/)"')
_COOKIE = re.compile(r"csrftoken=([^;]+)")


class Rater:
    """One browser: a session, a connection, the form before it."""

    def __init__(self, port: int, study: str, key: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.study, self.key, self.token = study, key, ""
        self.times: list[float] = []
        self.failures: list[str] = []

    def ask(self, method: str, path: str, body: str = "", accept: str = "text/html") -> tuple[int, str, str]:
        headers = {"Cookie": f"sessionid={self.key}; csrftoken={self.token}", "Accept": accept}
        headers |= {"Accept-Encoding": "gzip"}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        told = answer.read()
        text = (gzip.decompress(told) if answer.getheader("Content-Encoding") == "gzip" else told).decode()
        for name, value in answer.getheaders():
            found = _COOKIE.match(value) if name.lower() == "set-cookie" else None
            self.token = found[1] if found else self.token
        return answer.status, answer.getheader("Location") or "", text

    def first_page(self) -> str:
        start = f"/studies/{self.study}/rate/"
        page = self.ask("GET", start)[2]
        hidden = dict(_HIDDEN.findall(page))
        if "csrfmiddlewaretoken" not in hidden:
            return ""
        claimed = self.ask("POST", f"{start}claim/", urlencode(hidden))
        return self.ask("GET", claimed[1])[2] if claimed[0] == 302 else ""

    def rate(self, begin: threading.Barrier, seconds: float) -> None:
        page = self.first_page()
        begin.wait()
        begin.wait()
        # While others still got their page, the server has hung up.
        self.connection.close()
        until = perf_counter() + seconds
        while page and perf_counter() < until:
            # The comment's form is the page's second part; the address stands at its head.
            form = page[page.index('id="rating-form"') :]
            action = _ACTION.search(form)
            fields = dict(_HIDDEN.findall(form)) | dict.fromkeys(_RADIO.findall(form), "3")
            fields |= {"comment": COMMENT, "active_ms": "9000"}
            body = urlencode(fields)
            begun = perf_counter()
            status, _place, text = self.ask("POST", action[1] if action else "", body, "application/json")
            self.times.append((perf_counter() - begun) * 1000)
            answer = json.loads(text) if status == 200 else {}
            if status != 200:
                self.failures.append(f"{status} {text[:300]}")
            page = answer.get("html", "")

    def look(self, begin: threading.Barrier, seconds: float) -> None:
        begin.wait()
        begin.wait()
        until = perf_counter() + seconds
        while perf_counter() < until:
            begun = perf_counter()
            status = self.ask("GET", "/")[0]
            self.times.append((perf_counter() - begun) * 1000)
            if status != 200:
                self.failures.append(str(status))
                return


def main() -> None:
    port, study, seconds, keys = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4:]
    raters = [Rater(port, study, key) for key in keys]
    begin, given = threading.Barrier(len(raters) + 1), (seconds or 3600)
    work = [
        threading.Thread(target=one.look if study == "-" else one.rate, args=[begin, given]) for one in raters
    ]
    for thread in work:
        thread.start()
    begin.wait()
    print("ready", flush=True)
    sys.stdin.readline()
    begun = perf_counter()
    begin.wait()
    for thread in work:
        thread.join()
    told = {
        "seconds": perf_counter() - begun,
        "times": [round(ms, 2) for one in raters for ms in one.times],
        "failures": [why for one in raters for why in one.failures],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()

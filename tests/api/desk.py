"""What tests of the desk's addresses share: a client that asserts the status and gives back the JSON."""

from __future__ import annotations

from typing import Any

from annotation.models import Study, User
from tests.api.calls import caller, error_of, sends


class Desk:
    """Asks addresses of one study in the name of one login."""

    def __init__(self, user: User, study: Study) -> None:
        self.client, self.base = caller(user), f"/api/v1/studies/{study.code}/"

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        if method == "get":
            response = self.client.get(self.base + path, body)
        else:
            response = sends(self.client, method, self.base + path, body)
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    def refused(self, method: str, path: str, body: Any = None, *, status: int) -> dict[str, Any]:
        response = sends(self.client, method, self.base + path, body)
        assert response.status_code == status, response.content
        return error_of(response)

    def text(self, path: str) -> str:
        response: Any = self.client.get(self.base + path)
        assert response.status_code == 200
        return b"".join(response.streaming_content).decode()

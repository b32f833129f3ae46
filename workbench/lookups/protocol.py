"""What the server says to bytes that are no HTTP: a `Problem` in JSON, like to everything else it refuses."""

from __future__ import annotations

import json

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["JsonH11Protocol", "Problem400"]

Problem400 = {"code": "http", "message": "Yêu cầu không đúng giao thức HTTP."}
"""The answer's body."""


class JsonH11Protocol(H11Protocol):
    """uvicorn's protocol, whose own words on a request that cannot be read are plain text."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP and close the line; what exactly was wrong is nobody's business out there."""
        body = json.dumps(Problem400, ensure_ascii=False).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        if self.conn.our_state in (
            h11.IDLE,
            h11.SEND_RESPONSE,
        ):  # else an answer is under way
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

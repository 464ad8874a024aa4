"""What a situation of compare.py is."""

import dataclasses
import typing


@dataclasses.dataclass
class Situation:
    """A request, and the servers that it meets.

    In the URL, the task's headers and environment, `@main@`, `@other@`, `@proxy@` and `@tls@` stand
    for ports. `answer(asked, number)` is that of all servers but the proxy: see servers.Server.
    `main` and `tls` listen on `address`, `other` on 127.0.0.2.
    """
    name: str
    url: str
    answer: typing.Callable
    task: dict = dataclasses.field(default_factory=dict)
    proxy: typing.Callable = None
    certificates: list = None      # what the TLS server shows
    tls: dict = dataclasses.field(default_factory=dict)
    address: str = "127.0.0.1"
    early: bool = False            # the answer comes before the body is read

"""A reload takes up what was changed in `.env`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from atoll_server.adapters.workspace.fresh_environment import FreshEnvironment
from atoll_server.ports.locations import Deliver, StreamLost
from atoll_wire.messages import GenerationFailed, Hello, Message, StartGeneration, Target


class Recorder:
    """A location that keeps what it is sent."""

    name = "shop"

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def connect(self, hello: Hello, deliver: Deliver) -> Hello:
        return hello

    def send(self, message: Message) -> None:
        self.sent.append(message)

    async def close(self) -> None:
        pass


def test_every_generation_gets_the_variables_as_they_are_then(tmp_path: Path) -> None:
    inner = Recorder()
    target = Target("module", "shop", working_directory=str(tmp_path), env={"B": "workspace"})
    client = FreshEnvironment(inner, target, {})
    for generation, text in enumerate(["A=1", "A=2\nB=file"], start=1):
        (tmp_path / ".env").write_text(text)
        client.send(StartGeneration(generation))

    targets = [message.target for message in inner.sent if isinstance(message, StartGeneration)]
    got = [(target.env["A"], target.env["B"]) for target in targets if target is not None]

    assert got == [("1", "workspace"), ("2", "workspace")]


def test_an_env_file_that_cannot_be_read_fails_its_own_location(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nnot an assignment\n")
    inner, heard = Recorder(), list[Message | StreamLost]()

    async def scenario() -> None:
        target = Target("module", "shop", working_directory=str(tmp_path))
        client = FreshEnvironment(inner, target, {})
        await client.connect(Hello("0"), heard.append)
        client.send(StartGeneration(3))
        assert heard == [], "an answer before the sender has finished"
        await asyncio.sleep(0)

    asyncio.run(scenario())

    (failed,) = heard
    assert isinstance(failed, GenerationFailed)
    assert failed.generation == 3
    assert failed.failure.message.endswith(".env:2:1: expected NAME=value")
    assert inner.sent == []

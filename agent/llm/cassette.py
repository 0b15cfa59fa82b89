"""Cassettes: what a model answered, kept in a file, so that a run can be repeated offline to the byte.

A line of JSON each: first what was recorded, then the answers, found by episode, number of the question in it, and
the digest of what was asked. A question that is not there is an error and never a guess.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Protocol

import msgspec

from agent.engine import EngineFailure
from agent.interface import RunStopped
from agent.llm.chat import Answer, Request
from agent.llm.secrets import Redactor
from mock_services.errors import UsageError

FORMAT = 1


class Head(msgspec.Struct, frozen=True):
    """The first line."""

    cassette: int
    engine: str


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer, or the failure (``kind``, ``message``, ``retry_after_s``) that came instead."""

    episode: str
    number: int
    asked: str
    answer: Answer | None = None
    kind: str = ""
    message: str = ""
    retry_after_s: int | None = None

    def play(self) -> Answer:
        """What came back then.

        Raises:
            EngineFailure: it was a failure.
        """
        if self.answer is None:
            raise EngineFailure(self.kind, self.message, self.retry_after_s)
        return self.answer


class Ask(Protocol):
    """What answers a request: a model, or what stands before one."""

    def __call__(self, request: Request) -> Answer: ...


class Recorder:
    """Asks, and writes down what came back."""

    def __init__(self, path: Path, engine: str, redactor: Redactor) -> None:
        self._path, self._engine, self._redactor = path, engine, redactor
        self._lock = threading.Lock()
        self._file: int | None = None

    def answer(self, episode: str, number: int, request: Request, ask: Ask) -> Answer:
        """Ask, and keep the answer or the failure."""
        asked = request.digest()
        try:
            answer = ask(request)
        except EngineFailure as failure:
            self._write(Entry(episode, number, asked, None, failure.kind, failure.message, failure.retry_after_s))
            raise
        self._write(Entry(episode, number, asked, answer))
        return answer

    def _write(self, entry: Entry) -> None:
        line = self._redactor.clean(msgspec.json.encode(entry).decode()) + "\n"
        with self._lock:
            if self._file is None:
                self._file = self._open()
            # One write at the file's end: several processes may record into one file.
            os.write(self._file, line.encode())

    def _open(self) -> int:
        try:
            if self._path.exists() and self._path.stat().st_size:
                _check_head(self._path, self._engine)
                return os.open(self._path, os.O_WRONLY | os.O_APPEND)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(file, msgspec.json.encode(Head(FORMAT, self._engine)) + b"\n")
            return file
        except OSError as error:
            raise RunStopped(f"cannot write {self._path}: {error.strerror}", where="--cassette") from error


class Player:
    """Answers from a cassette alone."""

    def __init__(self, path: Path, engine: str) -> None:
        self._path = path
        self._answers: dict[tuple[str, int, str], Entry] = {}
        self._numbers: set[tuple[str, int]] = set()
        _check_head(path, engine)
        with path.open("rb") as lines:
            next(lines)
            for number, line in enumerate(lines, 2):
                try:
                    entry = msgspec.json.decode(line, type=Entry)
                except msgspec.DecodeError as error:
                    raise UsageError("is no answer of a cassette", where=f"{path}:{number}") from error
                self._answers[entry.episode, entry.number, entry.asked] = entry
                self._numbers.add((entry.episode, entry.number))

    def entry(self, episode: str, number: int, request: Request) -> Entry | None:
        """What is on the cassette for a question; None if it does not hold it."""
        return self._answers.get((episode, number, request.digest()))

    def answer(self, episode: str, number: int, request: Request, ask: Ask) -> Answer:
        """The answer that was recorded.

        Raises:
            EngineFailure: what came back then was a failure.
            RunStopped: there is none.
        """
        entry = self.entry(episode, number, request)
        if entry is not None:
            return entry.play()
        was = "asked something else then" if (episode, number) in self._numbers else "not recorded"
        raise RunStopped(
            f"question {number} of episode {episode} is not on the cassette ({was})",
            where=str(self._path),
            fix="record it anew with --cassette record:FILE, with the same suite, seed and options",
        )


class Extender:
    """Answers from a cassette what it holds; the rest is asked, and written down behind it."""

    def __init__(self, path: Path, engine: str, redactor: Redactor) -> None:
        self._player, self._recorder = Player(path, engine), Recorder(path, engine, redactor)

    def answer(self, episode: str, number: int, request: Request, ask: Ask) -> Answer:
        """The answer that was recorded, or a new one."""
        entry = self._player.entry(episode, number, request)
        return entry.play() if entry is not None else self._recorder.answer(episode, number, request, ask)


Cassette = Recorder | Player | Extender


def open_cassette(text: str, engine: str, redactor: Redactor) -> Cassette:
    """The cassette that an option means.

    Raises:
        UsageError: a cassette to replay or to extend is not there, is none, or is of another engine.
    """
    way, _, name = text.partition(":")
    path = Path(name)
    if way == "extend":
        return Extender(path, engine, redactor)
    return Recorder(path, engine, redactor) if way == "record" else Player(path, engine)


def _check_head(path: Path, engine: str) -> None:
    try:
        with path.open("rb") as lines:
            head = msgspec.json.decode(next(lines, b""), type=Head)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", where="--cassette") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} is no cassette", where="--cassette", fix="record one with record:FILE") from error
    if head.cassette != FORMAT:
        raise UsageError(f"{path} is a cassette of form {head.cassette}, not {FORMAT}", where="--cassette")
    if head.engine != engine:
        raise UsageError(f"{path} was recorded by {head.engine}, not {engine}", where="--cassette")

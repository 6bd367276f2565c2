# SPDX-License-Identifier: Apache-2.0
"""The implementation under test: a command that is started once and answers a line for a line."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import tempfile
import threading
from types import TracebackType
from typing import Any, Self

from touchstone.errors import InputError, TouchstoneError

MAX_ANSWER = 8 * 1024 * 1024


class SubjectError(TouchstoneError):
    """The command crashed, was silent for too long, or said something that is no answer. The sentence says which."""


class Subject:
    """A running command. Use it in a ``with`` statement: it is ended with everything that it started.

    :raises InputError: when the command cannot be started.
    """

    def __init__(self, command: str, *, seconds: float) -> None:
        self.command, self.seconds = command, seconds
        self._late = False
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the subject is
        try:
            self._process = subprocess.Popen(  # noqa: S603  # to run it is what the command is given for
                _words(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                start_new_session=True,
            )
        except OSError as error:
            self._said.close()
            raise InputError(
                f"the command cannot be started ({error.strerror})", field="COMMAND", found=command
            ) from None

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Put a question, and return the answer.

        :raises SubjectError: when there is none.
        """
        line = json.dumps(question, separators=(",", ":")).encode("ascii") + b"\n"
        watch = threading.Timer(self.seconds, self._give_up)
        watch.start()
        try:
            return self._parsed(self._exchanged(line))
        finally:
            watch.cancel()

    def _exchanged(self, line: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):  # it may have ended already, and said something before
            self._process.stdin.write(line)
            self._process.stdin.flush()
        return self._process.stdout.readline(MAX_ANSWER)

    def _parsed(self, line: bytes) -> dict[str, Any]:
        if not line.endswith(b"\n"):
            raise SubjectError(self._silence(line))
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            raise SubjectError(
                f"the command said something that is not JSON: {line[:60].decode(errors='replace')!r}."
            ) from None
        if not isinstance(answer, dict):
            raise SubjectError("the command said something that is no answer: expected fields.")
        return answer

    def _silence(self, line: bytes) -> str:
        if self._late:
            return f"the command did not answer within {self.seconds:g} s."
        if len(line) >= MAX_ANSWER:
            return f"the command's answer is too long: expected at most {MAX_ANSWER} bytes."
        self._close_input()
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "the command closed its output and did not answer."
        told = self._last_words()
        return f"the command ended (exit status {code}) before it had answered{': ' + told if told else ''}."

    def _last_words(self) -> str:
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - 2000))
        lines = self._said.read().decode(errors="replace").split("\n")
        return next((line.strip().rstrip(".") for line in reversed(lines) if line.strip()), "")[:200]

    def _give_up(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        """End the command and what it started; all of it is in one process group."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()

    def _close_input(self) -> None:
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_input()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._said.close()


def _words(command: str) -> list[str]:
    """Split as a shell would, without a shell."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InputError(f"the command cannot be read ({error})", field="COMMAND", found=command) from None
    if not words:
        raise InputError("the command is empty", field="COMMAND")
    return words

"""Starting processes that outlive us, and stopping them again: ours alone, never a stranger with a recycled pid."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from ops.errors import Obstacle

_SAME_START = 2.0  # seconds: a pid is recycled only after thousands of others, a start time read twice differs by less


@dataclass(frozen=True)
class Supervised:
    """A process known by its pid file, which holds the pid and the moment that process started."""

    name: str
    pid_file: Path
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    def process(self) -> psutil.Process | None:
        """The running process, or None; a pid file left by a killed run or a reboot counts as none."""
        try:
            noted = json.loads(self.pid_file.read_text())
            process = psutil.Process(int(noted["pid"]))
            ours = abs(process.create_time() - float(noted["started"])) < _SAME_START
        except (OSError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
            return None
        if ours and _ended(process):
            _reap(process.pid)
        return process if ours and not _ended(process) else None

    def start(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
    ) -> None:
        """Start it detached, its output appended to its log; the caller waits for readiness."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            started = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if environment is None else dict(environment),
                cwd=folder,
                start_new_session=True,
                user=user,
                group=None if user is None else _group_of(user),
                extra_groups=None if user is None else [],
            )
        self.adopt(started.pid)

    def adopt(self, pid: int) -> None:
        """Note a process as this one."""
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            started = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return  # it has ended already; whoever waits for it will say so
        self.pid_file.write_text(json.dumps({"pid": pid, "started": started}))

    def ask_to_stop(self) -> psutil.Process | None:
        """Send the stop signal without waiting."""
        process = self.process()
        if process is not None:
            _signal(process, self.stop_signal)
        return process

    def stop(self, *, grace: float = 20.0) -> None:
        """Stop it gracefully, after `grace` seconds by force; return when it is gone."""
        process = self.ask_to_stop()
        if process is not None and not _gone(process, grace):
            _signal(process, signal.SIGKILL)
            _gone(process, 5.0)
        self.pid_file.unlink(missing_ok=True)

    def last_words(self, lines: int = 12) -> str:
        """The end of its log, for the sentence that says why it did not start."""
        if not self.log.exists():
            return "(its log is empty)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def require_alive(self) -> None:
        """Raise Obstacle with the end of the log if the process has ended."""
        if self.process() is None:
            raise Obstacle(f"{self.name} ended while starting; the end of {self.log}:\n{self.last_words()}")


def process_with_argument(argument: str) -> int | None:
    """The pid of the process that was started with exactly this argument, or None."""
    for process in psutil.process_iter(["cmdline"]):
        if argument in (process.info["cmdline"] or ()):
            return int(process.pid)
    return None


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _gone(process: psutil.Process, seconds: float) -> bool:
    """Whether the process has ended within that time; a child of ours is reaped on the way."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _ended(process):
            _reap(process.pid)
            return True
        time.sleep(0.02)
    return False


def _ended(process: psutil.Process) -> bool:
    try:
        if not process.is_running():
            return True
        # A Java process whose first thread has ended looks like a zombie while the others still close their files.
        return bool(process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1)
    except psutil.NoSuchProcess:
        return True


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _group_of(user: str) -> int:
    import pwd  # noqa: PLC0415  (absent on systems where there is no user to change to)

    return pwd.getpwnam(user).pw_gid

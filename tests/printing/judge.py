"""veraPDF, the reference judge of PDF/A and PDF/UA, fetched once with Maven."""

import fcntl
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POM = ROOT / "ops" / "tools" / "verapdf" / "pom.xml"
JARS = ROOT / ".tools" / "verapdf"


@cache
def fetched() -> Path:
    """The folder of veraPDF's jars; brings them where they are missing, and fails where it cannot."""
    JARS.parent.mkdir(exist_ok=True)
    with JARS.with_suffix(".lock").open("w") as turn:  # tests run in several processes, and two would copy at once
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not any(JARS.glob("greenfield-apps-*.jar")):
            _fetch()
    return JARS


def _fetch() -> None:
    assert shutil.which("mvn"), "veraPDF judges these documents; Maven fetches it: install Maven and Java 17"
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={JARS}"]
    subprocess.run(["mvn", "-q", "-B", "-f", str(POM), *goal], check=True, timeout=300)


def verdict(pdf: Path, flavour: str) -> str:
    """What veraPDF says of the file: "PASS …", or "FAIL …" with the rules that it breaks."""
    command = ["java", "-cp", f"{fetched()}/*", "org.verapdf.apps.GreenfieldCliWrapper"]
    answer = subprocess.run(
        [*command, "-f", flavour, "--format", "text", "-v", str(pdf)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return answer.stdout.strip() or answer.stderr

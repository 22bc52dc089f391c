"""Settings: everything that an installation may choose, from the environment, named `ELMS_…`."""

from functools import cached_property
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.clock import Clock, SystemClock
from shared.policies import Policy
from shared.policies import load as load_policy

SERVICES = (
    "portal",
    "identity",
    "credentials",
    "renewals",
    "printing",
    "lookup",
    "correspondence",
    "exchange",
)


class Settings(BaseSettings):
    """One process's settings. Every field is `ELMS_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ELMS_", extra="ignore", frozen=True)

    jurisdiction: str = Field("mississippi", description="Which file of shared/policies rules here")
    demo: bool = Field(False, description="Allows the business clock to be moved; shows “Not real licenses”")
    kafka: str = Field("127.0.0.1:18092", description="Kafka's bootstrap servers, comma separated")
    kafka_username: str = Field("", description="SCRAM user; empty: plain text, for one machine only")
    kafka_password: str = ""
    kafka_ca: Path | None = Field(None, description="The certificate authority of Kafka's TLS")
    topic_prefix: str = Field("", description="Stands before each topic's name: isolates installations and tests")
    database: str = Field("", description="postgresql://user:password@host:port/name of this service")
    database_connections: int = Field(6, description="At most so many connections a process")
    frozen_after: float = Field(5.0, description="Seconds until the server ends what a frozen process left open")
    host: str = "127.0.0.1"
    port: int = Field(0, description="The HTTP face's port; 0: the port plan's")
    port_base: int = Field(18000, description="The portal's port; the services follow in the order of SERVICES")
    peers: dict[str, str] = Field({}, description="JSON: another service's base address, where it is not the plan's")
    patience: float = Field(5.0, description="Seconds to wait for another service's answer")
    public_url: str = Field("", description="The portal's address as people and QR codes know it")
    data: Path = Field(Path(".data"), description="Files: documents, uploads, the clock's offset")
    keys: Path = Field(Path(".data/keys"), description="This service's private key and everybody's public ones")
    agencies: list[str] = Field(
        ["mde", "elearning", "printshop"],
        description="JSON: the outside systems that have topics of their own",
    )
    seal_key: str = Field("", description="32 bytes in base64: seals dead letters")
    files: str = Field("", description="Documents: s3://bucket/prefix or another store's URL; empty: a folder")
    scanner: str = Field("", description="tcp://host:port of ClamAV; empty: uploads are marked as not scanned")
    smtp: str = Field("", description="smtp://user:password@host:port; empty: messages go to a folder")
    log_level: str = "INFO"

    def address_of(self, service: str) -> str:
        """The base address of a service's HTTP face."""
        return self.peers.get(service, f"http://127.0.0.1:{self.port_base + SERVICES.index(service)}")

    def port_of(self, service: str) -> int:
        """The port that this process's HTTP face listens on."""
        return self.port or self.port_base + SERVICES.index(service)

    @property
    def public_address(self) -> str:
        """Where people reach the portal, without a trailing slash."""
        return (self.public_url or self.address_of("portal")).rstrip("/")

    @cached_property
    def clock(self) -> Clock:
        """Business time; it can be moved only where `demo` is set."""
        return SystemClock(self.data / "clock" if self.demo else None)

    @cached_property
    def policy(self) -> Policy:
        """The state's rules."""
        return load_policy(self.jurisdiction)

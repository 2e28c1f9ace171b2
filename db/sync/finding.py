"""Finding the workstations of a room on its network, by multicast DNS.

A workstation that serves says so under its site's id, and nothing else of itself. Who is heard is
only an address: whether it is believed is for others to say.
"""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from db.domain.errors import InputError
from db.sync import wire

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

SERVICE = "_griddesk._tcp.local."
_ID = b"id"
_ANSWER_MS = 1_500
MAX_FOUND = 256
"""Names heard: whoever shouts more than a room has is not listened to."""


class Finding:
    """Listens for the workstations around, and makes this one heard where it serves.

    Opening takes a moment and runs threads of its own until it is closed. A network that allows
    no multicast raises OSError.
    """

    def __init__(self, site: str, port: int = 0, interfaces: Sequence[str] | None = None) -> None:
        """`port` is where this workstation serves, 0 where it does not."""
        from zeroconf import InterfaceChoice, IPVersion, ServiceBrowser, Zeroconf

        self._site = site
        self._lock = Lock()
        self._found: dict[str, tuple[str, ...]] = {}
        self._names: dict[str, str] = {}
        self._zeroconf: Zeroconf = Zeroconf(
            interfaces=list(interfaces) if interfaces else InterfaceChoice.Default,
            ip_version=IPVersion.V4Only,
        )
        try:
            if port:
                self._zeroconf.register_service(_announcement(site, port, interfaces))
            self._browser = ServiceBrowser(self._zeroconf, SERVICE, handlers=[self._on_change])
        except BaseException:
            self._zeroconf.close()
            raise

    def found(self) -> dict[str, tuple[str, ...]]:
        """Return the addresses of each site that was heard."""
        with self._lock:
            return dict(self._found)

    def close(self) -> None:
        """Say that this workstation goes, and end."""
        self._browser.cancel()
        self._zeroconf.close()

    def _on_change(
        self, zeroconf: "Zeroconf", service_type: str, name: str, state_change: Any
    ) -> None:
        """Take note of who came, changed or went; called on a thread of the listener's."""
        from zeroconf import ServiceStateChange

        if state_change is ServiceStateChange.Removed:
            with self._lock:
                self._found.pop(self._names.pop(name, ""), None)
            return
        info = zeroconf.get_service_info(service_type, name, _ANSWER_MS)
        heard = _read(info) if info else None
        if heard and heard[0] != self._site:
            with self._lock:
                if len(self._found) < MAX_FOUND:
                    self._names[name] = heard[0]
                    self._found[heard[0]] = heard[1]


def _announcement(site: str, port: int, interfaces: Sequence[str] | None) -> "ServiceInfo":
    from ipaddress import IPv4Address

    from zeroconf import ServiceInfo

    return ServiceInfo(
        SERVICE,
        f"{site}.{SERVICE}",
        addresses=[IPv4Address(address).packed for address in interfaces or _own_addresses()],
        port=port,
        properties={_ID: site.encode()},
        server=f"griddesk-{site}.local.",
    )


def _own_addresses() -> list[str]:
    from ifaddr import get_adapters

    own = [str(ip.ip) for adapter in get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return [address for address in own if not address.startswith("127.")]


def _read(info: "ServiceInfo") -> tuple[str, tuple[str, ...]] | None:
    """Return whose service was heard and where it answers; None for one that is not ours."""
    raw = info.properties.get(_ID) or b""
    try:
        site = wire.identifier(raw.decode("ascii"))
    except (ValueError, UnicodeDecodeError, InputError):
        return None
    if not info.port:
        return None
    return site, tuple(f"https://{address}:{info.port}" for address in info.parsed_addresses())

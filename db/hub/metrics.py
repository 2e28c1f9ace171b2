"""What a hub counted, in the text format of Prometheus."""

from collections.abc import Iterable, Mapping

from db.hub.stations import Overview
from db.hub.watch import Watch

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, object], float]


def metrics(watch: Watch, overview: Overview, waiting: int, version: str) -> str:
    """Return all figures, one family after the other."""
    told = [line for line in overview.lines if line.kind == "station"]
    families = [
        _family("build_info", "gauge", [({"version": version, "store": overview.store}, 1)]),
        _family("up", "gauge", [({}, int(not overview.trouble))]),
        _family("uptime_seconds", "gauge", [({}, round(watch.uptime, 1))]),
        _family("requests_total", "counter", [
            ({"method": method, "route": route, "status": status}, count)
            for (method, route, status), count in sorted(watch.requests.items())
        ]),
        _family("request_seconds_total", "counter", [
            ({"route": route}, round(seconds, 6))
            for route, seconds in sorted(watch.seconds.items())
        ]),
        _family("bytes_total", "counter", [
            ({"direction": way}, watch.bytes[way]) for way in ("in", "out")
        ]),
        _family("ops_taken_total", "counter", [
            ({"kind": kind}, watch.ops[kind]) for kind in ("new", "known")
        ]),
        _family("refused_total", "counter", [
            ({"code": code}, count) for code, count in sorted(watch.refused.items())
        ]),
        _family("waiting", "gauge", [({}, waiting)]),
        _family("ops", "gauge", [({}, overview.ops)]),
        _family("stations", "gauge", [
            ({"kind": kind}, sum(line.kind == kind for line in overview.lines))
            for kind in ("station", "revoked", "carried")
        ]),
        _family("station_lag_ops", "gauge", [
            ({"site": line.id, "town": line.town}, line.lag)
            for line in told if line.lag is not None
        ]),
        _family("station_seen_timestamp_seconds", "gauge", [
            ({"site": line.id, "town": line.town}, line.seen_at / 1000)
            for line in told if line.seen_at is not None
        ]),
    ]  # fmt: skip
    if overview.free is not None:
        families.append(_family("disk_free_bytes", "gauge", [({}, overview.free)]))
    return "".join(families)


def _family(name: str, kind: str, samples: Iterable[Sample]) -> str:
    lines = [f"# TYPE griddesk_{name} {kind}"]
    for labels, value in samples:
        named = ",".join(f'{key}="{_escape(str(text))}"' for key, text in labels.items())
        lines.append(f"griddesk_{name}{{{named}}} {value}" if named else f"griddesk_{name} {value}")
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')

"""Attached files between a data folder and the medium of its backups, where each lies once."""

from pathlib import Path

from db.domain.errors import EnvironmentError_
from db.store import blobs
from db.store.manifest import Backup
from db.store.medium import OnStep, copy_file, digest_of, sync_names


def keep_blobs(home: Path, folder: Path, on_step: OnStep) -> dict[str, int]:
    """Copy what is not in a backups' folder yet; return every blob with its size there in bytes."""
    found = sorted((home / blobs.FOLDER).glob("[0-9a-f][0-9a-f]/" + "[0-9a-f]" * 64))
    sizes = {}
    for number, path in enumerate(found, start=1):
        place = blobs.blob_path(folder, path.name)
        try:
            put_blob(path, place)
            sizes[path.name] = place.stat().st_size
        except FileNotFoundError:
            # Swept meanwhile: no op names it. A medium that is gone is another matter.
            if path.exists():
                raise
        on_step(number, len(found))
    return sizes


def put_blob(source: Path, place: Path) -> None:
    """Copy a blob to where none stands, or one cut short does; a bad one replaces nothing."""
    if place.exists() and (
        place.stat().st_size == source.stat().st_size or digest_of(source) != source.name
    ):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(place.name + ".part")
    copy_file(source, part)
    part.replace(place)
    sync_names(place.parent)


def lacking_blobs(backup: Backup, on_step: OnStep) -> list[str]:
    """Return the attached files a backup lists and does not have whole; reads them all."""
    lacking = []
    for number, blob in enumerate(backup.blobs, start=1):
        try:
            blobs.check(backup.path.parent, blob)
        except EnvironmentError_:
            lacking.append(blob)
        on_step(number, len(backup.blobs))
    return lacking

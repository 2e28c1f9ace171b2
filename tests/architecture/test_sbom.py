"""The bill of materials names every locked dependency, as it is locked."""

import importlib.util
import json
import re

from tests.architecture.sources import ROOT


def loaded():
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "packaging" / "sbom.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_locked_dependency_is_named_with_its_version_and_hashes(tmp_path):
    sbom = loaded()
    sbom.main(tmp_path / "sbom.cdx.json")
    made = json.loads((tmp_path / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.5")
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if re.match(r"[A-Za-z0-9]", line)]
    expected = {
        f"pkg:pypi/{sbom.normal(name.split('[')[0])}@{version.split()[0]}" for name, version in pins
    }
    assert {one["purl"] for one in made["components"]} == expected
    assert len(made["components"]) == len(expected) > 30
    hashes = sum(len(one["properties"]) for one in made["components"])
    assert hashes == sum("--hash=sha256:" in line for line in lines)


def test_it_says_what_is_brought_along_and_what_is_not(tmp_path):
    sbom = loaded()
    sbom.main(tmp_path / "sbom.cdx.json")
    made = json.loads((tmp_path / "sbom.cdx.json").read_text(encoding="utf-8"))
    scopes = {one["name"]: one["scope"] for one in made["components"]}
    assert scopes["pyside6"] == scopes["sqlcipher3"] == scopes["cryptography"] == "required"
    assert scopes["pytest"] == scopes["mypy"] == "excluded"
    (depends,) = made["dependencies"]
    bundled = {one["bom-ref"] for one in made["components"] if one["scope"] == "required"}
    assert set(depends["dependsOn"]) == bundled
    (build,) = re.findall(
        r"^.*sbom\.py.*$", (ROOT / "packaging/build.sh").read_text(), re.MULTILINE
    )
    assert "_internal/resources/" in build

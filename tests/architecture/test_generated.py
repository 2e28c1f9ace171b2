"""Files that are made by a program say what that program says today."""

import importlib.util

from db.demo.town import make_town, write_areas_csv
from db.store.schema import schema_sql
from tests.architecture.sources import ROOT


def test_the_schema_is_that_of_a_fresh_record():
    written = (ROOT / "db" / "schema.sql").read_text(encoding="utf-8")
    assert written == schema_sql(), "python -m db.store.schema > db/schema.sql"


def test_the_area_list_is_that_of_the_invented_town(tmp_path):
    write_areas_csv(make_town(), tmp_path / "areas.csv")
    written = (ROOT / "resources" / "lists" / "areas.csv").read_bytes()
    assert written == (tmp_path / "areas.csv").read_bytes(), "python -m db.demo.town FILE"


def test_the_pictures_of_the_style_sheet_are_those_of_the_themes():
    # A module of its own: `packaging` is a distribution's name too.
    spec = importlib.util.spec_from_file_location("glyphs", ROOT / "packaging" / "glyphs.py")
    glyphs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(glyphs)
    resources = ROOT / "resources"
    lying = {path.relative_to(resources).as_posix() for path in resources.rglob("glyphs/*.svg")}
    drawn = glyphs.drawn()
    assert lying == set(drawn), "python packaging/glyphs.py"
    for place, picture in drawn.items():
        assert (resources / place).read_text(encoding="utf-8") == picture

"""Files that are made by a program say what that program says today."""

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

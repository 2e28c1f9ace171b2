"""Search finds what a scan finds, no row more and none less, and only what may be seen."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.commands.incidents import Report, act, report_incident
from db.commands.search import (
    MAX_SAVED,
    PHONE_DAYS,
    find_by_phone,
    forget_search,
    save_search,
)
from db.domain.errors import GridDeskError
from db.domain.incidents import Incident
from db.domain.ops import Actor
from db.domain.scope import Scope, scope_of
from db.domain.search_text import MAX_TERMS, expression, fold, is_initials, tokens, words_of
from db.store import driver
from db.store.envelopes import Caller
from db.store.initials import initials
from db.store.projections import Rows, load_incident
from db.store.queries import search
from db.store.queries.queue import QueueFilter, queue_ids
from db.store.queries.search import (
    SearchFilter,
    found_count,
    found_ids,
    found_rows,
    saved_searches,
)
from db.store.rebuild import rebuild_now
from db.store.search_index import CLEAR_SEARCH, PUT_SEARCH, search_row, searched
from tests.db.store import rig

ALL = scope_of(Actor("zhou", "周岚", ("shift_leader",)))
DAY = 86_400_000
# Few letters, so that questions hit: Chinese, both widths, syntax, marks, what folds oddly.
LETTERS = (
    "路灯亮aAＡ1１\"'*:()^-+{}%_,，。 \u3000\t\x00\x1f\u200b\ufeff"
    "eé\u0301ﬁ㎡İſ\U0001f6a8\u200d\ufffd"
)
PIECES = st.one_of(
    st.text(st.sampled_from(LETTERS), max_size=12),
    st.sampled_from(
        ["AND", "OR", "NOT", "NEAR(", "text:", "initials", "路灯 AND 亮", '" OR "', "重庆"]
    ),
    st.text(max_size=6),
)
QUESTIONS = st.one_of(PIECES, st.text(st.characters(), max_size=4))


def scan(incidents, question):
    """What is found, said without an index."""
    words = words_of(question)
    return [rid for rid, one in incidents.items() if all(holds(one, word) for word in words)]


def holds(incident, word):
    if any(word in fold(text) for text in searched(incident)):
        return True
    spelled = initials().of(fold(f"{incident.title} {incident.address}"))
    return is_initials(word) and word in spelled


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A file whose index a test fills as it likes."""
    path, key = tmp_path_factory.mktemp("bare") / "bare.db", bytes(32)
    driver.create(path, key)
    connection = driver.open_writer(path, key)
    yield connection
    connection.close()


def asked(connection, question):
    sql = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid"
    return [row[0] for row in connection.execute(sql, (expression(words_of(question)),))]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(PIECES, PIECES, PIECES), min_size=1, max_size=4), QUESTIONS, st.data())
def test_the_index_answers_as_a_scan_does(bare, texts, question, data):
    incidents = {
        rid: Incident("", title=title, address=address, content=content, number=f"N-{rid:04}")
        for rid, (title, address, content) in enumerate(texts, 1)
    }
    source = "".join(data.draw(st.sampled_from(texts)))
    start = data.draw(st.integers(0, len(source)))
    inner = source[start : start + data.draw(st.integers(1, 8))]
    bare.execute("BEGIN")
    try:
        for rid, one in incidents.items():
            bare.execute(PUT_SEARCH, search_row(rid, one))
        for wanted in (question, inner, f"{inner} {question}"):
            if words_of(wanted):
                assert asked(bare, wanted) == scan(incidents, wanted), wanted
        gone = data.draw(st.sampled_from(sorted(incidents)))
        bare.execute(CLEAR_SEARCH, (gone,))
        del incidents[gone]
        if words_of(inner):
            assert asked(bare, inner) == scan(incidents, inner)
    finally:
        bare.execute("ROLLBACK")


def test_a_very_long_question_is_answered(bare):
    long = "".join(chr(0x4E00 + number % 3_000) for number in range(5_000))
    bare.execute("BEGIN")
    bare.execute(PUT_SEARCH, search_row(1, Incident("", content=f"前{long}后")))
    bare.execute(PUT_SEARCH, search_row(2, Incident("", content=f"前{long[:-1]}后")))
    assert asked(bare, long) == [1]
    bare.execute("ROLLBACK")


@pytest.fixture
def tell(store, clock):
    """Report an incident an hour after the one before; return its row id."""

    def report(content, **values):
        clock.now += 3_600_000
        caller = Caller(rig.NAME, values.pop("phone", ""))
        values = {"address": "枫桥路", **values, "content": f"{content}，请处理"}
        number = report_incident(store, rig.CLERK, Report(values, caller)).number
        return rig.rows(store, "SELECT rid FROM incident WHERE number = ?", number)[0][0]

    return report


def found(store, text="", scope=ALL, now=rig.NOW, **wanted):
    ask = SearchFilter(text, **wanted)
    ids = list(store.read(lambda c: found_ids(c, scope, ask, now)))
    assert store.read(lambda c: found_count(c, scope, ask, now)) == len(ids)
    return ids


def change(store, rid, to=None, unit=None, **values):
    """Write an op that sets values, a state, a unit, as any station may."""
    id = rig.rows(store, "SELECT id FROM incident WHERE rid = ?", rid)[0][0]
    payload = {"set": values} | ({"to": to} if to else {})
    if unit:
        payload["units"] = [{"unit": unit, "part": "lead", "state": "sent"}]
    store.write(lambda journal: journal.append("source_updated", id, payload, rig.CLERK))


def number_of(store, rid):
    return rig.rows(store, "SELECT number FROM incident WHERE rid = ?", rid)[0][0]


def test_what_is_told_is_found_at_once_the_newest_first(store, tell):
    one, two = tell("建设路路灯连续三盏不亮"), tell("望湖路路灯昏暗")
    change(store, two, source_no="WX-778/9")
    assert found(store, "路灯") == [two, one]
    assert found(store, "灯连续三") == found(store, "三") == [one]
    assert found(store, "灯") == [two, one]
    assert found(store, "昏暗 望湖") == [two]
    assert found(store, "ｗｘ－７７８") == [two]
    assert found(store, "fql") == [two, one]
    assert found(store, "没有") == []


@pytest.mark.parametrize("length", [4, 5, 6, 15, 24])
def test_the_tail_of_a_number_finds_it(store, tell, length):
    one, two = tell("甲"), tell("乙")
    assert found(store, number_of(store, one)[-length:]) == [one]
    assert found(store, number_of(store, two)[-length:].lower()) == [two]


def test_what_is_no_longer_said_is_no_longer_found(store, tell):
    rid = tell("河边有异味")
    change(store, rid, title="河边", content="河边已无气味")
    assert (found(store, "异味"), found(store, "气味")) == ([], [rid])


def test_the_index_is_written_only_when_the_words_change(store, tell):
    rid = tell("路灯不亮")
    size = "SELECT count(*), sum(length(block)) FROM search_data"
    before = rig.rows(store, size)
    act(store, rig.CLERK, ALL, number_of(store, rid), "note", {"text": "已电话联系"})
    assert rig.rows(store, size) == before
    assert found(store, "电话联系") == []


def index_of(connection):
    """Every token of the index with its place, as the library tells them."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, search, instance)"
    )
    held = {}
    for term, rid, column, _ in connection.execute("SELECT * FROM words ORDER BY doc, col, offset"):
        held.setdefault(rid, {}).setdefault(column, []).append(term)
    return held


def index_told(connection):
    rids = [row[0] for row in connection.execute("SELECT rid FROM incident").fetchall()]
    told = {}
    for rid in rids:
        _, text, spelled = search_row(rid, load_incident(connection, rid))
        told[rid] = {"text": text.split(), "initials": spelled.split()}
        assert text == tokens(searched(load_incident(connection, rid)))
    return told


def test_a_rebuild_makes_the_index_anew(store, tell):
    tell("建设路路灯不亮"), tell("望湖路路灯昏暗")

    def work(journal):
        connection = journal.connection
        told = index_told(connection)
        assert index_of(connection) == told
        connection.execute(PUT_SEARCH, (1, "路灯", ""))  # a subject of another kind
        connection.execute(PUT_SEARCH, (999_999, "路灯", ""))
        connection.execute(CLEAR_SEARCH, (max(told),))
        assert index_of(connection) != told
        rebuild_now(journal)
        return index_of(connection) == told

    assert rig.undone(store, work)


def test_an_incident_that_loses_its_rows_is_not_found(store, tell):
    rid = tell("路灯不亮")

    def work(journal):
        rows = Rows(journal.connection)
        rows.clear(rid, "incident")
        rows.flush()
        return index_of(journal.connection)

    assert rid not in rig.undone(store, work)


FILTERS = {
    "states": {"states": ("dispatched",)},
    "class": {"class_code": "ZF02"},
    "platform": {"platform": "ZF"},
    "area": {"area": rig.VILLAGE},
    "unit": {"unit": rig.SZS},
}


@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize("text", ["", "路灯"])
def test_filters(store, tell, clock, monkeypatch, text, few):
    monkeypatch.setattr(search, "_FEW", few)
    plain, given = tell("路灯不亮"), tell("路灯坏了", source="visit")
    change(store, given, "dispatched", rig.SZS, class_code="ZF02", area_code=rig.GRID)
    for name, wanted in FILTERS.items():
        assert found(store, text, **wanted) == [given], name
    assert found(store, text, source="visit") == [given]
    at = rig.rows(store, "SELECT taken_in_at FROM incident WHERE rid = ?", given)[0][0]
    assert found(store, text, from_at=at) == [given]
    assert found(store, text, to_at=at) == [plain]
    assert found(store, text, is_late=True, now=clock.now) == []
    assert found(store, text, is_late=True, now=clock.now + 400 * DAY) == [given, plain]
    assert found(store, text, unit="nobody") == []


@pytest.mark.parametrize("few", [0, 2_000])
def test_pages_follow_each_other_in_time(store, tell, clock, monkeypatch, few):
    monkeypatch.setattr(search, "_FEW", few)
    rids = [tell(f"路灯 {number}") for number in range(5)]
    clock.now -= 3_600_000 * 4
    rids.insert(2, tell("路灯 迟到"))  # the same instant as another, heard of last
    ask = SearchFilter("路灯")
    pages, last = [], None
    for _ in range(3):
        page = store.read(lambda c, last=last: found_ids(c, ALL, ask, 0, limit=2, after=last))
        pages += page
        last = page[-1]
    order = "SELECT rid FROM incident ORDER BY taken_in_at DESC, rid DESC"
    assert pages == [row[0] for row in rig.rows(store, order)]
    assert sorted(pages) == sorted(rids)


@pytest.mark.parametrize("few", [0, 2_000])
def test_nothing_is_found_outside_of_a_scope(store, tell, monkeypatch, few):
    monkeypatch.setattr(search, "_FEW", few)
    here, secret, loose = tell("路灯甲"), tell("路灯乙"), tell("路灯丙")
    change(store, here, "dispatched", rig.SZS, area_code=rig.GRID)
    change(store, secret, secrecy=2)
    liaison = scope_of(Actor("l", "联", ("unit_liaison",), rig.SZS), rig.TOWN)
    for scope, seen in (
        (ALL, [loose, secret, here]),
        (scope_of(rig.SUPERVISOR, rig.TOWN), [loose, here]),
        (scope_of(Actor("v", "村", ("village_clerk",)), rig.VILLAGE), [here]),
        (scope_of(Actor("v", "村", ("village_clerk",)), rig.OTHER_VILLAGE), []),
        (liaison, [here]),
        (Scope("u", frozenset(), classes=frozenset()), []),
    ):
        assert found(store, "路灯", scope) == seen
        assert found(store, "", scope) == seen
        rows = store.read(lambda c, scope=scope: found_rows(c, scope, [here, secret, loose, 9_999]))
        assert {row.rid for row in rows if row} == set(seen)


def test_the_desk_finds_the_same(store, tell):
    tell("建设路路灯不亮"), tell("望湖路路灯昏暗")
    for text in ("路灯", "灯", "JSL", "枫桥 昏"):
        queue = store.read(lambda c, text=text: queue_ids(c, ALL, QueueFilter(text=text), rig.NOW))
        assert list(queue) == found(store, text)


def refused(work):
    with pytest.raises(GridDeskError) as error:
        work()
    return error.value.code


def test_too_many_words_are_refused(store):
    words = " ".join(map(chr, range(0x4E00, 0x4E00 + MAX_TERMS)))
    assert found(store, words) == []
    assert refused(lambda: found(store, words + " 灯")) == "search_too_long"


def by_phone(store, tail, actor=rig.CLERK):
    return list(find_by_phone(store, actor, scope_of(actor), tail).rids)


def test_who_rings_again_is_found_by_the_end_of_the_number(store, tell, clock):
    one = tell("路灯不亮", phone="139-1234 5678")
    tell("井盖松动", phone="13900001111")
    two = tell("路灯还不亮", phone="１３９１２３４５６７８")
    assert by_phone(store, "５６７８") == [two, one]
    clock.now += (PHONE_DAYS - 1) * DAY
    assert by_phone(store, "5678") == [two, one]
    clock.now += 2 * DAY
    assert by_phone(store, "5678") == []


def test_who_left_a_number_in_what_was_noted_later_is_found_too(store, tell):
    one, two = tell("路灯不亮"), tell("井盖松动", phone=rig.PHONE)
    for rid, phone in ((one, "13800007777"), (two, "0571-88887777")):
        number = rig.rows(store, "SELECT number FROM incident WHERE rid = ?", rid)[0][0]
        note = {"text": f"家属电话 {phone}"}
        act(store, rig.CLERK, scope_of(rig.CLERK), number, "note", note)
    assert by_phone(store, "7777") == [two, one]
    assert by_phone(store, "7776") == []


def test_a_caller_has_no_history(store, tell):
    rid = tell("路灯不亮", phone=rig.PHONE)
    assert by_phone(store, rig.PHONE[-4:]) == [rid]
    change(store, rid, to="rejected")
    assert rig.rows(store, "SELECT is_open FROM incident WHERE rid = ?", rid) == [(0,)]
    assert by_phone(store, rig.PHONE[-4:]) == []


def test_an_erased_caller_is_not_found(store, tell):
    rid = tell("路灯不亮", phone=rig.PHONE)
    assert by_phone(store, rig.PHONE[-4:]) == [rid]
    erase = "UPDATE envelope SET wrapped_key = NULL"
    store.write(lambda journal: journal.connection.execute(erase))
    assert by_phone(store, rig.PHONE[-4:]) == []


def test_each_look_for_a_caller_is_recorded_without_the_digits(store, tell):
    tell("路灯不亮", phone=rig.PHONE)
    tail, before = rig.PHONE[-4:], rig.count_ops(store)
    by_phone(store, tail)
    by_phone(store, "0000")
    bodies = rig.rows(store, "SELECT body FROM op WHERE recv > ? ORDER BY recv", before)
    assert len(bodies) == 2
    for (body,) in bodies:
        assert b"callers_searched" in body
        assert f'"{tail}"'.encode() not in body
        assert b'0000"' not in body
    # Nor does the index know them.
    assert found(store, tail) == []


@pytest.mark.parametrize(
    ("actor", "tail", "code"),
    [
        (Actor("v", "村", ("village_clerk",)), "5678", "caller_hidden"),
        (rig.CLERK, "678", "phone_tail_wrong"),
        (rig.CLERK, "56789", "phone_tail_wrong"),
        (rig.CLERK, "%%%%", "phone_tail_wrong"),
        (rig.CLERK, "", "phone_tail_wrong"),
    ],
)
def test_who_may_not_look_for_callers(store, actor, tail, code):
    before = rig.count_ops(store)
    assert refused(lambda: by_phone(store, tail, actor)) == code
    assert rig.count_ops(store) == before


def test_searches_are_kept_for_one_person(store):
    wanted = SearchFilter("路灯", ("reported",), unit=rig.SZS, from_at=1, is_late=True)
    save_search(store, rig.CLERK, "  我的 路灯 ", wanted)
    save_search(store, rig.CLERK, "别的", SearchFilter("旧"))
    save_search(store, rig.CLERK, "别的", SearchFilter("新"))
    kept = store.read(lambda c: saved_searches(c, rig.CLERK.user))
    assert kept == (("别的", SearchFilter("新")), ("我的 路灯", wanted))
    assert store.read(lambda c: saved_searches(c, rig.SUPERVISOR.user)) == ()
    forget_search(store, rig.CLERK, "别的")
    forget_search(store, rig.CLERK, "没有")
    assert [one.name for one in store.read(lambda c: saved_searches(c, "zhou"))] == ["我的 路灯"]


def test_no_more_searches_are_kept_than_can_be_picked_from(store):
    for number in range(MAX_SAVED):
        save_search(store, rig.CLERK, f"{number}", SearchFilter())
    assert refused(lambda: save_search(store, rig.CLERK, "多", SearchFilter())) == "searches_full"
    assert len(store.read(lambda c: saved_searches(c, rig.CLERK.user))) == MAX_SAVED
    assert refused(lambda: save_search(store, rig.CLERK, " ", SearchFilter())) == "search_unnamed"


def test_a_search_kept_by_another_version_is_still_read(store):
    raw = {"旧": {"text": "路灯", "colour": "red"}, "新": {"states": ["closed"], "is_late": True}}
    key = search.SAVED + "zhou"
    store.write(lambda journal: journal.set_meta(key, orjson.dumps(raw).decode()))
    found = dict(store.read(lambda c: saved_searches(c, "zhou")))
    assert found == {
        "旧": SearchFilter("路灯"),
        "新": SearchFilter(states=("closed",), is_late=True),
    }

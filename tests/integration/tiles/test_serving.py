"""Tiles over HTTP: what is in them, for whom, and when they need not be built."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from accounts.rules.viewer import ANONYMOUS
from addresses.actions.boundary_shapes import rebuild_boundary_shapes
from cases.actions.open_case import open_case
from cases.rules.draft import Draft
from tests.conftest import ROLES, forget
from tests.factories import NOW, City, make_case
from tests.integration.tiles.grid import decoded, ids, tile_of, url
from tiles.actions.versions import data_changed
from tiles.api.early import EarlyTiles
from tiles.layers import all_layers

pytestmark = pytest.mark.django_db
HERE = (0.5, 0.5)  # the door and the cases of these tests


@pytest.fixture
def here(city: City):
    """The tile of a zoom that holds the place of the tests."""
    return lambda z: tile_of(*city.areas.at(*HERE), z)


def test_tilejson_names_the_layers_that_the_tiles_hold(city: City, as_, here):
    rebuild_boundary_shapes()
    make_case(city)
    admin = as_("superuser")
    names = [
        n
        for n in all_layers()
        if n in ("boundaries", "boundary_labels", "streets", "doors", "cases")
    ]
    assert len(names) == 5
    document = admin.get(f"/tiles/{','.join(names)}.json").json()
    assert document["tilejson"] == "3.0.0"
    assert [layer["id"] for layer in document["vector_layers"]] == names
    template = document["tiles"][0]
    assert template == f"http://testserver/tiles/{','.join(names)}/{{z}}/{{x}}/{{y}}.mvt"
    z, x, y = here(15)
    at = template.format(z=z, x=x, y=y).removeprefix("http://testserver")
    seen = decoded(admin.get(at))
    missing = set(names) - set(seen) - {"boundary_labels"}
    assert missing == set() and set(seen) <= set(names)
    fields = {layer["id"]: set(layer["fields"]) for layer in document["vector_layers"]}
    for name, features in seen.items():
        for feature in features:
            assert set(feature["properties"]) <= fields[name], name


def refused(environ, start_response):
    raise AssertionError("it took the usual way")


def early(path: str, usual=refused, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body from the door in front of Django."""
    answer: list = []
    environ = RequestFactory(headers=headers).get(path).environ
    body = b"".join(EarlyTiles(usual)(environ, lambda *given: answer.extend(given)))
    return int(answer[0].split()[0]), dict(answer[1]), body


def test_a_tile_for_everybody_is_the_same_early_as_by_the_usual_way(city: City, client, here):
    z, x, y = here(15)
    first = client.get(f"/tiles/doors/{z}/{x}/{y}.mvt", headers={"Accept-Encoding": "gzip"})
    for path, sent, status in (
        (f"/tiles/doors/{z}/{x}/{y}.mvt", {}, 200),
        (f"/tiles/doors/{z}/{x}/{y}.mvt", {"Accept-Encoding": "gzip"}, 200),
        (f"/tiles/doors/{z}/{x}/{y}.mvt", {"If-None-Match": first["ETag"], "Accept-Encoding": "gzip"}, 304),
        (f"/tiles/doors,streets/{z}/{x}/{y}.mvt", {}, 200),
        (f"/tiles/doors/{z}/{x}/-1.mvt", {}, 400),
        (f"/tiles/doors/{z}/{x}/{y}.mvt?secret=1", {}, 400),
        ("/tiles/doors/15/0/0.mvt", {}, 204),
    ):  # fmt: skip
        usual = client.get(path, headers=sent)
        code, headers, body = early(path, **sent)
        assert (code, body) == (usual.status_code, usual.content) and code == status, path
        for name in (
            "ETag", "Cache-Control", "Content-Type", "Content-Encoding", "Content-Length",
            "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
        ):  # fmt: skip
            assert headers.get(name) == usual.get(name), (path, name)
        assert "Cookie" not in headers.get("Vary", "")


@pytest.mark.parametrize(
    "path", ["/tiles/cases/15/0/0.mvt", "/tiles/doors,cases/15/0/0.mvt", "/tiles/nothing/15/0/0.mvt",
             "/tiles/doors.json", "/", "/tiles/doors/15/0/0.mvt/"]
)  # fmt: skip
def test_whatever_else_is_asked_takes_the_usual_way(path):
    def usual(environ, start_response):
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    assert early(path, usual) == (200, {}, path.encode())


def test_a_fault_of_a_layer_is_a_page_of_django_early_too(here, monkeypatch, caplog):
    def broken(request):
        raise LookupError("broken")

    monkeypatch.setitem(all_layers(), "doors", replace(all_layers()["doors"], build=broken))
    code, _headers, body = early("/tiles/doors/15/18000/12000.mvt")
    assert code == 500 and b"broken" not in body


def test_a_tile_of_cases_is_never_answered_before_it_is_known_who_asks(city: City, as_, here):
    make_case(city)
    z, x, y = here(15)
    path = f"/tiles/cases/{z}/{x}/{y}.mvt"
    numbers = [
        {f["properties"].get("number") for f in decoded(client.get(path)).get("cases", [])}
        for client in (as_("superuser"), Client())
    ]
    assert numbers[0] != {None} and numbers[1] <= {None}


def test_every_layer_answers_at_each_of_its_zooms_and_says_its_own_name(city: City, as_, here):
    rebuild_boundary_shapes()
    make_case(city)
    admin = as_("superuser")
    for layer in all_layers().values():
        for zoom in range(layer.min_zoom, layer.max_zoom + 1):
            response = admin.get(url(layer.name, here(zoom)))
            assert response.status_code in (200, 204), (layer.name, zoom, response.content)
            assert set(decoded(response)) <= {layer.name}


def test_the_index_lists_every_layer(city: City, client: Client):
    layers = client.get("/tiles/").json()["layers"]
    assert [layer["id"] for layer in layers] == list(all_layers())
    for layer in layers:
        assert client.get(layer["tilejson"].removeprefix("http://testserver")).status_code == 200


def test_a_second_request_costs_no_query_of_the_data(
    city: City, client: Client, here, django_assert_num_queries
):
    first = client.get(url("doors", here(15)))
    assert first.status_code == 200
    with django_assert_num_queries(0):
        again = client.get(url("doors", here(15)))
        known = client.get(url("doors", here(15)), headers={"If-None-Match": first["ETag"]})
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert known["Cache-Control"] == first["Cache-Control"]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("nonsense", 200),
        ("", 200),
    ],
)
def test_if_none_match(city: City, client: Client, here, header, status):
    tag = client.get(url("doors", here(15)))["ETag"]
    response = client.get(
        url("doors", here(15)), headers={"If-None-Match": header.replace("{tag}", tag)}
    )
    assert response.status_code == status


def test_bytes_are_stable(city: City, client: Client, here):
    first = client.get(url("doors,streets", here(15))).content
    forget()
    assert client.get(url("doors,streets", here(15))).content == first


def test_nothing_there_is_204_with_a_tag(city: City, client: Client):
    response = client.get(url("doors", tile_of(26.0, 38.0, 15)))
    assert (response.status_code, response.content) == (204, b"")
    tag = response["ETag"]
    again = client.get(url("doors", tile_of(26.0, 38.0, 15)), headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_a_zoom_that_a_layer_does_not_have_is_empty(city: City, client: Client, here):
    assert client.get(url("doors", here(9))).status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        "23/0/0", "-1/0/0", "3/8/0", "3/0/8", "3/-1/0", "a/0/0", "1.5/0/0", "3/1e1/0",
        "3/0/٣", "3/+1/0", "3/1_0/0", "99999999999999999999/0/0", "3/ 1/0", "3/%00/0",
    ],
)  # fmt: skip
def test_a_bad_address_is_400_with_a_reason(city: City, client: Client, path):
    response = client.get(f"/tiles/doors/{path}.mvt")
    assert response.status_code == 400, path
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


@pytest.mark.parametrize(
    "query", ["?fields=*", "?open_only=2", "?group=A%27--", "?since=yesterday", "?sql=1&group=yol"]
)
def test_a_parameter_that_is_not_known_is_400_and_lists_no_other(city: City, client, here, query):
    response = client.get(url("cases", here(13), query))
    assert response.status_code == 400
    for known in ("since", "group", "open_only"):
        assert known in query or known not in response.content.decode()


def test_a_layer_that_is_not_there_is_404(city: City, client: Client):
    for path in ("/tiles/secrets/3/0/0.mvt", "/tiles/doors,secrets/3/0/0.mvt", "/tiles/x.json"):
        assert client.get(path).status_code == 404


def test_only_reading(city: City, client: Client, here):
    assert client.post(url("doors", here(15))).status_code == 405
    head = client.head(url("doors", here(15)))
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("GZIP", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("identity, gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
    ],
)
def test_encoding_is_what_the_caller_takes(city: City, client: Client, here, accepted, zipped):
    plain = client.get(url("doors", here(15)), headers={"Accept-Encoding": "identity"})
    response = client.get(url("doors", here(15)), headers={"Accept-Encoding": accepted})
    assert (response.get("Content-Encoding") == "gzip") is zipped
    body = gzip.decompress(response.content) if zipped else response.content
    assert body == plain.content
    assert "Accept-Encoding" in response["Vary"]
    assert (response["ETag"] == plain["ETag"]) is not zipped


def test_several_layers_are_one_tile(city: City, client: Client, here):
    assert set(decoded(client.get(url("doors,streets,doors", here(15))))) == {"doors", "streets"}


def test_a_new_case_moves_the_version_and_the_next_tile_shows_it(
    city: City, as_, here, django_capture_on_commit_callbacks
):
    agent = as_("agent")
    before = agent.get(url("cases", here(14)))
    assert before.status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        draft = Draft("çöp alınmıyor", "web", "k", address_id=city.doors["a5"].pk)
        case = open_case(draft, viewer=ANONYMOUS, now=NOW).case
    after = agent.get(url("cases", here(14)), headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    (feature,) = decoded(after)["cases"]
    assert feature["id"] == case.pk
    assert feature["properties"]["number"] == case.number
    assert feature["properties"]["open"] is True
    assert feature["properties"]["type"] == "Cop"


def _change_nothing() -> None:
    data_changed("cases")


def test_a_change_of_other_data_leaves_a_tile_alone(
    city: City, client: Client, here, django_capture_on_commit_callbacks
):
    doors, cases = client.get(url("doors", here(15))), client.get(url("cases", here(15)))
    with django_capture_on_commit_callbacks(execute=True):
        _change_nothing()
    assert client.get(url("doors", here(15)))["ETag"] == doors["ETag"]
    assert client.get(url("cases", here(15)))["ETag"] != cases["ETag"]


# Who sees which of four cases: own department, same body, other body, and one that is not public.
EVERYTHING = {"own", "same_body", "other_body", "secret"}
PUBLIC = {"own", "same_body", "other_body"}
SEEN = {
    "anonymous": PUBLIC,
    "gis_editor": PUBLIC,
    "agent": EVERYTHING,
    "administrator": EVERYTHING,
    "superuser": EVERYTHING,
    "coordinator": {"own", "secret"},
    "crew": {"own", "secret"},
    "roads": {"same_body"},
    "manager": {"own", "same_body", "secret"},
    "other_body": {"other_body"},
}


def _four(city: City) -> dict[str, int]:
    return {
        "own": make_case(city).pk,
        "same_body": make_case(city, kind="cukur", department="a:fen", at=(0.52, 0.5)).pk,
        "other_body": make_case(city, department="b:temizlik", at=(0.54, 0.5)).pk,
        "secret": make_case(city, kind="yardim", department="a:temizlik", at=(0.56, 0.5)).pk,
    }


@pytest.mark.parametrize("order", [ROLES, ROLES[::-1]], ids=["there", "and back"])
def test_nobody_gets_the_tile_of_another_audience(city: City, as_, here, order):
    """All ask for the same address one after the other; the cache may not mix them up."""
    assert set(SEEN) == set(ROLES)
    case_ids = _four(city)
    for zoom in (16, 13):
        for name in order:
            expected = {case_ids[what] for what in SEEN[name]}
            for _ in range(2):
                if SEEN[name] == PUBLIC:  # what is public has no identity
                    features = decoded(as_(name).get(url("cases", here(zoom))))["cases"]
                    assert len(features) == len(PUBLIC), (name, zoom)
                    assert not any(f.get("id") for f in features)
                    assert "Yardim" not in {f["properties"]["type"] for f in features}
                else:
                    assert ids(as_(name), "cases", here(zoom)) == expected, (name, zoom)


def test_clusters_count_only_what_the_viewer_sees(city: City, as_, here):
    _four(city)
    make_case(city, state="CLOSED")
    for name in ROLES:
        features = decoded(as_(name).get(url("cases", here(10)))).get("cases", [])
        closed = name not in ("roads", "other_body")
        counts = sum(f["properties"]["count"] for f in features)
        assert counts == len(SEEN[name]) + closed, name
        assert sum(f["properties"]["open"] for f in features) == len(SEEN[name]), name


def test_the_public_gets_no_numbers_and_a_tile_that_all_may_keep(city: City, as_, here):
    make_case(city)
    public = as_("anonymous").get(url("cases", here(14)))
    (feature,) = decoded(public)["cases"]
    assert "number" not in feature["properties"]
    assert public["Cache-Control"].startswith("public")
    private = as_("coordinator").get(url("cases", here(14)))
    assert decoded(private)["cases"][0]["properties"]["number"]
    assert private["Cache-Control"].startswith("private")
    assert "Cookie" in private["Vary"]
    mixed = as_("coordinator").get(url("doors,cases", here(15)))
    assert mixed["Cache-Control"].startswith("private")


def test_filters(city: City, as_, here):
    agent, zxy = as_("agent"), here(14)
    old = make_case(city, opened_at=NOW - timedelta(days=90)).pk
    closed = make_case(city, state="CLOSED").pk
    hole = make_case(city, kind="cukur", department="a:fen").pk
    assert ids(agent, "cases", zxy) == {old, closed, hole}
    assert ids(agent, "cases", zxy, "?open_only=1") == {old, hole}
    assert ids(agent, "cases", zxy, "?group=yol") == {hole}
    assert ids(agent, "cases", zxy, "?since=2026-10-01") == {closed, hole}
    assert ids(agent, "cases", zxy, "?group=yol&open_only=1&since=2026-12-01") == set()
    assert ids(agent, "cases", zxy, "?group=nothing") == set()

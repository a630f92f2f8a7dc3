"""The built UI as it is served: every address one page, files by their names, nothing else."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import pytest

from atoll_server.api.built_ui import BuiltUi

PAGE = (
    '<!doctype html>\n<base href="/" />\n<meta name="csp-nonce" content="" />\n'
    '<script type="module" src="./static/index-A1.js"></script>\n'
)
SCRIPT = "console.log('tide');\n" * 1000


def build(folder: Path, script: str = "index-A1.js") -> BuiltUi:
    (folder / "static").mkdir(parents=True, exist_ok=True)
    (folder / "static" / script).write_text(SCRIPT)
    (folder / "static" / "inter.woff2").write_bytes(b"wOF2")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "index.html").write_text(PAGE.replace("index-A1.js", script))
    return BuiltUi(folder)


@pytest.fixture
def built(site: Any, tmp_path: Path) -> Any:
    return type(site)(site.home, more={"ui": build(tmp_path / "ui")})


@pytest.mark.parametrize("path", ["/", "/runs", "/assets/shop/orders", "/index.html", "/livez2"])
def test_every_address_is_the_page(path: str, built: Any) -> None:
    answer = built.ask("GET", path)

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"./static/index-A1.js" in answer.data
    assert answer.headers["cache-control"] == "no-cache"
    assert built.ask("HEAD", path).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1/nothing",
        "/livez/x",
        "/openapi.json/x",
        "/static/",
        "/static/no.js",
    ],
)
def test_unknown_paths_of_the_api_and_files_are_problems(path: str, built: Any) -> None:
    answer = built.ask("GET", path)

    assert (answer.status, answer.json["code"]) == (404, "route.unknown")


def test_pages_take_no_commands_and_wrong_methods_of_the_api_are_still_told(built: Any) -> None:
    assert built.ask("POST", "/runs", {}).status == 404
    assert built.ask("GET", "/api/v1/assets/wipe").json["code"] == "asset.unknown"
    wrong = built.ask("GET", "/api/v1/storage/prune")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")


def test_each_answer_has_a_nonce_of_its_own_and_nothing_unsafe_is_allowed(built: Any) -> None:
    nonces = set()
    for _ in range(2):
        answer = built.ask("GET", "/")
        policy = answer.headers["content-security-policy"]
        (nonce,) = re.findall(r'name="csp-nonce" content="([^"]+)"', answer.data.decode())
        nonces.add(nonce)
        assert f"script-src 'self' 'nonce-{nonce}';" in policy
        assert f"style-src 'self' 'nonce-{nonce}';" in policy
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy

    assert len(nonces) == 2


def test_the_page_is_told_below_which_path_it_lies(site: Any, tmp_path: Path) -> None:
    ui = build(tmp_path / "ui")
    below = type(site)(site.home, more={"ui": ui, "path_prefix": '/tides/"low"'})

    for path in ('/tides/"low"/runs/r1', "/runs/r1"):
        assert b'<base href="/tides/&quot;low&quot;/" />' in below.ask("GET", path).data
    assert below.ask("GET", '/tides/"low"/static/index-A1.js').status == 200


def test_files_named_by_their_content_are_kept_for_ever_and_others_are_not(built: Any) -> None:
    script = built.ask("GET", "/static/index-A1.js")
    icon = built.ask("GET", "/favicon.svg")
    font = built.ask("GET", "/static/inter.woff2", headers={"accept-encoding": "gzip"})

    assert script.data.decode() == SCRIPT
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (icon.headers["content-type"], icon.headers["cache-control"]) == (
        "image/svg+xml",
        "no-cache",
    )
    assert (font.headers["content-type"], font.data) == ("font/woff2", b"wOF2")
    assert "content-encoding" not in font.headers


def test_text_is_compressed_for_those_who_can_read_that(built: Any) -> None:
    plain = built.ask("GET", "/static/index-A1.js", headers={"accept-encoding": "gzip;q=0, br"})
    small = built.ask("GET", "/static/index-A1.js", headers={"accept-encoding": "br, gzip"})

    assert "content-encoding" not in plain.headers
    assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "accept-encoding")
    assert plain.headers["vary"] == "accept-encoding"
    assert gzip.decompress(small.data) == plain.data
    assert int(small.headers["content-length"]) == len(small.data) < len(plain.data)


@pytest.mark.parametrize("path", ["/static/../secret.txt", "/../secret.txt", "//secret.txt"])
def test_nothing_beside_the_build_is_served(path: str, built: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("coral")

    assert b"coral" not in built.ask("GET", path).data


def test_another_build_is_noticed(built: Any, tmp_path: Path) -> None:
    built.ask("GET", "/")
    build(tmp_path / "ui", "index-B2.js")
    os.utime(tmp_path / "ui" / "index.html", ns=(1, 1))

    assert b"index-B2.js" in built.ask("GET", "/").data
    assert built.ask("GET", "/static/index-B2.js").status == 200


def test_where_nothing_is_built_the_page_says_so_and_the_api_answers(
    site: Any, tmp_path: Path
) -> None:
    bare = type(site)(site.home, more={"ui": BuiltUi(tmp_path / "ui")})

    answer = bare.ask("GET", "/runs")

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<code>make ui</code>" in answer.data
    assert bare.get("/runs")["items"] == []

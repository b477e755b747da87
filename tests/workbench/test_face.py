"""Face: the page asks for the charts' library once, and is told what a user does as plain texts."""

import gzip

from designlib.workbench.face import Face, asset, library


def test_the_library_is_compressed_once():
    assert library() is library()
    assert len(library()) < 2e6
    assert b"Plotly" in gzip.decompress(library())


def test_nothing_is_sent_anywhere():
    assert "showSendToCloud: false" in asset("face.js")
    assert "http" not in asset("face.js") + asset("face.css")


def test_only_what_the_page_says_is_heard():
    face, heard = Face(), []
    face.listen(heard.append)
    for content in ({"do": "turn", "name": "x"}, {"do": 3}, {"other": 1}, "text", None):
        face._handle_custom_msg(content, [])
    assert heard == [{"do": "turn", "name": "x"}]

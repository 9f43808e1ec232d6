"""Of the page that a visitor comes from, no secret is kept."""

from crm_bridge.chat.source import clean_source, clean_url


def test_credentials_fragments_and_queries_are_cut_off() -> None:
    url = "https://jane:secret@shop.example:8443/a/b?token=abc&utm_source=mail&email=j@x.io#reset"
    assert clean_url(url, with_marks=True) == "https://shop.example:8443/a/b?utm_source=mail"
    assert clean_url(url, with_marks=False) == "https://shop.example:8443/a/b"


def test_what_is_no_web_address_is_not_kept() -> None:
    for text in (
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "http://[x",
        "https://a:b",
    ):
        assert clean_url(text, with_marks=True) is None


def test_a_source_is_short_and_has_only_what_there_is() -> None:
    source = clean_source(
        url="https://x.example/" + "a" * 2000,
        title="  A \n title " + "x" * 500,
        referrer=None,
        utm={"utm_source": "news", "campaign": "c" * 500, "other": "x", "medium": "  "},
    )
    assert len(str(source["url"])) == 500
    assert str(source["title"]).startswith("A title x")
    assert len(str(source["title"])) == 200
    assert source["utm"] == {"source": "news", "campaign": "c" * 100}
    assert "referrer" not in source


def test_campaign_marks_are_read_from_the_address_where_the_page_gave_none() -> None:
    source = clean_source(
        url="https://x.example/?utm_source=ad&utm_id=7&q=secret", title="", referrer="", utm=None
    )
    assert source["utm"] == {"source": "ad", "id": "7"}

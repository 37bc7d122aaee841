"""Links are printed in the form phones open, and a token is found in whatever a scanner read."""

import pytest

from qr.keys import TokenKeys
from qr.links import printed_link, printed_origin, token_in
from qr.refusals import NotOurCode
from qr.tokens import Token, sign


@pytest.mark.parametrize(
    ("public_url", "printed"),
    [
        ("https://Linli.Example.cn", "https://LINLI.EXAMPLE.CN"),
        ("https://linli.example.cn/", "https://LINLI.EXAMPLE.CN"),
        ("HTTPS://linli.example.cn:8443", "https://LINLI.EXAMPLE.CN:8443"),
        ("http://localhost:8000", "http://LOCALHOST:8000"),
        ("http://192.168.1.20:8000/", "http://192.168.1.20:8000"),
        ("https://xn--fiqs8s.example", "https://XN--FIQS8S.EXAMPLE"),
    ],
)
def test_the_scheme_is_lower_case_and_the_host_upper_case(public_url: str, printed: str) -> None:
    assert printed_origin(public_url) == printed


@pytest.mark.parametrize(
    "public_url",
    [
        "",
        "linli.example.cn",
        "ftp://linli.example.cn",
        "https://",
        "https:///Q",
        "https://linli.example.cn/app",
        "https://linli.example.cn/?a=1",
        "https://linli.example.cn?",
        "https://linli.example.cn#top",
        "https://user@linli.example.cn",
        "https://邻里.cn",
        "https://-bad.cn",
        "https://a b.cn",
        "https://a_b.cn",
        "https://[::1]:8000",
        "https://linli.example.cn:99999",
        "https://linli.example.cn:port",
    ],
)
def test_a_public_url_with_anything_but_a_host_is_not_accepted(public_url: str) -> None:
    with pytest.raises(ValueError):
        printed_origin(public_url)


def test_a_token_is_found_in_everything_scanners_give(token: Token, keys: TokenKeys) -> None:
    text = sign(token, keys)
    link = printed_link(text, "https://linli.example.cn")
    assert link == f"https://LINLI.EXAMPLE.CN/Q/{text}"
    for scanned in (
        text,
        text.lower(),
        f"{text}\r\n",
        link,
        link.lower(),
        link.upper(),
        f"  {link}\n",
        f"{link}/",
        f"{link}?from=singlemessage&isappinstalled=0",
        f"{link}#wechat_redirect",
        link.replace(":", "：").replace("/", "／"),
        printed_link(text.lower(), "http://localhost:8000"),
    ):
        assert token_in(scanned) == text


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        " ",
        "https://LINLI.EXAMPLE.CN/Q/",
        "https://LINLI.EXAMPLE.CN/me",
        "https://LINLI.EXAMPLE.CN/X/ABCD",
        "https://LINLI.EXAMPLE.CN/ABCD",
        "ftp://LINLI.EXAMPLE.CN/Q/ABCD",
        "javascript:alert(1)",
        "6901234567892",
        "王阿姨",
        "A" * 100_000,
    ],
)
def test_what_cannot_contain_a_token_is_not_a_code_of_ours(scanned: str) -> None:
    with pytest.raises(NotOurCode) as refused:
        token_in(scanned)
    assert refused.value.code == "not-a-code-of-ours"

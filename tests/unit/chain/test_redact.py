from base64 import b64encode

import pytest

from agent.chain.redact import Redactor, host_of

KEY = "f00dfacecafe4711"


@pytest.mark.parametrize(
    "url",
    [
        f"https://node.example/v2/{KEY}",
        f"https://node.example/rpc?apikey={KEY}",
        f"https://user:{KEY}@node.example/rpc",
        f"https://{KEY}@node.example",
        f"https://node.example/#{KEY}",
        f"https://node.example:{KEY}/rpc",
        f"https://node.example/v2%2F{KEY}",
    ],
)
def test_a_url__wherever_its_key_stands__is_named_by_host_alone(url: str) -> None:
    redact = Redactor(url)
    assert host_of(url) == "node.example"
    for text in (f"cannot reach {url}", f'GET "{url}": refused', f"the path /v2/{KEY} was not found", repr(url)):
        assert KEY not in redact(text)


def test_a_text__with_the_url_of_another_node__loses_its_path() -> None:
    redact = Redactor("http://127.0.0.1:8545")
    said = redact("error sending request for url (https://node.example:8443/v2/f00dfacecafe4711?x=1)")
    assert said == "error sending request for url (https://node.example:8443)"


def test_a_text__of_many_lines_and_without_end__becomes_one_short_line() -> None:
    assert Redactor("http://node.example")("a\n b\t c") == "a b c"
    assert len(Redactor("http://node.example")("x" * 10_000)) < 400


def test_a_key_that_is_a_subdomain__is_not_shown_and_the_rest_of_the_host_is() -> None:
    url = f"https://{KEY.upper()}.eth-mainnet.node.example:8443/rpc"
    assert host_of(url) == "***.eth-mainnet.node.example:8443"
    said = Redactor(url)(f"Cannot connect to host {KEY}.eth-mainnet.node.example:8443 ssl:default")
    assert said == "Cannot connect to host ***.eth-mainnet.node.example:8443 ssl:default"


@pytest.mark.parametrize(
    "host", ["eth-mainnet.g.provider.example", "arbitrum-mainnet.provider.example", "127.0.0.1:8545", "[::1]:8545"]
)
def test_a_host_without_a_key__is_shown_whole(host: str) -> None:
    assert host_of(f"https://{host}/v2/{KEY}") == host
    assert host_of(f"https://reader:{KEY}@{host}") == host


@pytest.mark.parametrize(
    ("login", "sent"), [(f"reader:{KEY}", f"reader:{KEY}"), ("re%40der:p%3Ass", "re@der:p:ss"), (KEY, f"{KEY}:")]
)
def test_a_login__echoed_as_the_header_that_carried_it__is_not_shown(login: str, sent: str) -> None:
    header = b64encode(sent.encode()).decode()
    said = Redactor(f"https://{login}@node.example/rpc")(f"401: Authorization: Basic {header} is not known")
    assert said == "401: Authorization: Basic *** is not known"


def test_a_text__in_which_a_secret_of_the_url_stands__is_found() -> None:
    redact = Redactor(f"https://node.example/v2/{KEY}")
    assert redact.finds(f"0x{KEY.upper()}00")
    assert not redact.finds("node.example 0xf00d")

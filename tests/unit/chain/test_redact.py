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

"""Transport, the control endpoint, and the server as a process of its own."""

import json
import signal
import subprocess
import sys
from decimal import Decimal

import pytest

from tests.hyperliquid_server.client import Client
from tests.kit.devnet.artifacts import ROOT
from tests.kit.hyperliquid.control import ControlError, commands, drive
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.process import spawned
from tests.kit.hyperliquid.server import served
from tests.unit.kit.hyperliquid.scene import AGENT, OWNER, Scene, batch, cloid, limit


def test_transport__of_another_method_or_content_type__is_refused(client: Client) -> None:
    assert client.send("/info", {"type": "meta"}, method="GET") == (405, "")
    assert client.send("/info", {"type": "meta"}, content_type="text/plain")[0] == 415
    assert client.send("/exchange", {"type": "meta"})[0] == 422
    assert client.send("/nowhere", {})[0] == 404


def test_order__over_http__is_filled_and_seen(scene: Scene, client: Client) -> None:
    answer = client.exchange(AGENT.l1(batch(limit("A", "0.5", "1999", c=cloid(1))), scene.nonce()))
    assert answer["response"]["data"]["statuses"][0]["filled"]["totalSz"] == "0.5"
    state = client.info("clearinghouseState", user=OWNER.address)
    assert state["assetPositions"][0]["position"]["szi"] == "-0.5"


def test_control__drives_all_that_the_exchange_offers(scene: Scene, client: Client) -> None:
    drive(client.url, "set_price", coin="ETH", price="2100.5")
    assert client.info("metaAndAssetCtxs")[1][1]["oraclePx"] == "2100.5"
    drive(client.url, "advance", seconds="3600")
    assert drive(client.url, "now_ms") == scene.exchange.now_ms
    drive(client.url, "inject", kind="status_before", status=503, only=["order"])
    assert client.send("/exchange", AGENT.l1(batch(limit("A", "1", "1999")), scene.nonce()))[0] == 503
    client.exchange(AGENT.l1(batch(limit("A", "0.5", "1999", c=cloid(3))), scene.nonce()))
    assert drive(client.url, "changes_by_cloid") == {cloid(3): 1}
    [change] = drive(client.url, "changes", cloid=cloid(3))
    assert (change["before"], change["after"]) == ("0", "-0.5")
    assert [each["kind"] for each in drive(client.url, "log", path="/exchange")] == ["order", "order"]
    assert {"fund", "set_oracle", "set_mark", "deleverage", "liquidate", "exhaust_ip"} <= set(commands())


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("nonsense", {}),
        ("set_mark", {"coin": "ETH"}),
        ("set_mark", {"coin": "NONE", "price": "1"}),
        ("fund", {"user": 1}),
    ],
)
def test_control__of_what_cannot_be__says_why(client: Client, command: str, arguments: dict[str, object]) -> None:
    with pytest.raises(ControlError, match=r"no command|ValidationError|KeyError"):
        drive(client.url, command, **arguments)


def test_served__on_a_port_that_is_taken__raises(client: Client) -> None:
    port = int(client.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"), served(Exchange(), port=port):
        pass


def test_process__of_its_own__serves_while_its_context_lasts() -> None:
    with spawned("--standing") as url:
        drive(url, "fund", user=OWNER.address, usdc="10000")
        drive(url, "approve", user=OWNER.address, agent=AGENT.address)
        now = drive(url, "now_ms")
        sold = Client(url).exchange(AGENT.l1(batch(limit("A", "0.5", "1990")), now))
        assert Decimal(sold["response"]["data"]["statuses"][0]["filled"]["avgPx"]) > 1990
        assert drive(url, "position", user=OWNER.address, coin="ETH") == "-0.5"
    with pytest.raises(OSError, match="refused"):
        drive(url, "now_ms")


def test_process__that_is_interrupted__ends_well() -> None:
    command = [sys.executable, "-m", "tests.kit.hyperliquid"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["network"] == "Testnet"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def test_hooks__around_an_action__see_the_state_before_and_after_it(scene: Scene, client: Client) -> None:
    seen: list[int] = []
    scene.exchange.gateway.before_action = lambda: seen.append(len(scene.exchange.changes()))
    scene.exchange.gateway.after_action = lambda: seen.append(len(scene.exchange.changes()))
    client.info("allMids")
    client.exchange(AGENT.l1(batch(limit("A", "0.5", "1999")), scene.nonce()))
    assert seen == [0, 1]


def test_command__at_a_running_exchange__is_carried_out(scene: Scene, client: Client) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.kit.hyperliquid",
        "--at",
        client.url,
        "set_mark",
        "coin=ETH",
        "price=2100",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "null"
    assert scene.ask("metaAndAssetCtxs", of=None)[1][1]["markPx"] == "2100.0"

"""Perp v2 on the local chain: the venue wired to a devnet, and an operator who sends what it composes."""

from collections.abc import Callable

from agent.errors import Unreadable
from agent.evm_slot import Log, evm_lane
from agent.model import Address, EvmTx, Name, Played
from agent.venues.perp_v2.settings import PerpV2Settings
from agent.venues.perp_v2.venue import PerpV2
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.venues import desk

PERP = Name("perp")


def settings(devnet: Devnet, account: Role = Role.ACCOUNT) -> PerpV2Settings:
    at = devnet.exchange
    market = {"underlying": "ETH", "base_token": at["BaseToken"], "pool": at["UniswapV3Pool"]}
    contracts = {
        "clearing_house": at["ClearingHouse"],
        "clearing_house_config": at["ClearingHouseConfig"],
        "account_balance": at["AccountBalance"],
        "exchange": at["Exchange"],
        "market_registry": at["MarketRegistry"],
        "vault": at["Vault"],
        "delegate_approval": at["DelegateApproval"],
    }
    return PerpV2Settings.model_validate(
        {
            "kind": "perp-v2",
            "chain": "local",
            "account": devnet.address(account),
            "operator": "hot",
            "collateral": devnet.tokens["USDC"],
            "contracts": contracts,
            "markets": {"ETH": market},
        }
    )


def perp_v2(devnet: Devnet, account: Role = Role.ACCOUNT, confirmations: int = 0) -> PerpV2:
    operator = Address(devnet.address(Role.OPERATOR))
    return PerpV2(
        name=PERP,
        lane=evm_lane(devnet.chain_id, operator),
        chain_id=devnet.chain_id,
        operator=operator,
        confirmations=confirmations,
        settings=settings(devnet, account),
    )


class Desk(desk.Desk[Devnet, PerpV2]):
    """The operator at work."""


class DevnetStage:
    """Plays on the devnet itself: a test that rehearses takes it back."""

    def __init__(self, at_work: Desk) -> None:
        self._desk, self.played = at_work, list[Played]()

    async def fetch(self, source: Name, requests: tuple[bytes, ...], /) -> tuple[bytes | Unreadable, ...]:
        return await self._desk.fetch(source, requests)

    async def play(self, tx: EvmTx, /, explain: Callable[[str], str] = str) -> None:
        sent = self._desk.send(tx)
        self.played.append(Played(tx=tx, ok=sent.ok, gas_used=sent.gas_used, said=sent.said))

    async def outsider(self, who: Address, to: Address, data: bytes, after_s: int = 0) -> tuple[Log, ...]:
        raise NotImplementedError("this exchange fills at once: nobody else has a part in it")

    async def place(self, at: Address, code: bytes) -> None:
        raise NotImplementedError("nor does it need a contract of its own")

"""GMX v2 on the local chain: the venue wired to the local exchange, an operator, and a keeper who executes."""

from web3.types import TxReceipt

from agent.evm_slot import evm_lane
from agent.model import Action, Address, Cannot, Draft, Name
from agent.units import Usd
from agent.venues.gmx_v2 import owner
from agent.venues.gmx_v2.settings import GmxV2Settings
from agent.venues.gmx_v2.venue import GmxV2
from agent.venues.gmx_v2.versions import Version
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper, launch
from tests.venues import desk
from tests.venues.desk import ETH, LOCAL, Sent

GMX = Name("gmx")
RESERVE = 60_000 * USDC_UNIT
_GAS = 100 * ETHER


def settings(devnet: Devnet, account: Role = Role.ACCOUNT, version: Version = "2.2") -> GmxV2Settings:
    at, feeds = devnet.exchange, devnet.feeds
    weth = {"address": at["WETH"], "decimals": 18, "feed": {"address": feeds["exchange_eth_usd"]}}
    usdc = {"address": at["USDC"], "decimals": 6, "feed": {"address": feeds["usdc_usd"]}}
    contracts: dict[str, object] = {
        "exchange_routers": [at["ExchangeRouter"]],
        "subaccount_routers": [at["SubaccountRouter"]],
        "reader": at["ReaderLive" if version == "live" else "Reader"],
        "data_store": at["DataStore"],
        "event_emitter": at["EventEmitter"],
        "role_store": at["RoleStore"],
        "router": at["Router"],
        "order_vault": at["OrderVault"],
        "referral_storage": at["ReferralStorage"],
        "simulation_router": at["SimulationRouter"] if version == "live" else None,
    }
    market = {"name": ETH, "underlying": ETH, "token": at["EthMarket"], "index": weth, "long": weth, "short": usdc}
    return GmxV2Settings.model_validate(
        {
            "kind": "gmx-v2",
            "chain": LOCAL,
            "account": actor(account).address,
            "operator": "hot",
            "version": version,
            "contracts": contracts,
            "market": market,
        }
    )


def gmx_v2(
    devnet: Devnet, account: Role = Role.ACCOUNT, *, version: Version = "2.2", confirmations: int = 0
) -> GmxV2:
    operator = Address(actor(Role.OPERATOR).address)
    return GmxV2(
        name=GMX,
        lane=evm_lane(devnet.chain_id, operator),
        chain_id=devnet.chain_id,
        operator=operator,
        confirmations=confirmations,
        settings=settings(devnet, account, version),
    )


class Desk(desk.Desk[Devnet, GmxV2]):
    """The operator at work with plenty of gas, and the exchange's keepers beside it."""

    def __init__(self, devnet: Devnet, venue: GmxV2) -> None:
        super().__init__(devnet, venue)
        self.gmx = devnet.gmx
        self.account = actor(Role.ACCOUNT if venue.delegated else Role.OPERATOR).address
        launch.fund(self.gmx, actor(Role.OPERATOR).address, ether=_GAS)

    def endow(self) -> "Desk":
        """The account gets a reserve, approved to the exchange."""
        launch.fund(self.gmx, self.account, usdc=RESERVE)
        self.by_owner(owner.approve(self.venue, Usd.from_int(RESERVE, 6)))
        return self

    def execute(self) -> list[TxReceipt]:
        """A keeper executes, or cancels, every market order of the account."""
        return keeper.execute_all(self.gmx, self.account)

    def trade(self, *actions: Action) -> Sent:
        """Does it, and a keeper executes it."""
        sent = self.fill(*actions)
        self.execute()
        return sent

    def draft(self, *actions: Action) -> Draft:
        draft = self.compose(*actions)
        assert isinstance(draft, Draft), draft
        return draft

    def cannot(self, *actions: Action) -> Cannot:
        cannot = self.compose(*actions)
        assert isinstance(cannot, Cannot), cannot
        return cannot

    def balance(self, coin: str = "USDC") -> int:
        """Of the account, in the coin's own integer."""
        found: int = self.gmx.contract(coin).functions.balanceOf(self.account).call()
        return found

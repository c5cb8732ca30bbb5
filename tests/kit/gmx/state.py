"""The local exchange as a value: where it is and what is deployed."""

from eth_typing import ChecksumAddress
from web3.contract import Contract

from agent.model.base import value
from tests.kit.devnet.chain import Chain

_CODE = {
    "USDC": "Token",
    "WETH": "GmxWrappedNative",
    "EthMarket": "GmxMarket",
    "SwapMarket": "GmxMarket",
    "ReferralStorage": "GmxAbsent",
    "SwapHandler": "GmxAbsent",
}


@value
class Gmx:
    url: str
    chain_id: int
    contracts: dict[str, ChecksumAddress]
    """By GMX's own names; USDC, WETH, the markets EthMarket and SwapMarket (which holds no positions), and beside
    Reader, which speaks the layout of v2.2, ReaderLive and SimulationRouter of the release after it."""

    @property
    def chain(self) -> Chain:
        return Chain(self.url)

    def contract(self, name: str) -> Contract:
        return self.chain.at(_CODE.get(name, f"Gmx{name}"), self.contracts[name])

    def at(self, name: str) -> ChecksumAddress:
        return self.contracts[name]

"""What everyone holds when the local chain begins: the same on every exchange."""

from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import ETHER, USDC_UNIT

RESERVE = 60_000 * USDC_UNIT

_GAS_ETH = {Role.OPERATOR: 2, Role.ACCOUNT: 1, Role.OWNER: 1}
_COLD_ETH = {Role.COLD1: 6, Role.COLD2: 0}
_COLD_TOKENS = ((Role.COLD1, "WETH", 4), (Role.COLD2, "wstETH", 5), (Role.COLD2, "evETH", 2))


def seed_wallets(built: Devnet, *, reserve: Role | None) -> None:
    """`reserve` holds the dollars that become collateral, where those are on the chain."""
    deployer = built.address(Role.DEPLOYER)
    for role, ether in (_GAS_ETH | _COLD_ETH).items():
        built.chain.rpc("anvil_setBalance", built.address(role), hex(ether * ETHER))
    for role, symbol, amount in _COLD_TOKENS:
        built.chain.send(built.token(symbol), "mint", built.address(role), amount * ETHER, sender=deployer)
    if reserve is not None:
        built.chain.send(built.token("USDC"), "mint", built.address(reserve), RESERVE, sender=deployer)

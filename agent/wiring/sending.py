"""An owner's calls, signed with a test key and sent: on test chains alone."""

from asyncio import sleep

from agent.chain.chain import Chain
from agent.errors import ConfigError, Unreadable
from agent.evm import PIN, hex_int, rpc
from agent.evm_slot import Receipt, evm_lane, receipt_of
from agent.model import Address, EvmTx, Name, OwnerCall
from agent.reading import Reading, drive
from agent.settings import Configuration
from agent.signing.evm import EvmSigner
from agent.signing.keys import Key, load_key
from agent.tables import KeySettings
from agent.wiring import parts

TEST_CHAINS = {1337: "a local chain", 31337: "a local chain", 421614: "Arbitrum Sepolia"}
"""Where an owner's key may lie in a file."""
_GWEI = 10**9
_LOOKS, _PAUSE_S = 60, 0.5


async def send(settings: Configuration, at: Name, calls: tuple[OwnerCall, ...], place: str) -> tuple[str, ...]:
    """Signs with the account's own key and sends, on a test chain alone. Answers with the transactions' names."""
    configured = settings.chains[at]
    if configured.id not in TEST_CHAINS:
        allowed = ", ".join(f"{name} ({id_})" for id_, name in TEST_CHAINS.items())
        raise ConfigError(f"--send: chain {at} has id {configured.id}; an owner's key is for {allowed} only")
    key = _key(place, calls[0].sender, settings)
    async with parts.chain(settings, at) as chain:
        return tuple([await _send(chain, EvmSigner(key=key, chain_id=configured.id), call) for call in calls])


def _key(place: str, account: Address, settings: Configuration) -> Key:
    kind, _, where = place.partition(":")
    if kind not in ("env", "file"):
        raise ConfigError("--send: name the account's key by env:NAME or file:PATH, never the key itself")
    named = KeySettings.model_validate({"address": account, kind: where})
    key = load_key(named, settings.folder, lambda prompt: "")
    if key is None:
        raise ConfigError(f"--send: {place} holds no key")
    return key


async def _send(chain: Chain, signer: EvmSigner, call: OwnerCall) -> str:
    lane = evm_lane(signer.chain_id, signer.address)
    asked = {"from": call.sender, "to": call.to, "data": "0x" + call.data.hex(), "value": hex(call.value)}

    def terms() -> Reading[tuple[int, int, int]]:
        nonce = rpc(chain.name, "eth_getTransactionCount", call.sender, PIN, decode=hex_int)
        gas = rpc(chain.name, "eth_estimateGas", asked, decode=hex_int)
        price = rpc(chain.name, "eth_gasPrice", decode=hex_int)
        found = yield nonce, gas, price
        return found[nonce], found[gas], found[price]

    [(nonce, gas, price)] = await drive([terms()], await chain.pin())
    tx = EvmTx(
        lane=lane,
        nonce=nonce,
        expires_ms=0,
        to=call.to,
        data=call.data,
        value=call.value,
        gas=gas * 3 // 2,
        max_fee=2 * price + _GWEI,
        tip=min(price, _GWEI),
    )
    signed = signer.seal(Name("owner"), tx)
    await chain.submit(signed.raw)
    await _mined(chain, signed.ref)
    return signed.ref


async def _mined(chain: Chain, ref: str) -> None:
    """Raises Unreadable when it failed, or is not mined within half a minute."""
    for _ in range(_LOOKS):
        [receipt] = await drive([_receipt(chain.name, ref)], await chain.pin())
        if receipt is None:
            await sleep(_PAUSE_S)
        elif receipt.ok:
            return
        else:
            raise Unreadable(f"{ref}: mined and reverted")
    raise Unreadable(f"{ref}: sent, and not mined within {_LOOKS * _PAUSE_S:.0f} s")


def _receipt(source: Name, ref: str) -> Reading[Receipt | None]:
    read = receipt_of(source, ref)
    return (yield (read,))[read]

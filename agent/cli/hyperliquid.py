"""A new agent key for Hyperliquid: it may trade for the account until it ends, and can never withdraw.

The key is made here, never shown, and kept in a new encrypted keystore. What the account's owner signs to let it in
is written beside it as EIP-712 data for a wallet; `hyperliquid post` then sends the wallet's signature. On testnet,
or to an exchange on this machine, --send signs it with a test key of the owner. A key is never used twice: once it
has ended, its old requests could be sent again.
"""

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.cli import show
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration, count
from agent.errors import ConfigError, Exit
from agent.model import Name

if TYPE_CHECKING:
    from agent.settings import Configuration
    from agent.signing.secret import Secret
    from agent.venues.hyperliquid.settings import HyperliquidSettings
    from agent.wiring.agent_key import Approval, Exchange

EXAMPLES = """\
  hedgekeeper hyperliquid approve-agent --keystore agent.json     of the configured venue, for 90 days
  hedgekeeper hyperliquid approve-agent --network testnet --account 0x... --keystore agent.json
                                                                  before there is a configuration
  hedgekeeper hyperliquid post --message agent.json.approve --signature 0x...
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("approve-agent", "post"), help="make a key, or send a wallet's signature")
    parser.add_argument("--venue", metavar="NAME", help="of the configuration, where several are on Hyperliquid")
    parser.add_argument("--network", choices=("mainnet", "testnet"), help="with --account: no configuration needed")
    parser.add_argument("--account", metavar="ADDRESS", help="the account, or sub-account, that the key trades for")
    parser.add_argument("--url", help="of another endpoint than the network's own")
    parser.add_argument("--keystore", type=Path, metavar="FILE", help="a new file for the encrypted key")
    parser.add_argument("--password", metavar="PLACE", help="of the keystore: env:NAME or file:PATH (default: asks)")
    parser.add_argument(
        "--name", default="hedgekeeper", help="of the agent: one of the same name loses its permission"
    )
    parser.add_argument("--days", type=count, default=90, help="until the key ends, 180 at most (default: 90)")
    parser.add_argument(
        "--wallet-chain", type=count, metavar="ID", help="the chain that the wallet is on when it signs"
    )
    parser.add_argument("--send", metavar="KEY", help="sign and send, on testnet only: env:NAME or file:PATH")
    parser.add_argument("--message", type=Path, metavar="FILE", help="what the wallet has signed (post)")
    parser.add_argument("--signature", metavar="HEX", help="the wallet's signature, 65 bytes (post)")
    add_config(parser)
    add_json(parser)


def main(args: argparse.Namespace) -> Exit:
    return _post(args) if args.what == "post" else _approve(args)


def _approve(args: argparse.Namespace) -> Exit:
    from agent.signing.keys import new_key
    from agent.signing.keystore import create_keystore
    from agent.wiring import agent_key

    agent_key.check_words(args.name, args.days)
    where, files = _exchange(args), _new_files(args.keystore)
    password, key = _password(args.password, files[0]), new_key()
    approval = finished(agent_key.prepare(where, key.address, args.name, args.days, args.wallet_chain))
    owner = agent_key.owner_key(where, args.send, approval.owner, Path()) if args.send else None
    create_keystore(files[0], password, key.secret)
    said = finished(agent_key.send_signed(where, approval, owner)) if owner else None
    if said is None:
        files[1].write_text(json.dumps(approval.data, indent=2) + "\n")
    print(json.dumps(_plain(where, approval, said, files[0])) if args.json else _text(args, where, approval, said))
    return Exit.DONE if owner else Exit.PERSON


def _post(args: argparse.Namespace) -> Exit:
    from agent.signing.hyperliquid_owner import action_of
    from agent.signing.typed import from_wallet
    from agent.wiring import agent_key

    if args.message is None or args.signature is None:
        raise ConfigError("post: needs --message (what the wallet signed) and --signature (what it gave)")
    action, signature = action_of(_message(args.message)), from_wallet(args.signature)
    said = finished(agent_key.send_from_wallet(_exchange(args), action, signature))
    print(json.dumps({"said": said}) if args.json else f"the exchange says: {said}. `hedgekeeper doctor` looks")
    return Exit.DONE if said == "taken" else Exit.PERSON


def _exchange(args: argparse.Namespace) -> "Exchange":
    """From flags alone, or from the configuration."""
    from agent.wiring.agent_key import exchange

    if args.network and args.account:
        return exchange(args.network, args.account, args.url)
    if args.network or args.account or args.url:
        raise ConfigError("--network and --account go together, and --url with them; or leave all to --config")
    venue = _venue(configuration(args), args.venue)
    args.key_name = venue.operator
    return exchange(venue.network, venue.account, venue.endpoint)


def _venue(settings: "Configuration", wanted: str | None) -> "HyperliquidSettings":
    from agent.venues.hyperliquid.settings import HyperliquidSettings

    found = {name: each for name, each in settings.venues.items() if isinstance(each, HyperliquidSettings)}
    name = wanted or (next(iter(found)) if len(found) == 1 else "")
    if name not in found:
        known = ", ".join(found) or "none"
        raise ConfigError(f"--venue: name one that is on Hyperliquid (the configuration has: {known})")
    return found[Name(name)]


def _new_files(keystore: Path | None) -> tuple[Path, Path]:
    """The keystore, and what the wallet signs. A key is never made over another one."""
    if keystore is None:
        raise ConfigError("--keystore: name a new file for the encrypted key")
    files = keystore.expanduser().resolve(), Path(f"{keystore.expanduser().resolve()}.approve")
    for file in files:
        if file.exists():
            raise ConfigError(f"{file}: exists already, and no key is made over another: name another file")
    if not os.access(files[0].parent, os.W_OK):
        raise ConfigError(f"{files[0].parent}: is no folder that can be written to")
    return files


def _password(place: str | None, keystore: Path) -> "Secret":
    from agent.prompt import ask_secret
    from agent.signing.keys import secret_at
    from agent.signing.secret import Secret

    if place:
        return secret_at(place, Path())
    try:
        typed = [ask_secret(question) for question in (f"New password of {keystore}: ", "The same again: ")]
    except EOFError:
        raise ConfigError('no terminal to ask for the password: --password "env:NAME" or "file:PATH"') from None
    if typed[0] != typed[1]:
        raise ConfigError("the two passwords differ: nothing was made")
    return Secret(os.fsencode(typed[0]))


def _message(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: holds no message to be signed: {error}") from None


def _plain(where: "Exchange", approval: "Approval", said: str | None, keystore: Path) -> dict[str, Any]:
    return {
        "exit": int(Exit.PERSON if said is None else Exit.DONE),
        "network": where.network,
        "account": where.account,
        "owner": approval.owner,
        "agent": approval.agent,
        "keystore": str(keystore),
        "until_ms": approval.until_ms,
        "replaces": approval.replaces,
        "typed_data": approval.data,
        "said": said,
    }


def _text(args: argparse.Namespace, where: "Exchange", approval: "Approval", said: str | None) -> str:
    keystore = args.keystore.expanduser().resolve()
    password = args.password or '"env:NAME" or "file:PATH", or leave it out to be asked'
    lines = [
        f"new agent key {approval.agent}, encrypted in {keystore}",
        f"it may trade for {where.account} on {where.network} until {show.moment(approval.until_ms)}, never withdraw",
        *([f"agent {approval.replaces} has the same name and loses its permission"] if approval.replaces else []),
        *(_sign(args, where, approval, keystore) if said is None else [f"sent, and listed by the exchange: {said}"]),
        "",
        f"[keys.{getattr(args, 'key_name', 'hyperliquid-agent')}]",
        f'address = "{approval.agent}"',
        f'keystore = "{keystore}"',
        f'password = "{password}"' if args.password else f"# password = {password}",
    ]
    return "\n".join(lines)


def _sign(args: argparse.Namespace, where: "Exchange", approval: "Approval", keystore: Path) -> list[str]:
    flags = f" --network {where.network} --account {where.account}" if args.network else ""
    url = f" --url {args.url}" if args.url else ""
    return [
        f"nothing was sent: within two days sign {keystore}.approve (eth_signTypedData_v4)",
        f"with {approval.owner}, then run",
        f"  hedgekeeper hyperliquid post{flags}{url} --message {keystore}.approve --signature 0x...",
    ]

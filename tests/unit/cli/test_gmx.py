"""What the flags of `gmx` may be."""

import pytest

from agent.cli import main
from agent.errors import Exit


@pytest.mark.parametrize("flag", ["--allowance", "--actions", "--days"])
def test_revoke__with_a_bound_that_only_delegate_takes__is_refused(
    capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    assert main(["gmx", "revoke", flag, "10", "-c", "none.toml"]) == Exit.CONFIG
    assert f"gmx revoke: {flag}: takes every permission back and needs no bounds" in capsys.readouterr().err

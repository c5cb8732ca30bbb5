"""What reading the settings costs."""

import subprocess
import sys


def test_settings__imported_alone__do_not_bring_the_codec_with_them() -> None:
    program = "import sys, agent.venues.gmx_v2.settings; print('eth_abi' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

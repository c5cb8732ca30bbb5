"""Runs one command and writes to a file how long it took, its peak of memory in KiB, and how it ended.

    python meter.py REPORT COMMAND...

A process of its own, and a small one: what the kernel counts as a child's peak is never less than what the process
that started it takes, and the benchmark itself has web3 loaded. For the same reason it imports next to nothing.
"""

import os
import sys
import time


def main() -> None:
    report, *command = sys.argv[1:]
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    with open(report, "w") as file:
        file.write(f"{seconds} {used.ru_maxrss} {os.waitstatus_to_exitcode(status)}")


main()

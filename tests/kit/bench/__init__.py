"""`scripts/bench`: hedgekeeper beside plain web3.py, both measured in one run, in turns.

figures    medians, ratios, aims, the table; pure
meter      one command in the smallest process there is: its time and its peak of memory
peer       what a plain web3.py script needs for the reads of one cycle
stage      the local chain, the configurations, one measured run of a program
measure    which programs run, and which of them take turns
groups     which figures stand beside each other, and what they should come to; pure
"""

# pragma version ~=0.4.3
"""
@title Stands where GMX has a contract that this exchange does without
@license MIT
"""

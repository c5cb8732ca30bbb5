# pragma version ~=0.4.3
"""
@title Price feed with Chainlink's AggregatorV3 interface
@license MIT
@notice The owner writes each round. A round may be dated back to play a feed that went stale.
"""


import ownable
initializes: ownable
exports: ownable.owner


struct Round:
    answer: int256
    updated_at: uint256


event AnswerUpdated:
    current: indexed(int256)
    roundId: indexed(uint256)
    updatedAt: uint256


decimals: public(immutable(uint8))
version: public(constant(uint256)) = 4


description: public(String[32])
_latest: uint80
_rounds: HashMap[uint80, Round]


@deploy
def __init__(description_: String[32], decimals_: uint8, answer: int256):
    ownable.__init__()
    self.description = description_
    decimals = decimals_
    self._write(answer, block.timestamp)


@external
def set_answer(answer: int256, updated_at: uint256 = block.timestamp):
    """
    @param answer Price in the feed's decimals; zero and below are allowed, to play a broken feed.
    @param updated_at Not in the future.
    """
    ownable._check_owner()
    assert updated_at <= block.timestamp, "aggregator: round in the future"
    self._write(answer, updated_at)


@view
@external
def latestRoundData() -> (uint80, int256, uint256, uint256, uint80):
    return self._round(self._latest)


@view
@external
def getRoundData(round_id: uint80) -> (uint80, int256, uint256, uint256, uint80):
    return self._round(round_id)


@internal
def _write(answer: int256, updated_at: uint256):
    self._latest += 1
    self._rounds[self._latest] = Round(answer=answer, updated_at=updated_at)
    log AnswerUpdated(current=answer, roundId=convert(self._latest, uint256), updatedAt=updated_at)


@view
@internal
def _round(round_id: uint80) -> (uint80, int256, uint256, uint256, uint80):
    written: Round = self._rounds[round_id]
    assert written.updated_at != 0, "aggregator: no data present"
    return (round_id, written.answer, written.updated_at, written.updated_at, round_id)

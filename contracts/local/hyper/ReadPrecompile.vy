# pragma version ~=0.4.3
"""
@title One of HyperEVM's read precompiles, with the answers it was given
@license MIT
@notice A call is abi.encode(arguments) without a selector. What has no answer burns all gas, as it does there.
"""


MAX_ARGUMENTS: constant(uint256) = 64
MAX_ANSWER: constant(uint256) = 512
MAX_ROWS: constant(uint256) = 64


_answers: HashMap[bytes32, Bytes[MAX_ANSWER]]


@external
def answer(questions: DynArray[Bytes[MAX_ARGUMENTS], MAX_ROWS], answers: DynArray[Bytes[MAX_ANSWER], MAX_ROWS]):
    """
    @param questions Encoded arguments. They begin with zeros, so no question is ever taken for this method's selector.
    @param answers What is returned to each, as it is; an empty one takes the answer away.
    """
    assert len(questions) == len(answers), "hyper: as many answers as questions"
    for i: uint256 in range(len(questions), bound=MAX_ROWS):
        self._answers[keccak256(questions[i])] = answers[i]


@view
@external
@raw_return
def __default__() -> Bytes[MAX_ANSWER]:
    question: Bytes[MAX_ARGUMENTS] = b""
    if len(msg.data) == 32:
        question = slice(msg.data, 0, 32)
    elif len(msg.data) == 64:
        question = slice(msg.data, 0, 64)
    else:
        assert len(msg.data) == 0, UNREACHABLE
    found: Bytes[MAX_ANSWER] = self._answers[keccak256(question)]
    assert len(found) > 0, UNREACHABLE
    return found

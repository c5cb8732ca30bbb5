from agent.chain.clock import ChainClock


def test_chain_time__after_a_block_was_seen__goes_on_with_the_time_that_passes_here() -> None:
    passed = [5_000]
    clock = ChainClock(lambda: passed[0])
    clock.saw(1_700_000_000_000)
    passed[0] += 2_500
    assert clock.now_ms() == 1_700_000_002_500


def test_chain_time__when_a_lagging_node_speaks__does_not_go_back() -> None:
    clock = ChainClock(lambda: 0)
    clock.saw(2_000)
    clock.saw(1_000)
    assert clock.now_ms() == 2_000


def test_chain_time__when_the_chain_is_ahead_of_what_passed_here__follows_the_chain() -> None:
    passed = [0]
    clock = ChainClock(lambda: passed[0])
    clock.saw(1_000)
    passed[0] = 10
    clock.saw(3_600_000)
    assert clock.now_ms() == 3_600_000

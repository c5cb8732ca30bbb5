"""The promises that the toys can show, each as a few small plays in which it would be broken if it could be.

Every play takes a `change`: nothing, or a named breakage, which must make it fail by an assertion.
"""

from collections.abc import Callable

from tests.kit.toys.case import Change
from tests.kit.toys.promises import dark, filled, flat, once, rehearsed, truth

Play = Callable[[Change], None]

PROMISES: dict[int, tuple[Play, ...]] = {
    2: (
        truth.working_orders_count,
        truth.a_lagging_node_is_not_believed,
        truth.a_nonce_that_is_not_ours_needs_a_person,
    ),
    3: (
        rehearsed.the_rehearsed_bytes_are_mined,
        rehearsed.a_movement_nobody_planned_stops_the_run,
        rehearsed.an_old_rehearsal_is_done_again,
        rehearsed.a_dry_run_needs_no_key,
    ),
    4: (
        once.killed_at_any_tap,
        once.killed_at_any_tap_of_an_order_that_waits,
        once.answers_that_are_lost,
        once.dark_while_sending,
        once.a_fee_spike,
        once.blocks_that_never_were,
        once.a_burn_that_never_was,
    ),
    5: (dark.what_is_dark_is_left_alone, dark.without_spot_nothing_is_traded),
    7: (
        flat.flatten_needs_no_journal_no_spot_and_no_fork,
        flat.flatten_ends_with_no_order_working,
        flat.flatten_fails_where_it_cannot_see,
    ),
    9: (
        filled.a_working_order_is_no_position,
        filled.a_lane_stops_behind_what_failed,
        filled.a_lane_stops_behind_what_was_burned,
    ),
}
"""By the promise of the product that they hold to."""

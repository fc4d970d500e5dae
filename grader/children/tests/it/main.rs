//! Really forked processes, each test in a controller of its own.

#![expect(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the numbers here are small"
)]

mod controller;
mod coroutine;
mod ends;
mod hand_off;
mod harness;
mod reuse;
mod tree;

use std::process::ExitCode;

/// The tests of these modules by their names.
macro_rules! tests {
    ($($module:ident: $($test:ident)*;)*) => {
        &[$($((concat!(stringify!($module), "::", stringify!($test)), $module::$test as fn()),)*)*]
    };
}

fn main() -> ExitCode {
    harness::run(tests! {
        hand_off:
            data_comes_and_goes_as_it_is
            too_much_data_is_refused_and_nothing_is_said
            the_address_of_a_static_value_is_the_same
            random_conversations_of_several_processes
            two_hundred_processes_at_once;
        ends:
            an_exit_has_its_status
            an_exit_behind_the_askers_back_is_a_death
            a_signal_ends_a_process_whatever_the_controller_does_on_it
            a_memory_fault_is_a_death
            a_stack_overflow_is_a_death
            an_abort_is_a_death
            what_was_asked_before_a_death_is_heard_before
            a_death_long_after_the_controller_fell_asleep_is_heard
            a_process_killed_from_outside_is_heard_of
            a_panic_that_nothing_catches_is_told
            a_panic_can_be_told_by_the_hook
            a_panic_that_is_caught_is_none
            a_long_panic_is_cut
            a_panic_without_text_is_told
            a_panic_while_panicking_is_a_death
            an_endless_loop_runs_out_of_time
            a_process_that_sleeps_does_not_run_out_of_time
            the_limit_is_for_each_step
            a_stopped_process_can_be_killed
            closed_descriptors_do_not_silence_a_process;
        tree:
            three_levels_talk_and_end_in_any_order
            each_process_is_a_child_of_the_controller
            a_process_survives_its_parent
            instances_survive_their_template
            a_parent_that_dies_first_forks_nothing
            a_parent_that_asks_first_forks_nothing
            a_fork_that_fails_is_told
            only_a_granted_slot_is_forked_into
            a_grant_can_be_taken_back
            a_parent_killed_at_any_moment_leaves_nothing_unknown
            dropping_finds_what_was_just_forked
            a_sibling_has_a_thread_number_of_its_own;
        reuse:
            a_slot_is_clean_after_a_kill_in_the_middle_of_a_write
            a_thousand_processes_leave_nothing
            a_slot_is_free_after_each_end
            kills_at_random_leave_a_mailbox_that_works;
        controller:
            a_killed_controller_leaves_no_process
            a_controller_killed_while_it_forks_leaves_no_process
            a_controller_killed_before_its_child_runs_leaves_no_process
            dropping_ends_everything
            a_dropped_mailbox_leaves_no_mapping
            a_copy_of_the_mailbox_does_nothing
            a_process_has_no_descriptors_of_others
            a_process_blocks_and_ignores_nothing
            ends_are_known_where_children_were_ignored
            a_fork_that_fails_leaves_the_slot_free
            a_process_without_a_descriptor_is_killed
            there_is_no_mailbox_without_slots_or_with_too_many
            wrong_use_panics;
        coroutine:
            a_fork_copies_the_stack_of_the_coroutine
            statics_and_thread_locals_are_separate
            a_borrow_of_the_other_stack_holds
            deep_recursion_in_a_forked_coroutine_works
            an_overflow_of_a_coroutine_is_a_death
            a_forked_coroutine_can_fork;
    })
}

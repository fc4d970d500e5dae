//! Programs that say what came of them, and what may come of each. The tests of this crate run them on the
//! real system, and those of `std/system` on the simulated kernel, where each outcome must come in some
//! execution and no other one in any.

pub(crate) mod events;
pub(crate) mod groups;
pub(crate) mod locks;
pub(crate) mod shared;
pub(crate) mod signals;
pub(crate) mod waits;

/// Gives a macro each program: its name, its function, and the texts that it may come to.
macro_rules! with_programs {
    ($with:ident) => {
        $with! {
            any_child_is_waited_for: waits::any =>
                [r#"[Code(1), Code(2)] ["ECHILD", "ECHILD"]"#];
            either_child_ends_first: waits::first_is_either => ["true Code(1)", "false Code(2)"];
            nothing_is_told_of_a_child_that_runs: waits::running =>
                ["None None Ok(Signal(9))"];
            a_child_that_was_waited_for_as_any_is_gone: waits::reaped_elsewhere =>
                [r#"true Code(4) ["ECHILD", "ECHILD", "ESRCH"]"#];
            a_stop_is_a_change_and_no_end: waits::stops =>
                [
                    "Ok(Stopped(SIGSTOP)) Ok(None) Ok(Continued) Ok(Ended(Code(5)))",
                    "Ok(Stopped(SIGSTOP)) Ok(None) Ok(Ended(Code(5))) ECHILD"
                ];
            an_end_is_a_change_that_is_told_once: waits::ended_is_told_of => ["true ECHILD"];
            a_group_of_children_is_waited_for_alone: waits::groups =>
                [r#"true true Code(7) ["ECHILD", "EINVAL", "EINVAL"] true"#];
            several_ends_are_told_one_by_one: waits::many_ends => ["3 3"];
            a_signal_is_read_from_its_pipe: signals::to_oneself => ["SIGUSR1 [SIGHUP, SIGUSR2]"];
            a_parent_reads_the_signal_of_its_child: signals::from_child =>
                ["SIGUSR1 Ok(Code(0))"];
            an_end_of_a_child_is_a_signal: signals::ends => ["SIGCHLD Ok(Code(3))"];
            several_ends_may_be_one_signal: signals::reaper => ["3 6"];
            a_pipe_that_is_dropped_restores_what_was_before: signals::restores =>
                ["SIGTERM Ok(Signal(15))"];
            the_inner_pipe_of_two_takes_the_signal: signals::nested =>
                ["inner SIGUSR1, outer SIGUSR1"];
            a_child_with_a_pipe_of_its_own_takes_its_signals: signals::own_pipe =>
                ["Ok(Code(12)) and the parent nothing"];
            kill_and_stop_cannot_be_handled: signals::unhandled =>
                [r#"["EINVAL", "EINVAL", "EINVAL", "EINVAL"] Ok(Signal(10))"#];
            an_ignored_signal_does_nothing: signals::ignored =>
                ["Ok(Code(1)) Ok(Signal(15))"];
            who_ignores_the_end_of_children_has_no_zombies: signals::no_zombies =>
                ["ECHILD false"];
            a_blocked_signal_is_pending: signals::blocked =>
                ["[] [SIGUSR1] [SIGUSR1, SIGUSR2] SIGUSR1 [SIGUSR2] SIGUSR2"];
            a_child_begins_with_the_mask_and_no_pending_signal: signals::inherited =>
                ["[SIGUSR2] Ok(Code(3))"];
            what_is_waited_for_must_be_something: signals::wait_for_nothing => ["EINVAL"];
            an_alarm_comes: signals::alarm => ["0ns SIGALRM 0ns"];
            an_alarm_takes_the_place_of_another: signals::alarms =>
                ["0ns 9s 5s 0ns", "0ns 9s 0ns 0ns", "0ns 0ns 5s 0ns", "0ns 0ns 0ns 0ns"];
            an_alarm_ends_a_child_that_waits: signals::alarm_ends => ["Ok(Signal(14))"];
            a_process_is_there_until_it_was_waited_for: signals::existence =>
                [r#"true Ok(()) Ok(Signal(9)) false ["ESRCH", "ESRCH", "ESRCH"]"#];
            a_group_gets_a_signal: groups::killed =>
                [r#"Ok(Signal(15)) Ok(Signal(15)) Ok(Code(0)) ["ESRCH", "EINVAL", "ESRCH"]"#];
            a_child_is_in_the_group_of_its_parent: groups::inherited => ["true true Ok(Code(3))"];
            who_leads_a_group_begins_no_session: groups::session =>
                ["Ok(Code(7)) Ok(Code(1))"];
            a_group_that_is_not_there_is_not_joined: groups::errors =>
                [r#"["EPERM", "ESRCH", "ESRCH", "ESRCH"]"#];
            an_orphan_is_adopted_by_a_subreaper: groups::adopted => ["true Code(9) 2"];
            who_is_no_subreaper_any_more_adopts_nobody: groups::not_adopted => ["Ok(Code(1))"];
            poll_tells_each_event: events::each =>
                ["1 READABLE WRITABLE | 2 [READABLE | HUNG_UP, ERROR] | HUNG_UP"];
            poll_gives_up_after_its_time: events::gives_up => ["0 NONE 0 0"];
            poll_waits_for_a_child: events::waits => ["1 READABLE Ok(Code(0))"];
            poll_without_descriptors_waits_for_the_time: events::nothing => ["0"];
            a_closed_connection_is_told_of: events::connection =>
                ["READABLE | PEER_CLOSED then READABLE | WRITABLE | PEER_CLOSED | HUNG_UP"];
            a_signal_interrupts_poll_or_came_before: events::interrupted =>
                ["EINTR", "1 READABLE"];
            a_level_is_told_again: events::level =>
                ["[Ready { token: 7, events: READABLE }] twice, [] after"];
            an_edge_is_told_once: events::edge => ["1 0 1 0"];
            one_shot_is_told_once_until_it_is_modified: events::one_shot => ["1 0 1 0"];
            the_errors_of_epoll_are_those_of_its_page: events::epoll_errors =>
                [r#"["EEXIST", "ENOENT", "ENOENT", "EPERM", "EINVAL", "EINVAL"]"#];
            epoll_gives_as_many_as_it_is_asked_for: events::most => ["1 2 [1, 2]"];
            epoll_waits_for_a_child_that_hangs_up: events::hang_up =>
                ["[Ready { token: 18446744073709551615, events: HUNG_UP }] Ok(Code(0))"];
            a_modified_descriptor_is_told_by_its_new_number: events::modified =>
                ["[] [Ready { token: 2, events: WRITABLE }]"];
            a_signal_is_an_event_of_epoll: events::signal => ["[5] SIGTERM"];
            a_child_shares_the_words: shared::seen =>
                ["Ok(Code(1)) [0, 5, 18446744073709551615] true"];
            an_update_without_a_lock_may_be_lost: shared::lost => ["1", "2"];
            an_addition_is_not_lost: shared::added => ["2"];
            an_exchange_that_is_tried_again_is_not_lost: shared::exchanged => ["2"];
            an_update_with_a_lock_is_not_lost: shared::locked => ["2"];
            what_is_not_shared_is_the_childs_own: shared::private => ["Ok(Code(2)) 1 9"];
            a_grandchild_shares_what_its_parents_have: shared::grandchild =>
                ["Ok(Code(1)) 4 3"];
            what_a_child_gives_back_is_gone_for_it: shared::given_back => ["Ok(Code(1))"];
            what_a_child_gives_back_is_there_for_others: shared::kept => ["2"];
            a_word_that_is_not_there_is_a_panic: shared::bounds =>
                [r#"[Ok(Code(101)), Ok(Code(101))] ["EINVAL", "another error", "another error"]"#];
            memory_is_found_by_its_name: shared::by_name =>
                [r#"EEXIST Ok(Code(2)) ["ENOENT", "ENOENT"] [6, 0]"#];
            memory_that_is_mapped_twice_is_the_same: shared::twice => ["2 2"];
            a_name_that_cannot_be_is_an_error: shared::no_name =>
                [r#"["EINVAL", "EINVAL", "ENOENT", "EINVAL", "ENOENT"]"#];
            a_name_with_a_zero_byte_is_an_error: shared::zero_byte => ["Err(InvalidInput)"];
            who_waits_for_a_semaphore_sees_what_was_before: locks::posted =>
                ["5 Ok(Code(0)) Ok(0)"];
            a_semaphore_has_as_many_places_as_it_says: locks::at_most_two =>
                ["true true false false true Ok(0)"];
            one_place_is_for_one_process: locks::inside => ["0 0"];
            a_place_is_lost_with_its_process: locks::place_lost => ["false"];
            the_value_of_a_semaphore_has_a_limit: locks::limits =>
                [r#"["EOVERFLOW", "EINVAL"] true"#];
            a_semaphore_is_found_by_its_name: locks::by_name =>
                [r#"EEXIST Ok(Code(1)) 0 ["ENOENT", "ENOENT"] Ok(2)"#];
            a_lock_is_busy_for_others: locks::busy => ["Ok(Code(1)) true"];
            a_child_does_not_have_the_lock_of_its_parent: locks::guard_of_parent =>
                ["Ok(Code(0)) Ok(Code(1))"];
            a_robust_lock_outlives_its_owner: locks::robust =>
                ["true true EINVAL false Ok(Signal(9))"];
            a_lock_that_is_not_made_consistent_is_lost: locks::not_recoverable =>
                [r#"Ok(Code(0)) true ["ENOTRECOVERABLE", "ENOTRECOVERABLE"]"#];
            a_lock_that_is_not_robust_is_locked_for_ever: locks::stalled =>
                ["Ok(Signal(15)) true"];
            a_panic_gives_the_lock_back: locks::panics => ["Ok(Code(101)) false"];
        }
    };
}
pub(crate) use with_programs;

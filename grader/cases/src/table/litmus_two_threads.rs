//! Litmus tests of two threads. What is expected is what C++20 allows, without values out of thin
//! air.

use std::sync::atomic::{
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
    fence,
};

use super::{
    Case, Mode,
    shapes::{two, two_final},
};

cases! { "litmus";
    sb_rlx Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                (m[1].load(Relaxed), 0)
            },
            |m| {
                m[1].store(1, Relaxed);
                (m[0].load(Relaxed), 0)
            },
        );
        r.0.0 + r.1.0 == 0
    }
    sb_sc Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, SeqCst);
                (m[1].load(SeqCst), 0)
            },
            |m| {
                m[1].store(1, SeqCst);
                (m[0].load(SeqCst), 0)
            },
        );
        r.0.0 + r.1.0 == 0
    }
    sb_rmw_relaxed Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].swap(1, Relaxed);
                (m[1].load(Relaxed), 0)
            },
            |m| {
                m[1].swap(1, Relaxed);
                (m[0].load(Relaxed), 0)
            },
        );
        r.0.0 + r.1.0 == 0
    }
    sb_rmw_acqrel Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].swap(1, AcqRel);
                (m[1].load(Acquire), 0)
            },
            |m| {
                m[1].swap(1, AcqRel);
                (m[0].load(Acquire), 0)
            },
        );
        r.0.0 + r.1.0 == 0
    }
    sb_one_sc_fence Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                fence(SeqCst);
                (m[1].load(Relaxed), 0)
            },
            |m| {
                m[1].store(1, Relaxed);
                (m[0].load(Relaxed), 0)
            },
        );
        r.0.0 + r.1.0 == 0
    }
    sb_sc_store_sc_load_with_rlx_other Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, SeqCst);
                (m[1].load(Relaxed), 0)
            },
            |m| {
                m[1].store(1, SeqCst);
                (m[0].load(Relaxed), 0)
            },
        );
        r.0.0 + r.1.0 == 0
    }
    sb_rmw_reads_other Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                (m[2].fetch_add(1, AcqRel), m[1].load(Relaxed))
            },
            |m| {
                m[1].store(1, Relaxed);
                (m[2].fetch_add(1, AcqRel), m[0].load(Relaxed))
            },
        );
        r.0.1 + r.1.1 == 0
    }
    mp_rlx Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| (m[1].load(Relaxed), m[0].load(Relaxed)),
        );
        r.1 == (1, 0)
    }
    mp_ra Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                (0, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1 == (1, 0)
    }
    mp_fence_collapsed_store Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                fence(Acquire);
                (f, m[0].load(Relaxed))
            },
        );
        r.1 == (1, 0)
    }
    mp_fence_collapsed_load Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                fence(Release);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1 == (1, 0)
    }
    mp_rel_fence_then_rmw Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                fence(Release);
                m[1].fetch_add(1, Relaxed);
                (0, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1 == (1, 0)
    }
    mp_store_between_fence_not_covered Weak ["true", "false"] {
        let r = two(
            |m| {
                fence(Release);
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1 == (1, 0)
    }
    mp_same_thread_later_rlx_store_breaks_release Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                m[1].store(2, Relaxed);
                (0, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1 == (2, 0)
    }
    mp_cas_acquire_fail_relaxed Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                (0, 0)
            },
            |m| {
                let f = m[1].compare_exchange(9, 9, AcqRel, Relaxed).unwrap_err();
                (f, m[0].load(Relaxed))
            },
        );
        r.1 == (1, 0)
    }
    mp_cas_fail_acquire Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                (0, 0)
            },
            |m| {
                let f = m[1].compare_exchange(9, 9, Relaxed, Acquire).unwrap_err();
                (f, m[0].load(Relaxed))
            },
        );
        r.1 == (1, 0)
    }
    cas_fails_on_old_value Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                (
                    f,
                    m[0].compare_exchange(7, 7, Relaxed, Relaxed).unwrap_err(),
                )
            },
        );
        r.1 == (1, 0)
    }
    cas_weak_fails_on_old_value Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                (
                    f,
                    m[0].compare_exchange_weak(7, 7, Relaxed, Relaxed)
                        .unwrap_err(),
                )
            },
        );
        r.1 == (1, 0)
    }
    swap_reads_newest Weak ["false"] {
        let r = two(
            |m| {
                m[0].fetch_add(1, Relaxed);
                (0, 0)
            },
            |m| (m[0].fetch_add(1, Relaxed), 0),
        );
        r.1.0 > 1
    }
    corr Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                (0, 0)
            },
            |m| (m[0].load(Relaxed), m[0].load(Relaxed)),
        );
        r.1 == (1, 0)
    }
    cowr Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                (m[0].load(Relaxed), 0)
            },
            |m| {
                m[0].store(2, Relaxed);
                (m[0].load(Relaxed), 0)
            },
        );
        r.0.0 == 0 || r.1.0 == 0
    }
    coww Weak ["false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                m[0].store(2, Relaxed);
                0
            },
            |_| 0,
        );
        r.2 != 2
    }
    two_plus_two_w Weak ["true", "false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(2, Relaxed);
                0
            },
            |m| {
                m[1].store(1, Relaxed);
                m[0].store(2, Relaxed);
                0
            },
        );
        (r.2, r.3) == (1, 1)
    }
    two_plus_two_w_release Weak ["true", "false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Release);
                m[1].store(2, Release);
                0
            },
            |m| {
                m[1].store(1, Release);
                m[0].store(2, Release);
                0
            },
        );
        (r.2, r.3) == (1, 1)
    }
    two_plus_two_w_sc Weak ["false"] {
        let r = two_final(
            |m| {
                m[0].store(1, SeqCst);
                m[1].store(2, SeqCst);
                0
            },
            |m| {
                m[1].store(1, SeqCst);
                m[0].store(2, SeqCst);
                0
            },
        );
        (r.2, r.3) == (1, 1)
    }
    s_rlx Weak ["true", "false"] {
        let r = two_final(
            |m| {
                m[0].store(2, Relaxed);
                m[1].store(1, Relaxed);
                0
            },
            |m| {
                let f = m[1].load(Relaxed);
                m[0].store(1, Relaxed);
                f
            },
        );
        r.1 == 1 && r.2 == 2
    }
    s_ra Weak ["false"] {
        let r = two_final(
            |m| {
                m[0].store(2, Relaxed);
                m[1].store(1, Release);
                0
            },
            |m| {
                let f = m[1].load(Acquire);
                m[0].store(1, Relaxed);
                f
            },
        );
        r.1 == 1 && r.2 == 2
    }
    r_rlx Weak ["true", "false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                0
            },
            |m| {
                m[1].store(2, Relaxed);
                m[0].load(Relaxed)
            },
        );
        r.1 == 0 && r.3 == 2
    }
    r_sc Weak ["false"] {
        let r = two_final(
            |m| {
                m[0].store(1, SeqCst);
                m[1].store(1, SeqCst);
                0
            },
            |m| {
                m[1].store(2, SeqCst);
                m[0].load(SeqCst)
            },
        );
        r.1 == 0 && r.3 == 2
    }
    lb_rlx_documented_gap Weak ["false"] {
        let r = two(
            |m| {
                let v = m[0].load(Relaxed);
                m[1].store(1, Relaxed);
                (v, 0)
            },
            |m| {
                let v = m[1].load(Relaxed);
                m[0].store(1, Relaxed);
                (v, 0)
            },
        );
        r.0.0 + r.1.0 == 2
    }
    four_old_values_in_a_row Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                (f, (0..4).map(|_| m[0].load(Relaxed)).sum())
            },
        );
        r.1 == (1, 0)
    }
    three_old_values_in_a_row Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                (f, (0..3).map(|_| m[0].load(Relaxed)).sum())
            },
        );
        r.1 == (1, 0)
    }
    two_old_values_in_a_row Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                (f, (0..2).map(|_| m[0].load(Relaxed)).sum())
            },
        );
        r.1 == (1, 0)
    }
    dekker_rlx_with_sc_fence_ok Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                fence(SeqCst);
                (m[1].load(Relaxed), 0)
            },
            |m| {
                m[1].store(1, Relaxed);
                fence(SeqCst);
                (m[0].load(Relaxed), 0)
            },
        );
        r.0.0 + r.1.0 == 0
    }
    hazard_pointer_fences Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                fence(SeqCst);
                (m[1].load(Relaxed), 0)
            },
            |m| {
                m[1].store(1, Relaxed);
                fence(SeqCst);
                (if m[0].load(Relaxed) == 0 { 1 } else { 0 }, 0)
            },
        );
        r.0.0 == 0 && r.1.0 == 1
    }
    seqlock_reader_without_fence Weak ["true", "false"] {
        // It reads the data between two reads of the counter, the second of them relaxed.
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                fence(Release);
                m[1].store(1, Relaxed);
                m[2].store(1, Relaxed);
                m[0].store(2, Release);
                (0, 0)
            },
            |m| {
                let a = m[0].load(Acquire);
                let (d, e) = (m[1].load(Relaxed), m[2].load(Relaxed));
                let b = m[0].load(Relaxed);
                (u32::from(a == b && a % 2 == 0), d * 10 + e)
            },
        );
        r.1.0 == 1 && (r.1.1 == 1 || r.1.1 == 10)
    }
    seqlock_reader_with_fence Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                fence(Release);
                m[1].store(1, Relaxed);
                m[2].store(1, Relaxed);
                m[0].store(2, Release);
                (0, 0)
            },
            |m| {
                let a = m[0].load(Acquire);
                let (d, e) = (m[1].load(Relaxed), m[2].load(Relaxed));
                fence(Acquire);
                let b = m[0].load(Relaxed);
                (u32::from(a == b && a % 2 == 0), d * 10 + e)
            },
        );
        r.1.0 == 1 && (r.1.1 == 1 || r.1.1 == 10)
    }
}

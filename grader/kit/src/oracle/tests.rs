use serde_json::json;

use super::*;
use crate::{examples::Recorder, linearizable::specs};

#[test]
fn an_oracle_observes_what_its_most_curious_property_does() {
    let none = || Text::new("", "");
    let results = Oracle::new()
        .before("", "", "a", "b")
        .always_results("", "", |_| Ok(()))
        .sometimes_results("", "", none(), |_| true)
        .outcomes("", "", |results| results.count("a"), [1]);
    assert_eq!(Oracle::new().needs().observes, Observes::Results);
    assert_eq!(results.needs().observes, Observes::Results);
    let intervals = results
        .linearizable("", "", specs::Counter)
        .fifo("", "", "put", "get")
        .holds_at_most("", "", "put", "get", 1)
        .may_overlap("", "", "inside");
    assert_eq!(intervals.needs().observes, Observes::Intervals);
    assert_eq!(
        intervals.always("", "", |_| Ok(())).needs().observes,
        Observes::Order
    );
    let timed = Oracle::new().may_take_at_most("", "", "all", std::time::Duration::ZERO);
    assert_eq!(timed.needs().observes, Observes::Results);
    let wish = Oracle::new().sometimes("", "", none(), |_| true);
    assert_eq!(wish.needs().observes, Observes::Order);
}

#[test]
fn a_specification_can_depend_on_the_case() {
    let spec = |permits: u64| specs::Semaphore { permits };
    let oracle = Oracle::new().linearizable_in("", "", spec);
    let mut recorder = Recorder::default();
    recorder.whole(1, "try_acquire", (), true);
    recorder.whole(1, "try_acquire", (), false);
    let judge =
        |permits: u64| oracle.properties[0].judge_history(&recorder.history_of(json!(permits)));
    assert!(judge(1).is_ok());
    assert!(judge(2).is_err());
    assert!(judge(0).is_err());
}

#[test]
fn only_synchronisation_puts_a_mark_before_another() {
    let history = |clock: Vec<u32>| {
        let mut recorder = Recorder::default();
        recorder.mark(1, "a", ()).clock(vec![0, 3]);
        recorder.mark(2, "b", ()).clock(clock);
        recorder.history()
    };
    let oracle = Oracle::new().before("", "", "a", "b");
    assert!(
        oracle.properties[0]
            .judge_history(&history(vec![0, 3, 1]))
            .is_ok()
    );
    assert!(
        oracle.properties[0]
            .judge_history(&history(vec![0, 2, 1]))
            .is_err()
    );
}

#[test]
fn memory_is_weak_where_nothing_compares_calls_by_real_time() {
    let results = || Oracle::new().always_results("", "", |_| Ok(()));
    assert!(Oracle::new().is_weak());
    assert!(results().never_overlap("", "", "inside").is_weak());
    assert!(results().comes_to_rest("", "").is_weak());
    assert!(results().before("", "", "a", "b").is_weak());
    for oracle in [
        || Oracle::new().linearizable("", "", specs::Counter),
        || Oracle::new().fifo("", "", "put", "get"),
        || Oracle::new().holds_at_most("", "", "put", "get", 1),
        || Oracle::new().always("", "", |_| Ok(())),
    ] {
        assert!(!oracle().is_weak());
        assert!(oracle().weak_memory().is_weak());
    }
    assert!(!results().sequential_memory("why", "原因").is_weak());
}

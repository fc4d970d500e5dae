//! Which thread poisoned a lock, and which thread found it poisoned.

use grader_schema::{
    Text,
    protocol::{Ending, Replayed},
};

use super::facts::{poisoned_lock, taken_lock};
use crate::verdict::explaining::{names::Names, words};

/// For an execution that ended with a panic: the lock that was poisoned, the thread that poisoned it,
/// and the thread that took it after that.
pub(super) fn reason(replayed: &Replayed, names: &Names<'_>) -> Option<Text> {
    if !matches!(replayed.observation.ending, Ending::Panicked { .. }) {
        return None;
    }
    let trace = &replayed.trace;
    let mut steps = trace.iter().enumerate();
    let (index, poison, lock) =
        steps.find_map(|(index, step)| Some((index, step, poisoned_lock(step)?)))?;
    let met = trace[index..]
        .iter()
        .find(|step| taken_lock(step) == Some(lock));
    let who = names.thread(poison.thread);
    let taken = names.at(&poison.location);
    let Text { en, zh } = words::object(lock);
    let (after, after_zh) = met.map_or_else(Default::default, |met| {
        let (other, at) = (names.thread(met.thread), names.at(&met.location));
        (
            format!("; {other} found it poisoned at {at}"),
            format!("；{other} 在 {at} 处发现它已中毒"),
        )
    });
    Some(Text::new(
        format!(
            "{who} panicked while it held {en}, taken at {taken}, and so poisoned \
             it{after}."
        ),
        format!("{who} 在持有{zh}（在 {taken} 处取得）时 panic，使它中毒{after_zh}。"),
    ))
}

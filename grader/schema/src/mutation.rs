//! The report of `grader dev mutate`, as `--format json` prints it.

use serde::{Deserialize, Serialize};

use crate::{Text, found_by::FoundBy};

/// The version of the report format.
pub const FORMAT: u32 = 1;

/// The outcomes of the mutants of some exercises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutationReport {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// Version of the grader.
    pub grader: String,
    /// `rustc -V` of the toolchain that compiled the mutants.
    pub toolchain: String,
    /// Every mutant was judged with the seeds from 1 to this one, until one killed it.
    pub seeds: u64,
    /// One entry per exercise, in syllabus order.
    pub exercises: Vec<ExerciseMutation>,
}

/// The outcomes of the mutants of one exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseMutation {
    /// The slug.
    pub id: String,
    /// Position in the syllabus.
    pub number: u32,
    /// The mutants, in the order of the reference's lines.
    pub mutants: Vec<Mutant>,
    /// Who finds the mutants, if the exercise has a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<FoundBy>,
    /// Entries of `equivalent.toml` that match no surviving mutant.
    pub stale: Vec<Stale>,
}

/// The outcomes of checks from which one property was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionReport {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// Version of the grader.
    pub grader: String,
    /// `rustc -V` of the toolchain that compiled the checks.
    pub toolchain: String,
    /// One entry for each property of the checks, in the order of the exercises and lines.
    pub deletions: Vec<Deletion>,
}

/// A check from which one property was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// The function that makes the oracle.
    pub oracle: String,
    /// The file, relative to the course.
    pub file: String,
    /// The line where the property is, from 1.
    pub line: usize,
    /// The property, as it is written.
    pub property: String,
    /// The answer that shows that it is missing: a wrong answer, or a mutant of the
    /// reference. Empty if no outcome differs.
    pub detected_by: Option<String>,
}

/// The reference with one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// The kind of mistake.
    pub operator: Operator,
    /// The file, relative to the course.
    pub file: String,
    /// The first line that was changed, from 1.
    pub line: usize,
    /// The change, as a unified difference.
    pub diff: String,
    /// What became of it.
    pub fate: Fate,
}

/// The outcome of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// These checks fail.
    Killed(Vec<String>),
    /// It earns all points.
    Survived,
    /// It earns all points, and the teacher declares it equivalent for this reason.
    Equivalent(Text),
    /// It does not compile, so no student can make this mistake.
    Stillborn,
}

/// An entry of `equivalent.toml` that is not needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// The file, relative to the course.
    pub file: String,
    /// The line where the entry begins, from 1.
    pub line: usize,
}

/// A mutation operator: a kind of mistake that is put into a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// The lock is released and taken again in the middle of a critical section.
    SplitSection,
    /// A critical section ends earlier.
    ShrinkSection,
    /// A critical section begins earlier or ends later.
    WidenSection,
    /// The lock is not taken.
    RemoveSection,
    /// Two locks are taken in the other order.
    SwapLocks,
    /// The condition is checked once before a wait, and not again after it.
    WhileToIf,
    /// One waiter is notified instead of all.
    NotifyOne,
    /// No waiter is notified.
    RemoveNotify,
    /// The notification comes before the statement that it followed.
    MoveNotify,
    /// No thread waits.
    RemoveWait,
    /// A thread is not joined.
    RemoveJoin,
    /// An atomic is not changed, or a message not sent.
    RemoveUpdate,
    /// Something is not dropped.
    RemoveDrop,
    /// What is done for each is done for the first only.
    FirstOnly,
    /// An atomic operation has a weaker ordering.
    WeakerOrdering,
    /// An atomic update is a load and a store.
    SplitUpdate,
    /// A bound is off by one.
    OffByOne,
    /// A channel holds one message more.
    Capacity,
    /// The other end of a queue is used.
    OtherEnd,
}

impl Operator {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 19] = [
        Self::SplitSection,
        Self::ShrinkSection,
        Self::WidenSection,
        Self::RemoveSection,
        Self::SwapLocks,
        Self::WhileToIf,
        Self::NotifyOne,
        Self::RemoveNotify,
        Self::MoveNotify,
        Self::RemoveWait,
        Self::RemoveJoin,
        Self::RemoveUpdate,
        Self::RemoveDrop,
        Self::FirstOnly,
        Self::WeakerOrdering,
        Self::SplitUpdate,
        Self::OffByOne,
        Self::Capacity,
        Self::OtherEnd,
    ];

    /// The name that reports use, `while-to-if` for example.
    pub fn name(self) -> &'static str {
        match self {
            Self::SplitSection => "split-section",
            Self::ShrinkSection => "shrink-section",
            Self::WidenSection => "widen-section",
            Self::RemoveSection => "remove-section",
            Self::SwapLocks => "swap-locks",
            Self::WhileToIf => "while-to-if",
            Self::NotifyOne => "notify-one",
            Self::RemoveNotify => "remove-notify",
            Self::MoveNotify => "move-notify",
            Self::RemoveWait => "remove-wait",
            Self::RemoveJoin => "remove-join",
            Self::RemoveUpdate => "remove-update",
            Self::RemoveDrop => "remove-drop",
            Self::FirstOnly => "first-only",
            Self::WeakerOrdering => "weaker-ordering",
            Self::SplitUpdate => "split-update",
            Self::OffByOne => "off-by-one",
            Self::Capacity => "capacity",
            Self::OtherEnd => "other-end",
        }
    }

    /// The mistake, in words.
    pub fn meaning(self) -> Text {
        let (en, zh) = match self {
            Self::SplitSection => (
                "the lock is released and taken again in the middle",
                "在临界区中间放开锁又重新加锁",
            ),
            Self::ShrinkSection => ("the critical section ends earlier", "临界区提前结束"),
            Self::WidenSection => ("the critical section is longer", "临界区变长"),
            Self::RemoveSection => ("the lock is not taken", "没有加锁"),
            Self::SwapLocks => (
                "two locks are taken in the other order",
                "两把锁的加锁次序颠倒",
            ),
            Self::WhileToIf => (
                "the condition is not checked again after the wait",
                "等待之后不再检查条件",
            ),
            Self::NotifyOne => ("one waiter is notified instead of all", "只通知一个等待者"),
            Self::RemoveNotify => ("no waiter is notified", "没有发出通知"),
            Self::MoveNotify => (
                "the notification comes one statement earlier",
                "通知提前了一条语句",
            ),
            Self::RemoveWait => ("the wait is left out", "没有等待"),
            Self::RemoveJoin => ("the thread is not joined", "没有等待线程结束"),
            Self::RemoveUpdate => (
                "an atomic is not changed, or a message not sent",
                "没有修改原子变量，或没有发送消息",
            ),
            Self::RemoveDrop => ("something is not dropped", "没有及时丢弃（drop）"),
            Self::FirstOnly => (
                "what is done for each is done for the first only",
                "本应对每一个做的事只对第一个做",
            ),
            Self::WeakerOrdering => (
                "an atomic operation has a weaker ordering",
                "原子操作的内存序变弱",
            ),
            Self::SplitUpdate => (
                "an atomic update is a load and a store",
                "一次原子更新被拆成读和写",
            ),
            Self::OffByOne => ("a bound is off by one", "边界差一"),
            Self::Capacity => ("the channel holds one message more", "通道多容纳一条消息"),
            Self::OtherEnd => ("the other end of the queue is used", "用了队列的另一端"),
        };
        Text::new(en, zh)
    }
}

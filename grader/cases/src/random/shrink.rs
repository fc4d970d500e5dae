//! Smaller programs: what a failing one is cut down to.
//!
//! Source: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
//! IEEE TSE 28 (2002); one cut at a time is enough for programs as small as these.

use std::sync::atomic::Ordering;

use super::program::{Action, Change, Owner, Program, Shape};

/// The smallest program that can be reached from `program` by cuts that leave `is_wanted` true
/// of it.
pub fn smaller(mut program: Program, is_wanted: &mut dyn FnMut(&Program) -> bool) -> Program {
    while let Some(next) = cuts(&program)
        .into_iter()
        .find(|cut| *cut != program && is_wanted(cut))
    {
        program = next;
    }
    program
}

/// The programs that are one cut smaller, those with the larger cuts first.
fn cuts(program: &Program) -> Vec<Program> {
    let mut cuts = Vec::new();
    let mut add = |change: &dyn Fn(&mut Program)| {
        let mut cut = program.clone();
        change(&mut cut);
        cuts.push(cut);
    };
    for index in 0..program.threads.len() {
        add(&|cut| {
            cut.threads.remove(index);
        });
        // The main thread can do it as well.
        add(&|cut| {
            let actions = cut.threads.remove(index);
            cut.main.extend(actions);
        });
    }
    let mut actions = 0;
    program.visit(&mut |_| actions += 1);
    for index in 0..actions {
        add(&|cut| {
            edit(cut, index, &mut |list, at| {
                list.remove(at);
            });
        });
    }
    for index in 0..actions {
        add(&|cut| edit(cut, index, &mut unnest));
    }
    add(&|cut| cut.weak = false);
    add(&|cut| cut.shape = Shape::Joined);
    add(&|cut| cut.receiver = Owner::First);
    for capacity in [None, Some(1)] {
        if program.capacity.is_some() {
            add(&|cut| cut.capacity = capacity);
        }
    }
    for index in 0..actions {
        for simplify in [no_order, no_first, no_last, first_object, plain_lock] {
            add(&|cut| edit(cut, index, &mut |list, at| simplify(&mut list[at])));
        }
    }
    cuts
}

/// Calls `change` for the action of this number, with the list that it is in.
fn edit(program: &mut Program, number: usize, change: &mut dyn FnMut(&mut Vec<Action>, usize)) {
    fn within(
        list: &mut Vec<Action>,
        left: &mut usize,
        change: &mut dyn FnMut(&mut Vec<Action>, usize),
    ) -> bool {
        for at in 0..list.len() {
            if *left == 0 {
                change(list, at);
                return true;
            }
            *left -= 1;
            for inner in list[at].lists_mut() {
                if within(inner, left, change) {
                    return true;
                }
            }
        }
        false
    }
    let mut left = number;
    for list in program.threads.iter_mut().chain([&mut program.main]) {
        if within(list, &mut left, change) {
            return;
        }
    }
}

/// Puts what is in an action into its place.
fn unnest(list: &mut Vec<Action>, at: usize) {
    let inside: Vec<Action> = list[at].lists().into_iter().flatten().cloned().collect();
    if !inside.is_empty() {
        list.splice(at..=at, inside);
    }
}

fn no_order(action: &mut Action) {
    if let Action::Load(_, order)
    | Action::Store(_, _, order)
    | Action::Add(_, _, order)
    | Action::Exchange(_, _, _, order)
    | Action::Fence(order) = action
    {
        *order = Ordering::SeqCst;
    }
}

fn no_first(action: &mut Action) {
    if let Some(section) = action.section_mut() {
        section.first = Change::Nothing;
    }
}

fn no_last(action: &mut Action) {
    if let Some(section) = action.section_mut() {
        section.last = match section.last {
            Change::Add(_) | Change::Set(_) => Change::Set(1),
            Change::Get | Change::Nothing => Change::Nothing,
        };
    }
}

fn first_object(action: &mut Action) {
    if let Action::Lock(at, _)
    | Action::TryLock(at, _)
    | Action::Read(at, _)
    | Action::Write(at, _)
    | Action::TryRead(at, _)
    | Action::TryWrite(at, _)
    | Action::Load(at, _)
    | Action::Store(at, ..)
    | Action::Add(at, ..) = action
    {
        *at = 0;
    }
}

fn plain_lock(action: &mut Action) {
    if let Some(section) = action.section_mut()
        && matches!(section.last, Change::Add(_) | Change::Set(_))
    {
        section.last = Change::Nothing;
    }
}

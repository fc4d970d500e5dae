//! Makes a program a little smaller.

use super::Shape;

/// Programs with a thread or a call less, or with a simpler call or object: those with the fewest
/// calls first.
pub(super) fn smaller(shape: &Shape) -> Vec<Shape> {
    let mut smaller = Vec::new();
    let mut add = |object: usize, threads: Vec<Vec<usize>>| {
        let threads = threads.into_iter().filter(|calls| !calls.is_empty());
        smaller.push(Shape {
            object,
            threads: threads.collect(),
        });
    };
    let Shape { object, threads } = shape;
    for thread in 0..threads.len() {
        let mut fewer = threads.clone();
        fewer.remove(thread);
        add(*object, fewer);
    }
    for (thread, calls) in threads.iter().enumerate() {
        for call in 0..calls.len() {
            let mut fewer = threads.clone();
            fewer[thread].remove(call);
            add(*object, fewer);
        }
    }
    for (thread, calls) in threads.iter().enumerate() {
        for (place, &call) in calls.iter().enumerate() {
            for simpler in 0..call {
                let mut other = threads.clone();
                other[thread][place] = simpler;
                add(*object, other);
            }
        }
    }
    for simpler in 0..*object {
        add(simpler, threads.clone());
    }
    smaller.sort_by_key(Shape::size);
    smaller.dedup();
    smaller
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_smaller_so_that_there_is_an_end() {
        let mut shape = Shape {
            object: 1,
            threads: vec![vec![3, 1], vec![2]],
        };
        let weight = |shape: &Shape| {
            let calls = shape.threads.iter().flatten();
            (shape.size(), calls.sum::<usize>() + shape.object)
        };
        let mut steps = 0;
        while let Some(next) = smaller(&shape).pop() {
            assert!(weight(&next) < weight(&shape), "{shape} {next}");
            shape = next;
            steps += 1;
        }
        assert_eq!(shape.threads, Vec::<Vec<usize>>::new());
        assert!(steps > 3);
    }
}

//! A program by the numbers of its calls: this is how programs are listed, made smaller, and named
//! in tokens.

use std::{fmt, str::FromStr};

/// A program by numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Shape {
    /// Which of the model's objects it makes.
    pub(crate) object: usize,
    /// Which of the model's calls each thread makes.
    pub(crate) threads: Vec<Vec<usize>>,
}

impl Shape {
    /// How many calls it has.
    pub(crate) fn size(&self) -> usize {
        self.threads.iter().map(Vec::len).sum()
    }
}

/// A text is no program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShapeError;

/// `p1-0_3-4` is a program with object 1, a thread with the calls 0 and 3, and one with call 4.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}", self.object)?;
        for thread in &self.threads {
            let calls: Vec<String> = thread.iter().map(usize::to_string).collect();
            write!(f, "-{}", calls.join("_"))?;
        }
        Ok(())
    }
}

impl FromStr for Shape {
    type Err = ShapeError;

    fn from_str(text: &str) -> Result<Self, ShapeError> {
        let number = |text: &str| text.parse().map_err(|_| ShapeError);
        let mut parts = text.strip_prefix('p').ok_or(ShapeError)?.split('-');
        let object = number(parts.next().ok_or(ShapeError)?)?;
        let thread = |part: &str| part.split('_').map(number).collect();
        let threads = parts.map(thread).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { object, threads })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_program_survives_its_name(
            object in 0usize..9,
            threads in prop::collection::vec(prop::collection::vec(0usize..40, 1..4), 0..4),
        ) {
            let shape = Shape { object, threads };
            prop_assert_eq!(shape.to_string().parse(), Ok(shape));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "p?[0-9_-]{0,30}") {
            let _ = text.parse::<Shape>();
        }
    }
}

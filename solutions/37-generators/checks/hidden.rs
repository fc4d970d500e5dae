// canary: ca0538c42191fd66f0382d7b23c09b62
//! The hidden checks of exercise 37.

use kit::prelude::*;

kit::checks![ends_cleanly, passes_everything_on, any_text];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::follow;

    /// Generators that are resumed after their end, or have nothing to do at all.
    pub fn ends_cleanly(case: &Case) {
        follow(case);
    }

    /// Consumers that have much to say, or come to their end early.
    pub fn passes_everything_on(case: &Case) {
        follow(case);
    }

    /// Texts made by chance.
    pub fn any_text(case: &Case) {
        follow(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{
        Play,
        Reply::{Item, Nothing, Return},
        oracles::{follows_the_rules, packer},
    };

    pub fn ends_cleanly() -> Oracle {
        follows_the_rules(|_| {
            vec![
                Play::Words(String::new(), 4),
                Play::Words(" \n ".to_owned(), 4),
                Play::Words("end".to_owned(), 6),
                packer(3, ""),
                Play::Packer(
                    9,
                    [Some("a"), None, Some("b"), None]
                        .map(|word| word.map(str::to_owned))
                        .into(),
                ),
                Play::Pipe(2, vec![], 4),
                Play::Pipe(0, vec![], 3),
                Play::Lines(String::new(), 5, 3),
            ]
        })
    }

    pub fn passes_everything_on() -> Oracle {
        follows_the_rules(|_| {
            vec![
                // The consumer has several things to say when nothing more comes.
                Play::Pipe(
                    2,
                    vec![Nothing, Nothing, Item(1), Item(2), Nothing, Item(3)],
                    7,
                ),
                // It ends before the producer.
                Play::Pipe(5, vec![Nothing, Item(1), Return(9)], 5),
                Play::Pipe(1, vec![Return(8)], 3),
                // It yields something for each thing that is sent.
                Play::Pipe(3, vec![Item(1), Item(2), Item(3), Item(4), Return(5)], 7),
                // A long text is not read before it is asked for.
                Play::Lines("so many words and so little time ".repeat(300), 30, 4),
            ]
        })
    }

    pub fn any_text() -> Oracle {
        follows_the_rules(|seed| {
            let mut random = Random::new(seed);
            let mut cases = vec![
                packer(4, "一二 三 四五六七八 九 十"),
                Play::Words("数字\u{3000}字 é\tß".to_owned(), 6),
            ];
            for _ in 0..20 {
                let letters = ['a', 'b', '字', 'ü', ' ', '\n', ' ', 'c'];
                let length = random.below(60);
                let letter = |_| letters[random.index(letters.len())];
                let text: String = (0..length).map(letter).collect();
                let width = 1 + random.index(12);
                cases.push(Play::Words(text.clone(), 40));
                cases.push(packer(width, &text));
                cases.push(Play::Lines(text, width, 40));
            }
            cases
        })
    }
}

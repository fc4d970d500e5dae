//! What each kind of finding means, and what to do about it.

use grader_schema::{Text, audit::FindingKind, report::FailureKind};

/// The words for a kind of finding.
pub(crate) trait Describe {
    /// What is wrong, in a sentence.
    fn meaning(self) -> Text;

    /// What to do about it, in a sentence.
    fn next(self) -> Text;
}

impl Describe for FindingKind {
    fn meaning(self) -> Text {
        let (en, zh) = match self {
            Self::Unreadable => (
                "A file of the exercise cannot be read.",
                "练习的某个文件无法读取。",
            ),
            Self::ManifestInvalid => (
                "`exercise.toml` or `hidden.toml` is wrong.",
                "`exercise.toml` 或 `hidden.toml` 有误。",
            ),
            Self::TextMissing => (
                "A title or a hint is missing in one of the two languages.",
                "某个标题或提示缺少两种语言之一。",
            ),
            Self::FileMissing => (
                "A required file of the exercise is missing.",
                "练习缺少某个部分。",
            ),
            Self::HintsMissing => ("There are fewer than three hints.", "提示少于三条。"),
            Self::PointsWrong => (
                "The points of all checks do not add up to ten for each star.",
                "全部检查的分值之和不等于每颗星十分。",
            ),
            Self::SyllabusDiffers => (
                "The row in `syllabus.md` differs from the manifest.",
                "`syllabus.md` 中的行与清单不符。",
            ),
            Self::SignatureDiffers => (
                "A README shows a signature that the stub does not have, or leaves out a function that it has.",
                "README 给出的签名与骨架不符，或漏掉了骨架中的函数。",
            ),
            Self::MarkersInvalid => (
                "The reference does not mark the code that students write, or marks it wrongly.",
                "参考答案没有标出由学生编写的部分，或标记有误。",
            ),
            Self::StubDiffers => (
                "A stub differs from the one generated from the reference.",
                "骨架与参考答案生成的不同。",
            ),
            Self::AnswersMissing => (
                "There is no accepted answer, or there are fewer than three wrong ones.",
                "没有其他正确答案，或错误答案少于三个。",
            ),
            Self::HeaderInvalid => (
                "A wrong answer does not declare in its header what is wrong and which checks it fails.",
                "错误答案的头部没有声明错在哪里、哪些检查会失败。",
            ),
            Self::DiffInvalid => (
                "A wrong answer is written as a diff that cannot be read, or that does not apply to its base.",
                "以差异形式写的错误答案无法读取，或无法应用到它的基准。",
            ),
            Self::CannotJudge => (
                "The grader cannot judge the answer, for example because the checks do not compile.",
                "无法评判该答案，例如检查本身不能编译。",
            ),
            Self::DoesNotCompile => ("An answer does not compile.", "某个答案不能编译。"),
            Self::CompilerWarns => (
                "The compiler warns about the stub or a right answer.",
                "编译器对骨架或正确答案发出警告。",
            ),
            Self::StubIsStarted => (
                "The stub earns points, or fails for another reason than a `todo!()`.",
                "骨架得了分，或不是因为 `todo!()` 而失败。",
            ),
            Self::RightAnswerFails => (
                "The reference or an accepted answer fails a check.",
                "参考答案或其他正确答案未通过某项检查。",
            ),
            Self::MistakeNotFound => (
                "A wrong answer passes a check that it should fail.",
                "错误答案通过了它应当失败的检查。",
            ),
            Self::KindDiffers => (
                "A wrong answer fails a check in another way than it declares.",
                "错误答案失败的方式与它声明的不同。",
            ),
            Self::UndeclaredFailure => (
                "A wrong answer fails a check that it does not declare.",
                "错误答案在它没有声明的检查上失败。",
            ),
            Self::ReplayDiffers => (
                "A failing schedule, replayed by its token, does not show the same failure.",
                "用令牌重放失败的调度时，没有出现同样的失败。",
            ),
            Self::PropertyUnfed => (
                "A property asks for marks, calls or spans that no history of a right answer has, so it holds whatever happens.",
                "某个性质要找的标记、调用或区间在正确答案的任何历史里都没有，所以无论发生什么它都成立。",
            ),
            Self::RecordUnread => (
                "A scenario records marks, calls or spans that no property of the exercise asks for.",
                "场景记录了标记、调用或区间，但本题没有任何性质去看它们。",
            ),
            Self::ModelMutantPasses => (
                "The model of generated programs could say something else, and all right answers would still pass.",
                "生成程序所用的模型换一种说法，所有正确答案仍会通过。",
            ),
            Self::MemoryUnexplained => (
                "A check asks for sequentially consistent memory but does not say why.",
                "某个检查要求顺序一致的内存，却没有说明原因。",
            ),
            Self::SleepUnchecked => (
                "The reference sleeps, but no check distinguishes sleeping from polling.",
                "参考答案会睡眠，却没有检查能区分睡眠与反复轮询。",
            ),
            Self::CheckNeverFails => (
                "No wrong answer fails the check.",
                "没有任何错误答案使该检查失败。",
            ),
            Self::HiddenNameLeaks => (
                "A file that students read names a hidden check.",
                "学生能读到的文件中出现了隐藏检查的名称。",
            ),
            Self::HiddenValueLeaks => (
                "A file that students read contains a value that identifies a hidden check.",
                "学生能读到的文件中出现了隐藏检查特有的值。",
            ),
            Self::CanaryMissing => (
                "A hidden file has no canary line.",
                "隐藏文件没有金丝雀标记行。",
            ),
            Self::CanaryLeaks => (
                "A file that students read contains the canary of a hidden file.",
                "学生能读到的文件中出现了隐藏文件的金丝雀标记。",
            ),
        };
        Text::new(en, zh)
    }

    fn next(self) -> Text {
        let (en, zh) = match self {
            Self::Unreadable => (
                "Check the named file and its permissions.",
                "请检查所指的文件及其权限。",
            ),
            Self::ManifestInvalid => ("Fix the named line.", "请修正所指的行。"),
            Self::TextMissing => ("Write the text in both languages.", "请用两种语言写全。"),
            Self::FileMissing => (
                "Write it; `docs/teacher.md` lists the parts of an exercise.",
                "请补上；练习应包含的内容见 `docs/teacher.zh.md`。",
            ),
            Self::HintsMissing => (
                "Write three hints, from a nudge to nearly the answer.",
                "请写三条提示，从轻轻一点到接近答案。",
            ),
            Self::PointsWrong => (
                "Change the points in `exercise.toml` and `hidden.toml`.",
                "请修改 `exercise.toml` 和 `hidden.toml` 中的分值。",
            ),
            Self::SyllabusDiffers => (
                "Run `cargo grader dev stub`, or add the row by hand.",
                "运行 `cargo grader dev stub`，或手工写入该行。",
            ),
            Self::SignatureDiffers => (
                "Make the README and the stub agree.",
                "请让 README 与骨架一致。",
            ),
            Self::MarkersInvalid => (
                "Put `// BEGIN SOLUTION`, `// |` with the stub's text, and `// END SOLUTION` around what students write.",
                "请用 `// BEGIN SOLUTION`、带骨架文本的 `// |` 和 `// END SOLUTION` 标出由学生编写的部分。",
            ),
            Self::StubDiffers => (
                "Run `cargo grader dev stub` (with `--force` if there is work in `src/`), or change the reference.",
                "运行 `cargo grader dev stub`（若 `src/` 中有人写过，请加 `--force`），或修改参考答案。",
            ),
            Self::AnswersMissing => (
                "Write one: a right one in another style, or a mistake that students make.",
                "请补写：另一种风格的正确答案，或学生会犯的错误。",
            ),
            Self::HeaderInvalid => (
                "Begin the answer with `//! wrong: …` and lines of the form `//! fails: check kind`.",
                "答案开头应为 `//! wrong: …`，以及 `//! fails: 检查 种类` 形式的行。",
            ),
            Self::DiffInvalid => (
                "Run `cargo grader dev wrong refresh NN`, or follow the advice below the message.",
                "运行 `cargo grader dev wrong refresh NN`，或按消息下的提示处理。",
            ),
            Self::CannotJudge => (
                "Fix what the message names; `cargo grader doctor` checks this computer.",
                "请修正消息所指之处；`cargo grader doctor` 可检查本机的问题。",
            ),
            Self::DoesNotCompile => (
                "Fix it: an answer that does not compile says nothing about the checks.",
                "请修正：不能编译的答案说明不了检查的好坏。",
            ),
            Self::CompilerWarns => (
                "Fix the warning; in a stub, `let _ = argument;` uses an argument.",
                "请消除警告；在骨架中可用 `let _ = 参数;` 来使用参数。",
            ),
            Self::StubIsStarted => (
                "Make every body that students write a `todo!()`, and make every check reach one.",
                "让学生要写的每个函数体都是 `todo!()`，并让每项检查都会遇到它。",
            ),
            Self::RightAnswerFails => (
                "Fix the check: it demands more than the README does. Or the answer is wrong after all.",
                "请修正检查：它的要求超出了 README；也可能答案其实有误。",
            ),
            Self::MistakeNotFound => (
                "Strengthen the check, or remove the line from the header if the check is not about this mistake.",
                "请加强检查；如果该检查与这个错误无关，请从头部删去该行。",
            ),
            Self::KindDiffers => (
                "Look at the failure with `cargo grader check NN --source FILE`; then change the header or the check.",
                "用 `cargo grader check NN --source 文件` 查看失败，再修改头部或检查。",
            ),
            Self::UndeclaredFailure => (
                "Declare the failure in the header if it is deserved; otherwise fix the check.",
                "如果失败是应得的，请在头部声明；否则请修正检查。",
            ),
            Self::ReplayDiffers => (
                "Look in the scenario for what differs between runs: time, addresses, threads of its own.",
                "请在场景中查找每次运行不同的东西：时间、地址、自行创建的线程。",
            ),
            Self::PropertyUnfed => (
                "Spell the name as the scenario does (it is a string on both sides), or record it in the scenario.",
                "让两边的名称一致（两边都只是字符串），或者让场景记录它。",
            ),
            Self::RecordUnread => (
                "Add the property that it was recorded for, or remove it from the scenario.",
                "请补上为它而写的性质，或从场景中删去这条记录。",
            ),
            Self::ModelMutantPasses => (
                "Give the programs the calls, arguments or lengths in which it shows, or leave out what the model need not say.",
                "请让程序包含能看出区别的调用、参数或长度，或从模型中删去多余的部分。",
            ),
            Self::MemoryUnexplained => (
                "Give the reason to `sequential_memory`, or remove the call: weakly ordered memory is the default.",
                "把原因写给 `sequential_memory`，或删去这个调用：默认是弱内存序。",
            ),
            Self::SleepUnchecked => (
                "Add a check that `comes_to_rest`; if an answer may poll, say why in `exercise.toml`: `polling = { en = \"…\", zh = \"…\" }`.",
                "请添加一个使用 `comes_to_rest` 的检查；如果允许轮询，请在 `exercise.toml` 中说明原因：`polling = { en = \"…\", zh = \"…\" }`。",
            ),
            Self::CheckNeverFails => (
                "Add a wrong answer that fails it, or remove the check.",
                "请添加一个使它失败的错误答案，或删去该检查。",
            ),
            Self::HiddenNameLeaks | Self::HiddenValueLeaks => (
                "Remove it from the file, or change the name or value in the hidden check.",
                "请从文件中删去，或让隐藏检查换一个。",
            ),
            Self::CanaryMissing => (
                "Add a comment `canary: ` with 32 random hexadecimal digits; `openssl rand -hex 16` generates them.",
                "请加一行注释 `canary: ` 和 32 位随机十六进制数字；可用 `openssl rand -hex 16` 生成。",
            ),
            Self::CanaryLeaks => (
                "Remove what was copied from the hidden file.",
                "请删去从隐藏文件复制来的内容。",
            ),
        };
        Text::new(en, zh)
    }
}

/// The meaning of each kind of failure, for authors of wrong answers.
pub(crate) fn failure(kind: FailureKind) -> Text {
    let (en, zh) = match kind {
        FailureKind::Property => (
            "A property of the check does not hold.",
            "检查的某个性质不成立。",
        ),
        FailureKind::Deadlock => (
            "Threads wait for each other, or for an event that never happens.",
            "线程互相等待，或等待永远不会发生的事。",
        ),
        FailureKind::Panic => (
            "A thread panics, and no other thread handles the panic.",
            "某个线程 panic，而没有其他线程处理它。",
        ),
        FailureKind::NoProgress => (
            "An execution takes more consecutive steps without any change than the check allows (`max_steps`, by default 20,000), or fifty times as many steps in total.",
            "一次执行中，连续没有带来任何变化的步数超过检查允许的上限（`max_steps`，默认 20,000），或虽有变化，但总步数超过其五十倍。",
        ),
        FailureKind::DataRace => (
            "Two threads access the same plain memory, one of them writes, and no synchronisation orders the accesses.",
            "两个线程使用同一块普通内存，且没有先后次序。",
        ),
        FailureKind::NotStarted => ("A `todo!()` is reached.", "执行到了 `todo!()`。"),
        FailureKind::Crashed => (
            "The process dies: a signal, an abort, a stack overflow.",
            "进程死亡：信号、abort 或栈溢出。",
        ),
        FailureKind::ExitedEarly => (
            "The process ends before its work is done.",
            "进程在工作完成前结束。",
        ),
        FailureKind::OutputLimit => (
            "The program prints more than one execution may.",
            "输出超过一次执行的上限。",
        ),
        FailureKind::TimedOut => (
            "The wall-clock limit was exceeded. Do not declare it: a faster computer may stay within it.",
            "超出实际时间上限。请勿声明：换一台更快的计算机，结果可能不同。",
        ),
        FailureKind::Protocol => (
            "The reply on the result channel does not match the request.",
            "结果通道上收到的不是所要求的内容。",
        ),
    };
    Text::new(en, zh)
}

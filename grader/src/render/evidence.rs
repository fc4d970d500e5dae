//! The evidence of a pass, in one line.

use grader_schema::{protocol::Outside, report::Evidence, text::Language};

use super::text::thousands;

/// The evidence of the pass of a check.
pub(super) fn evidence(evidence: Evidence, language: Language) -> String {
    match (evidence, language) {
        (Evidence::AllInterleavings { executions }, Language::English) => {
            format!("all {} distinct interleavings", thousands(executions))
        }
        (Evidence::AllInterleavings { executions }, Language::Chinese) => {
            format!("全部 {} 种不同的交错次序", thousands(executions))
        }
        (
            Evidence::Sampled {
                executions,
                histories,
                outside,
            },
            language,
        ) => {
            let (executions, tried) = (thousands(executions), thousands(histories));
            let counted = match language {
                Language::English if histories == 1 => {
                    format!("{executions} schedules tried, {tried} distinct history")
                }
                Language::English => {
                    format!("{executions} schedules tried, {tried} distinct histories")
                }
                Language::Chinese => {
                    format!("尝试了 {executions} 个调度，得到 {tried} 种不同的历史")
                }
            };
            match outside {
                Some(outside) => format!("{counted}; {}", no_proof(outside, language)),
                None => counted,
            }
        }
        (Evidence::Programs { .. }, language) => programs(evidence, language),
        (Evidence::Cases { cases }, Language::English) => {
            format!(
                "{} {}",
                thousands(cases),
                if cases == 1 { "case" } else { "cases" }
            )
        }
        (Evidence::Cases { cases }, Language::Chinese) => format!("{} 个用例", thousands(cases)),
    }
}

/// Why an answer that touches something outside of the model cannot be proved right.
fn no_proof(outside: Outside, language: Language) -> &'static str {
    match (outside, language) {
        (Outside::Environment, Language::English) => {
            "no proof, because the code reads or changes the environment"
        }
        (Outside::Environment, Language::Chinese) => "不构成证明：代码读取或修改了环境变量等",
        (Outside::Files, Language::English) => "no proof, because the code looks at real files",
        (Outside::Files, Language::Chinese) => "不构成证明：代码访问了真实的文件系统",
        (Outside::Addresses, Language::English) => {
            "no proof, because what the code does depends on the addresses of values"
        }
        (Outside::Addresses, Language::Chinese) => "不构成证明：代码的行为取决于值的内存地址",
    }
}

/// The evidence of a pass of generated programs.
fn programs(evidence: Evidence, language: Language) -> String {
    let Evidence::Programs {
        programs,
        threads,
        calls,
        sampled,
        larger,
        executions: _,
        outside,
    } = evidence
    else {
        return String::new();
    };
    let [all, whole, larger] = [programs, programs - sampled, larger].map(thousands);
    let said = match language {
        Language::English if threads == 1 => {
            format!(
                "all {all} sequences of at most {calls} calls of its model, and {larger} longer ones"
            )
        }
        Language::Chinese if threads == 1 => {
            format!(
                "其模型的全部 {all} 个调用序列（至多 {calls} 次调用），另有 {larger} 个更长的序列"
            )
        }
        Language::English => {
            let of = format!(
                "all {all} programs of its model with at most {threads} threads and {calls} calls each"
            );
            let under = if sampled == 0 {
                "under all their interleavings".to_owned()
            } else {
                format!("{whole} of them under all their interleavings")
            };
            format!("{of}, {under}, and {larger} larger ones")
        }
        Language::Chinese => {
            let of = format!(
                "其模型的全部 {all} 个程序（至多 {threads} 个线程，每个线程至多 {calls} 次调用）"
            );
            let under = if sampled == 0 {
                "每个都尝试了全部交错次序".to_owned()
            } else {
                format!("其中 {whole} 个尝试了全部交错次序")
            };
            format!("{of}，{under}，另有 {larger} 个更大的程序")
        }
    };
    match outside {
        Some(outside) => format!("{said}; {}", no_proof(outside, language)),
        None => said,
    }
}
